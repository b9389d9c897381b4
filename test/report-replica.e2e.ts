import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { DataFolder } from '../src/config/data-folder.js';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { licenseServer } from './support/command.js';
import { type ReadyServer, readyServer, usualSeats } from './support/test-server.js';
import { until } from './support/until.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-replica-'));
const places = { primary: path.join(folder, 'primary'), standBy: path.join(folder, 'stand-by') };
let claims: DataFolder[];
let primary: EmbeddedPostgres;
let standBy: EmbeddedPostgres | undefined;
let server: ReadyServer;

/** Follows the primary as a stand-by that `pg_basebackup` has made. */
async function startStandBy(): Promise<void> {
  const url = new URL(primary.url);
  const source = `host=${url.searchParams.get('host')} user=${url.username} password=${url.password}`;
  standBy = await EmbeddedPostgres.start(claims[1]!, () => undefined, { primary_conninfo: source });
}

async function stopStandBy(): Promise<void> {
  await standBy?.stop();
  standBy = undefined;
}

async function onStandBy<T>(text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: standBy?.url });
  await client.connect();
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}

/** A real primary, and a copy of its files that follows it. */
beforeAll(async () => {
  for (const place of Object.values(places)) mkdirSync(place, { mode: 0o755 });
  claims = await Promise.all(Object.values(places).map((place) => DataFolder.claim(place)));
  const made = await EmbeddedPostgres.start(claims[0]!, () => undefined);
  await made.stop();
  for (const name of ['postgres', 'postgres.password']) {
    cpSync(path.join(places.primary, name), path.join(places.standBy, name), { recursive: true });
  }
  writeFileSync(path.join(places.standBy, 'postgres', 'standby.signal'), '');
  primary = await EmbeddedPostgres.start(claims[0]!, () => undefined);
  await startStandBy();
  const urls = { DATABASE_URL: primary.url, DATABASE_REPORT_URL: standBy!.url };
  server = await readyServer(usualSeats, {}, urls);
}, 400_000);
afterAll(async () => {
  await server.close();
  await stopStandBy();
  await primary.stop();
  for (const claim of claims) await claim.release();
  rmSync(folder, { recursive: true, force: true });
});

async function refuse(): Promise<void> {
  await server.sql(
    `INSERT INTO denial (occurred_at, organization_id, product, code, machine_id, session_id) VALUES (now(), $1, 'KSE', 'seats-exhausted', 'm', 's')`,
    [server.organizationId],
  );
}

/** As the list of refusals and the report say. */
async function refusals(): Promise<{ listed: number; reported: number }> {
  const path = `/api/v1/organizations/${server.organizationId}`;
  const listed = await server.root.get(`${path}/denials`).expect<{ totalElements: number }>(200);
  const { totals } = await server.root.get(`${path}/utilization`).expect<{ totals: { denials: number } }>(200);
  return { listed: listed.totalElements, reported: totals.denials };
}

const saying = (count: number) => async (): Promise<boolean> => {
  const { listed, reported } = await refusals();
  return listed === count && reported === count;
};

/** Connections of the server to the stand-by, and whether each can only read. */
function readers(): Promise<{ count: number }[]> {
  return onStandBy(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'license-server-reports'`,
  );
}

async function readsFromStandBy(): Promise<void> {
  await server.later({ seconds: 5 });
  await until(async () => (await readers())[0]!.count > 0, 30, 'connections to the stand-by');
}

/** What doctor says about the stand-by. */
async function doctorOf(reportUrl: string): Promise<string> {
  const urls = { DATABASE_URL: primary.url, DATABASE_REPORT_URL: reportUrl };
  const { output } = await licenseServer({ ...urls, DATA_DIR: server.dataDir }, ['doctor']);
  return output;
}

describe('With a stand-by for reports', () => {
  it('doctor says whether it follows the database', async () => {
    expect(await doctorOf(standBy!.url)).toMatch(/Reports are read from a stand-by that is 0\.\d MB .* behind/);
    expect(await doctorOf(primary.url)).toContain('leads to the primary itself');
    const other = primary.url.replace('/kit?', '/postgres?');
    expect(await doctorOf(other)).toContain('does not lead to a stand-by of the database');
    expect(await doctorOf('postgresql://kit@127.0.0.1:9/kit')).toContain('The read replica cannot be used');
  }, 120_000);

  it('reports, refusals and audit logs are read there', async () => {
    await refuse();
    await readsFromStandBy();
    await until(saying(1), 30, 'the refusal on the stand-by');
    await onStandBy('SELECT pg_wal_replay_pause()');
    await refuse();
    // What the primary has already, and the stand-by has not.
    expect(await refusals()).toEqual({ listed: 1, reported: 1 });
    const events = `/api/v1/organizations/${server.organizationId}/audit-events`;
    const before = await server.root.get(events).expect<{ totalElements: number }>(200);
    await server.root.post(`/api/v1/organizations/${server.organizationId}/teams`, { name: 'A team' }).expect(201);
    expect(await server.root.get(events).expect(200)).toMatchObject({ totalElements: before.totalElements });
  }, 120_000);

  it('reports are read from the primary while the stand-by is more than 30 seconds behind', async () => {
    await server.later({ seconds: 10 });
    expect(await refusals()).toEqual({ listed: 1, reported: 1 });
    const isReadFromPrimary = async (): Promise<boolean> => {
      await server.later({ minutes: 1 });
      return saying(2)();
    };
    await until(isReadFromPrimary, 30, 'the refusal that only the primary has');
    await onStandBy('SELECT pg_wal_replay_resume()');
    await server.later({ seconds: 5 });
    await until(saying(2), 30, 'both refusals');
  }, 120_000);

  it('reports go on while the stand-by is away, and when it is back', async () => {
    await readsFromStandBy();
    await stopStandBy();
    await refuse();
    // Not one of them fails.
    expect(await refusals()).toEqual({ listed: 3, reported: 3 });
    const csv = await server.root
      .get(`/api/v1/organizations/${server.organizationId}/utilization.csv`)
      .expect<string>(200);
    expect(csv).toContain('License type');
    await startStandBy();
    await until(
      async () => {
        await server.later({ seconds: 5 });
        return (await readers())[0]!.count > 0;
      },
      30,
      'connections to the stand-by that is back',
    );
    await until(saying(3), 30, 'all refusals');
  }, 120_000);
});
