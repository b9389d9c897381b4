import pg from 'pg';
import {
  type DatabaseHost,
  hostsOf,
  hostAndPort,
  type SessionTarget,
  targetOf,
} from '../../config/database-address.js';
import { connectionFailure, silentHostCode } from '../../errors/connection-trouble.js';

/** Milliseconds that a host has to say what it is. All hosts are asked at the same time. */
const probeMillis = 2_000;

/** What a host says about itself. */
export interface HostState {
  host: DatabaseHost;
  /** Why it does not answer. */
  error?: NodeJS.ErrnoException;
  /** A stand-by: it repeats what a primary writes. */
  isStandBy?: boolean;
  acceptsChanges?: boolean;
}

/** None of the hosts is what the address asks for. */
export class NoSuitableHostError extends Error {
  readonly code: string;

  constructor(states: readonly HostState[], target: SessionTarget) {
    const wanted = target === 'read-write' ? 'accepts changes' : target === 'standby' ? 'is a stand-by' : 'answers';
    super(`None of the database's hosts ${wanted}: ${states.map(describeHost).join('; ')}.`);
    const codes = new Set(states.map(({ error }) => error?.code));
    const [code] = codes;
    // A wrong password is one on all hosts, and does not pass.
    this.code = codes.size === 1 && code !== undefined ? code : connectionFailure;
  }
}

/** `a:5432 is a stand-by` */
export function describeHost({ host, error, isStandBy, acceptsChanges }: HostState): string {
  const name = hostAndPort(host);
  if (error) return `${name} does not answer (${error.message || error.code})`;
  if (isStandBy) return `${name} is a stand-by`;
  return acceptsChanges ? `${name} accepts changes` : `${name} is read-only`;
}

/** Which of its hosts the connections of an address are made to. All connections of this process share it. */
export class HostChoice {
  private static readonly choices = new Map<string, HostChoice>();
  private current: DatabaseHost | undefined;
  private finding: Promise<DatabaseHost> | undefined;

  private constructor(private readonly address: string) {}

  /** @returns undefined where there is nothing to choose: one host, whatever it is */
  static of(address: string): HostChoice | undefined {
    if (!URL.canParse(address) || (hostsOf(address).length === 1 && targetOf(address) === 'any')) return undefined;
    const known = HostChoice.choices.get(address) ?? new HostChoice(address);
    HostChoice.choices.set(address, known);
    return known;
  }

  /**
   * The host in use; after it has failed, the first in the order of the address that is what the address asks for.
   *
   * @throws NoSuitableHostError
   */
  find(): Promise<DatabaseHost> {
    if (this.current) return Promise.resolve(this.current);
    this.finding ??= this.look().finally(() => (this.finding = undefined));
    return this.finding;
  }

  /** A host that was chosen does not answer, or is not what it was: the next connection looks again. */
  forget(host?: DatabaseHost): void {
    if (host === undefined || this.current === host) this.current = undefined;
  }

  /** @throws NoSuitableHostError when the session is not what the address asks for any more */
  async check(client: pg.ClientBase, host: DatabaseHost): Promise<void> {
    const target = targetOf(this.address);
    if (target === 'any' || target === 'prefer-standby') return;
    const state = { host, ...(await roleOf(client)) };
    if (!fits(state, target)) throw new NoSuitableHostError([state], target);
  }

  private async look(): Promise<DatabaseHost> {
    const target = targetOf(this.address);
    const states = await probeHosts(this.address);
    const found =
      target === 'read-write' ? await newestOf(this.address, states) : states.find((state) => fits(state, target));
    const substitute = target === 'prefer-standby' ? states.find(({ error }) => !error) : undefined;
    const chosen = found ?? substitute;
    if (!chosen) throw new NoSuitableHostError(states, target);
    this.current = chosen.host;
    return chosen.host;
  }
}

/** Asks each host of an address what it is; never fails. */
export function probeHosts(address: string): Promise<HostState[]> {
  return Promise.all(
    hostsOf(address).map(async (host) => {
      try {
        return { host, ...(await askHost(address, host, roleOf)) };
      } catch (error) {
        return { host, error: error as NodeJS.ErrnoException };
      }
    }),
  );
}

function fits({ error, isStandBy, acceptsChanges }: HostState, target: SessionTarget): boolean {
  if (error) return false;
  if (target === 'read-write') return acceptsChanges === true;
  return target === 'any' || isStandBy === true;
}

/**
 * A primary that comes back after its stand-by was promoted accepts changes too, but they would be lost. Each promotion begins a new
 * timeline, so the primary with the highest timeline is the current one.
 */
async function newestOf(address: string, states: readonly HostState[]): Promise<HostState | undefined> {
  const primaries = states.filter((state) => fits(state, 'read-write'));
  if (primaries.length < 2) return primaries[0];
  const timelines = await Promise.all(primaries.map(({ host }) => askHost(address, host, timelineOf).catch(() => 0)));
  return primaries[timelines.indexOf(Math.max(...timelines))];
}

async function askHost<T>(address: string, host: DatabaseHost, ask: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: address,
    connectionTimeoutMillis: probeMillis,
    query_timeout: probeMillis,
    application_name: 'license-server host choice',
  });
  Object.assign(client, host);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } catch (error) {
    if (/timeout/i.test((error as Error).message)) {
      throw Object.assign(new Error('no answer'), { code: silentHostCode });
    }
    throw error;
  } finally {
    void client.end().catch(() => undefined);
  }
}

async function roleOf(client: pg.ClientBase): Promise<{ isStandBy: boolean; acceptsChanges: boolean }> {
  const { rows } = await client.query<{ standby: boolean; writable: boolean }>(
    `SELECT pg_is_in_recovery() AS standby,
            NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off' AS writable`,
  );
  return { isStandBy: rows[0]?.standby === true, acceptsChanges: rows[0]?.writable === true };
}

async function timelineOf(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ file: string }>('SELECT pg_walfile_name(pg_current_wal_lsn()) AS file');
  return parseInt((rows[0]?.file ?? '').slice(0, 8), 16) || 0;
}
