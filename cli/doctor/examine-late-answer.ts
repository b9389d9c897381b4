import { lookup } from 'node:dns/promises';
import os from 'node:os';
import { type Settings } from '../../src/config/settings.js';
import { type Finding, ok, warning, wrong } from './finding.js';
import { counted } from '../../src/errors/counted.js';

/** Seconds beyond the hold that an answer may take. */
const graceSeconds = 10;

/**
 * Whether an answer arrives through SERVER_URL that comes as late as one to a client that the server has kept waiting. Says
 * nothing where no proxy can be in between, or no server answers there.
 */
export async function examineLateAnswer(settings: Settings): Promise<Finding[]> {
  const { serverUrl, clientHoldSeconds } = settings;
  if (clientHoldSeconds === 0 || (await isDirect(settings))) return [];
  const base = serverUrl.replace(/\/$/, '');
  if (!(await answers(`${base}/info`))) return [];
  const begun = performance.now();
  const ended = await outcomeOf(`${base}/health/late`, (clientHoldSeconds + graceSeconds) * 1000);
  const seconds = Math.round((performance.now() - begun) / 1000);
  const name = 'late answers';
  if (ended === 200)
    return [ok(name, `An answer after ${counted(clientHoldSeconds, 'second')} arrives through ${serverUrl}.`)];
  if (ended === 503 && seconds < clientHoldSeconds) {
    return [warning(name, 'Another check for late answers is running.', 'Run doctor again in a minute.')];
  }
  const how = ended === undefined ? 'The connection was cut' : `The answer was ${ended}`;
  return [
    wrong(
      name,
      `${how} after ${seconds} s: a proxy in front of ${serverUrl} does not wait for ${counted(clientHoldSeconds, 'second')}.`,
      `Let it wait for ${clientHoldSeconds + graceSeconds} seconds or longer (nginx: proxy_read_timeout, HAProxy: timeout server); clients that are cut off lose their license.`,
    ),
  ];
}

/** Whether the address that users open is this machine's, and the port is the server's own. */
async function isDirect({ serverUrl, port, tlsCertFile }: Settings): Promise<boolean> {
  const url = new URL(serverUrl);
  const usual = url.protocol === 'https:' ? 443 : 80;
  if (Number(url.port || usual) !== port || (url.protocol === 'https:') !== (tlsCertFile !== undefined)) return false;
  const own = Object.values(os.networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);
  try {
    const { address } = await lookup(url.hostname.replace(/^\[|\]$/g, ''));
    return own.includes(address) || address.startsWith('127.') || address === '::1';
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  return (await outcomeOf(url, 5_000)) === 200;
}

/** @returns the status; undefined: there was no answer */
async function outcomeOf(url: string, millis: number): Promise<number | undefined> {
  try {
    const { status, body } = await fetch(url, { signal: AbortSignal.timeout(millis), redirect: 'manual' });
    await body?.cancel();
    return status;
  } catch {
    return undefined;
  }
}
