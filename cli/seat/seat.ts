import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';
import { SeatKeeper } from './seat-keeper.js';
import {
  apiKeyFrom,
  organizationNumber,
  RefusedError,
  ServerCaller,
  serverAddress,
} from '../running-server/server-call.js';
import { UsageError } from '../usage-error.js';

/** The options that all commands about seats have, as they were typed. */
export interface SeatOptions {
  server?: string;
  apiKey?: string;
  apiKeyFile?: string;
}

export interface RunOptions extends SeatOptions {
  product: string;
  organization?: string;
  job?: string;
  wait: string;
}

const products = ['KSE', 'KRE'];

/** Signals that whoever ends this program means for the command. */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs a command while it holds a seat for it.
 *
 * @returns the exit code of the command; 128 and the number of the signal that has ended it; 126 or 127 when it cannot start
 * @throws UsageError; RefusedError when there is no seat; UnreachableError
 */
export async function runWithSeat(command: readonly string[], options: RunOptions): Promise<number> {
  const server = serverOf(options);
  const product = options.product.toUpperCase();
  if (!products.includes(product)) throw new UsageError(`--product must be ${products.join(' or ')}.`);
  const given = organizationNumber(options.organization);
  const organizationId = async (): Promise<number> => given ?? (await onlyOrganization(server));
  const wanted = { organizationId, product, jobId: options.job, waitSeconds: waitOf(options.wait) };
  const keeper = await SeatKeeper.take(server, wanted, tell);
  try {
    return await run(command, keeper.environment);
  } finally {
    await keeper.giveBack();
  }
}

/** Lists the seats that the owner of the key holds. */
export async function listSeats(options: SeatOptions & { json?: boolean }): Promise<void> {
  const { content } = await serverOf(options).call<{ content: HeldSeat[] }>('GET', '/api/v1/users/me/leases?size=500');
  if (options.json) {
    console.log(JSON.stringify(content, null, 2));
    return;
  }
  if (content.length === 0) console.log('You hold no seat.');
  for (const { id, product, hostname, machineId, expiresAt } of content) {
    console.log([id, product, hostname ?? machineId, `until ${expiresAt}`].join('  '));
  }
}

/** Gives back all seats of a CI job, from whichever of its steps. */
export async function releaseSeats({ job, ...options }: SeatOptions & { job: string }): Promise<void> {
  const path = `/api/v1/leases?jobId=${encodeURIComponent(job)}`;
  const { released } = await serverOf(options).call<{ released: number }>('DELETE', path);
  console.log(released === 1 ? '1 seat was given back.' : `${released} seats were given back.`);
}

interface HeldSeat {
  id: string;
  product: string;
  hostname: string | null;
  machineId: string;
  expiresAt: string;
}

function serverOf({ server = process.env.LICENSE_SERVER_URL, apiKey, apiKeyFile }: SeatOptions): ServerCaller {
  if (!server) throw new UsageError('Give the Server URL: --server URL, or the variable LICENSE_SERVER_URL.');
  const key = apiKeyFrom(apiKeyFile, apiKey ?? process.env.LICENSE_SERVER_API_KEY, 'LICENSE_SERVER_API_KEY');
  return new ServerCaller(serverAddress(server), key);
}

function waitOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400) return seconds;
  throw new UsageError('--wait must be a number of seconds from 0 to 86400.');
}

/** The organization of somebody who has one only. */
async function onlyOrganization(server: ServerCaller): Promise<number> {
  const all = await server.call<{ id: number; name: string }[]>('GET', '/api/v1/organizations/list');
  const [only] = all;
  if (!only) throw new RefusedError('The owner of this API key is a member of no organization.');
  if (all.length === 1) return only.id;
  const names = all.map(({ id, name }) => `${id} (${name})`).join(', ');
  throw new UsageError(
    `The owner of this API key is a member of several organizations. Give --organization: ${names}.`,
  );
}

async function run([program = '', ...args]: readonly string[], environment: Record<string, string>): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  forwardSignals(child);
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      tell(`${program} cannot be started (${error.code}).`);
      resolve(error.code === 'ENOENT' ? 127 : 126);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0)));
  });
}

/** For good: a second signal must not end this program while it gives the seat back. */
function forwardSignals(child: ChildProcess): void {
  for (const signal of forwarded) {
    process.on(signal, () => {
      // Ctrl-C in a terminal reaches the command by itself.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
}

/** What is not the command's own: beside it, so that its output stays as it is. */
function tell(message: string): void {
  process.stderr.write(`license-server: ${message}\n`);
}
