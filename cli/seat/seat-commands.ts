import { type Command } from 'commander';
import { type RunOptions } from './seat.js';

/** What `license-server seat` and the program of its own (`seat-tool.ts`) have in common. */
export function addSeatCommands(seat: Command): void {
  withServer(seat.command('run').argument('<command...>', 'after --'))
    .description('run a command while it holds a seat, which is given back when the command ends')
    .requiredOption('--product <name>', 'KSE or KRE')
    .option('--organization <id>', 'for who is a member of several')
    .option('--job <id>', 'the CI job, for `seat release --job`')
    .option('--wait <seconds>', 'how long to wait when no seat is free', '0')
    .addHelpText(
      'after',
      `
The command finds LICENSE_SERVER_LEASE_ID and LICENSE_SERVER_LEASE_TOKEN in its environment. Signals go on to it, and its exit
code is the exit code. Else: 2 incorrect usage, 3 no seat, 4 server not reachable, 126 and 127 the command cannot be started.`,
    )
    .action(async (command: string[], options: RunOptions) => {
      process.exitCode = await (await import('./seat.js')).runWithSeat(command, options);
    });
  withServer(seat.command('list'))
    .description('list the seats that the owner of the key holds')
    .option('--json', 'for programs')
    .action(async (options: object) => (await import('./seat.js')).listSeats(options));
  withServer(seat.command('release'))
    .description('give back all seats of a CI job, from whichever of its steps')
    .requiredOption('--job <id>', 'the CI job')
    .action(async (options: { job: string }) => (await import('./seat.js')).releaseSeats(options));
}

function withServer(command: Command): Command {
  return command
    .option('--server <url>', 'the Server URL; without it LICENSE_SERVER_URL')
    .option('--api-key <key>', 'others on this machine can read it; better --api-key-file or LICENSE_SERVER_API_KEY')
    .option('--api-key-file <file>', 'whose first line is an API key');
}
