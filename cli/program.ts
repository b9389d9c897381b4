import { type TestOptions } from './identity.js';
import { type ExportOptions } from './people.js';
import { Command, Option } from 'commander';
import { hasBuiltInKeys } from '../src/config/trust-anchor.js';
import { serverVersion } from '../src/http/pages/server-package.js';
import { addSeatCommands } from './seat/seat-commands.js';
import { addVendorCommands } from './vendor/vendor-commands.js';

/** The commands of `license-server`, and their help. What a command needs is loaded when it is called. */
export function createProgram(): Command {
  const program = new Command('license-server')
    .description('On-premise license server for Katalon Studio and Katalon Runtime Engine.')
    .version(serverVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .showHelpAfterError('\nSee --help.')
    .configureOutput({ writeOut: (text) => process.stdout.write(text), writeErr: (text) => process.stderr.write(text) })
    .addHelpText(
      'after',
      `
Settings come from the environment and from a configuration file; what the environment sets wins. The file is the one
that --config or LICENSE_SERVER_CONFIG names, else ./license-server.conf${
        process.platform === 'win32'
          ? ',\nelse %ProgramData%\\license-server\\license-server.conf'
          : ', else /etc/license-server/license-server.conf'
      }.

Exit codes: 0 done, 1 failed or something is wrong, 2 incorrect usage.`,
    )
    // Before the commands, which inherit it.
    .exitOverride();

  program.commandsGroup('Install and run:');
  addRunning(program);

  program.commandsGroup('Back up:');
  addBackup(program);

  program.commandsGroup('People:');
  addPeople(program);
  addPeopleFiles(program);

  program.commandsGroup('Audit log:');
  addAudit(program);

  program.commandsGroup('Keys:');
  addRotateKeys(program);

  program.commandsGroup('Licenses, plugins and seats:');
  addLicense(program);
  addFetchPlugins(program);
  addSeatCommands(
    program.command('seat').description('hold a seat of a license server, on any machine that reaches it'),
  );
  return program;
}

/** People as files. */
function addPeopleFiles(program: Command): void {
  withConfig(program.command('export'))
    .description(
      'write the people of an organization with their roles, teams and per-user seats, whether the server runs or not',
    )
    .option('--organization <name>', 'its name or id, where there are several')
    .option('--format <format>', 'csv or json', 'csv')
    .option('--output <file>', 'a file for it, in place of the standard output')
    .action(async (options: ExportOptions) => (await import('./people.js')).exportPeople(options));
  withConfig(program.command('import').argument('<file>', 'CSV or JSON, as export writes it'))
    .description(
      'give people the roles, teams and per-user seats that a file says, and invite those who are no members',
    )
    .option('--organization <name>', 'its name or id, where there are several')
    .option('--dry-run', 'change nothing: tell what would become of each person')
    .option('--json', 'the results for programs')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, or nothing to do; 1 failed, or some people were refused; 2 incorrect usage; 3 a dry run has found something to do.',
    )
    .action(async (file: string, options: object) => (await import('./people.js')).importPeople(file, options));
}

function addRunning(program: Command): void {
  addSetup(program);
  withConfig(program.command('start'))
    .description(
      'run the server in the foreground, until Ctrl-C or SIGTERM; a server process that dies is started again',
    )
    .option('--take-over', 'take the data folder of a server that has ended on another machine or in another container')
    .action(async (options: object) => (await import('./start.js')).start(options));
  withConfig(program.command('restart'))
    .description(
      'replace the server process by a fresh one without refusing a connection; reads the configuration again',
    )
    .action(async (options: object) => (await import('./running-server/restart.js')).restart(options));
  withConfig(program.command('stop'))
    .description('stop the server after the requests under way, as SIGTERM does')
    .action(async (options: object) => (await import('./running-server/stop.js')).stop(options));
  withConfig(program.command('doctor'))
    .description('look at everything the server needs and say what is wrong and what to do')
    .option('--json', 'the findings for programs')
    .option(
      '--capture [file]',
      'in place of that: stand between a client and the running server, and record what they say, without secrets',
    )
    .option('--capture-port <number>', 'the port for the client; any free one by default')
    .option('--dns-server <address>', "the name server that is asked for the server's record; the system's by default")
    .action(async (options: object) => (await import('./doctor/doctor.js')).doctor(options));
  withConfig(program.command('health'))
    .description('ask the server on this machine whether it is alive, for containers and scripts; exit code 1 if not')
    .option('--ready', 'whether it also has its database')
    .option('--wait <seconds>', 'how long to wait for it', '0')
    .action(async (options: object) => (await import('./running-server/health.js')).health(options));
  withConfig(program.command('migrate'))
    .description('bring the database up to date, as every start does')
    .action(async (options: object) => (await import('./migrate.js')).migrateDatabase(options));
  withConfig(program.command('provision'))
    .description('apply the provisioning files, as every start does, whether the server runs or not')
    .option('--dry-run', 'change nothing: tell what would be created and changed')
    .option('--json', 'the changes for programs')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, or nothing to do; 1 failed, nothing was changed; 2 incorrect usage; 3 a dry run has found something to do.',
    )
    .action(async (options: object) => (await import('./provision.js')).provision(options));
  program
    .command('version')
    .description('print the version')
    .action(() => console.log(serverVersion));
}

function addBackup(program: Command): void {
  withPassphrase(withConfig(program.command('backup').argument('<file>', 'the backup; nothing is there yet')))
    .description('write database, keys, plugins and configuration into one file, while the server runs or not')
    .action(async (file: string, options: object) => (await import('./backup/backup.js')).backup(file, options));
  withPassphrase(withConfig(program.command('restore').argument('<file>', 'a backup')))
    .description('prove a backup and restore it into an empty place; also moves to another database')
    .option('--check', 'only prove the backup; restore nothing')
    .option(
      '--journal <file>',
      'also count the seats in this seat-journal.jsonl, of another server or a lost data folder; may be repeated',
      (file: string, files: string[] | undefined) => [...(files ?? []), file],
    )
    .option(
      '--same-installation',
      'on another machine: it takes the place of the server in the backup, and keeps its id',
    )
    .option('--copy', 'it runs beside the server in the backup, and gets a server id of its own')
    .option('--drill', 'restore it into a temporary database, compare every table, and remove that again')
    .action(async (file: string, options: object) => (await import('./backup/backup.js')).restore(file, options));
  withConfig(program.command('fetch-backup').argument('[name]', 'a backup there; the newest by default'))
    .description('download a backup from the storage of BACKUP_S3_URL to BACKUP_DIR, to restore it on a new machine')
    .option('--list', 'list the backups there, oldest first, and download nothing')
    .action(async (name: string | undefined, options: object) =>
      (await import('./backup/fetch-backup.js')).fetchBackup(name, options),
    );
}

function addPeople(program: Command): void {
  withConfig(program.command('reset-password').argument('<email>'))
    .description('set a new password, asked for or read from the standard input; all sessions of the account end')
    .action(async (email: string, { config }: { config?: string }) => {
      const { resetPassword } = await import('./operator.js');
      console.log(await resetPassword(email, config));
    });
  withConfig(program.command('reset-second-factor').argument('<email>'))
    .description('remove the authenticator apps, passkeys and recovery codes of an account; all its sessions end')
    .action(async (email: string, { config }: { config?: string }) => {
      const { resetSecondFactor } = await import('./operator.js');
      console.log(await resetSecondFactor(email, config));
    });
  withConfig(program.command('create-admin').argument('<email>'))
    .description('make an account an administrator of the server, and create it if need be')
    .action(async (email: string, { config }: { config?: string }) => {
      const { createAdmin } = await import('./operator.js');
      console.log(await createAdmin(email, config));
    });
  const identity = program.command('identity').description('directories and single sign-on providers');
  withConfig(identity.command('test').argument('<provider>', 'its name or id'))
    .description('try a provider step by step, whether the server runs or not')
    .option('--user <name>', 'of a directory: also find this person, their groups, and what these give')
    .option('--password', "also try the person's password, which is asked for")
    .option('--json', 'print the result as JSON')
    .action(async (name: string, options: TestOptions) => {
      const { testIdentity } = await import('./identity.js');
      await testIdentity(name, options);
    });
}

function addSetup(program: Command): void {
  program
    .command('setup')
    .description('ask what is needed, check it at once, and write the configuration file')
    .option('-y, --yes', 'ask nothing: take the options and, for the rest, what would be proposed')
    .option('--check', 'the same, but only check the answers and write nothing')
    .option('-c, --config <file>', 'the configuration file to write (license-server.conf)')
    .option('-f, --force', 'overwrite the configuration file')
    .option('--data-dir <folder>', 'folder for the secret key and the embedded database')
    .option('--port <number>', 'TCP port')
    .option('--host <address>', 'address to listen on')
    .option(
      '--database-url <url>',
      'postgresql:// or jdbc:postgresql://; without it the server runs a database of its own',
    )
    .option('--database-user <name>', 'instead of the user in the URL')
    .option('--database-password-file <file>', 'file with the password, instead of the one in the URL')
    .option('--create-database', 'create the database when it does not exist')
    .option('--server-url <url>', 'the address that users open')
    .option('--vendor-key <file...>', "the vendor's public keys (PEM)")
    .action(async (options: object) => (await import('./setup.js')).setUp(options));
}

function addAudit(program: Command): void {
  const audit = program.command('audit').description('prove the audit log, and take it along');
  withConfig(
    audit.command('verify').argument('[archive]', 'an archive of a month, or an export, in place of the database'),
  )
    .description('read the whole audit log and prove that nothing was changed, removed or put in between')
    .option('--file <file>', 'the same as the argument')
    .option(
      '--key <file>',
      "the server's public keys (PEM), for an export; they are at /api/v1/signing-key.pem?kid=all",
    )
    .option('--json', 'the result for programs')
    .action(async (archive: string | undefined, options: { file?: string }) =>
      (await import('./audit.js')).verifyAudit({ ...options, file: archive ?? options.file }),
    );
  withConfig(audit.command('export').argument('<file>', 'lines of JSON; nothing is there yet'))
    .description('write the audit log with its blocks and checkpoints into a file that can be proved elsewhere')
    .action(async (file: string, options: object) => (await import('./audit.js')).exportAudit(file, options));
}

function addRotateKeys(program: Command): void {
  const rotate = program.command('rotate-keys').description('replace the keys of the server, while it runs or not');
  withConfig(rotate.command('signing'))
    .description('sign leases and licenses with new keys; what the old ones have signed stays good until it expires')
    .action(async (options: object) => (await import('./rotate-keys.js')).rotateSigningKeys(options));
  withConfig(rotate.command('secret'))
    .description('encrypt the secrets in the database with a new secret key; the file keeps the old one for a month')
    .option('--prepare', 'only write the next key into the file, to copy it to the other servers first')
    .option('--forget-old', 'make no new key; remove the old ones, and what derives from them: tokens of before')
    .action(async (options: object) => (await import('./rotate-keys.js')).rotateSecretKey(options));
}

function addLicense(program: Command): void {
  if (hasBuiltInKeys) {
    const license = program.command('license').description('look at license files');
    license
      .command('inspect')
      .argument('<file>', 'a license file')
      .description("show what a license file says, and whether it is this release's vendor's and in force")
      .action(async (file: string) => (await import('./vendor/inspect-license.js')).inspectLicense(file, {}));
    return;
  }
  addVendorCommands(
    program.command('license').description("the vendor's tools; the private key never comes near a server"),
  );
}

function addFetchPlugins(program: Command): void {
  program
    .command('fetch-plugins')
    .description('bring the plugins of a license server into a Katalon project, and only what has changed')
    .requiredOption('--server <url>', 'the Server URL')
    .requiredOption('--project <folder>', 'keywords go to its folder plugins, plugins of Studio to plugins/platform')
    .option('--organization <id>', 'private plugins of this organization too')
    .option(
      '--api-key-file <file>',
      'whose first line is an API key; without it the key is in the variable KATALON_API_KEY',
    )
    .option('--dry-run', 'only say what would be done')
    .option('--prune', 'remove what was fetched once and is no longer in the library')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 incorrect usage, 3 refused by the server (key, organization, license), 4 not reachable.',
    )
    .action(async (options: { server: string; project: string }) =>
      (await import('./plugins/fetch-plugins.js')).fetchIntoProject(options),
    );
}

function withConfig(command: Command): Command {
  return command.addOption(new Option('-c, --config <file>', 'the configuration file'));
}

function withPassphrase(command: Command): Command {
  return command
    .option('--passphrase-file <file>', 'encrypted with the passphrase in the first line of this file')
    .option('--ask-passphrase', 'encrypted with a passphrase that is asked for')
    .addHelpText('after', '\nThe passphrase may also stand in BACKUP_PASSPHRASE in the environment.');
}
