import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Api } from './support/api.js';
import { licenseServer } from './support/command.js';
import { machineIdOf } from './support/machine-id.js';
import { olderTransactionsOver } from './support/older-transactions.js';
import { hourByHour } from './support/clock/hour-by-hour.js';
import { member, readyServer, type ReadyServer, rootAccount, userId, usualSeats } from './support/test-server.js';
import { until } from './support/until.js';

jest.setTimeout(240_000);

interface Verification {
  events: number;
  erased: number;
  intact: boolean;
  firstBroken: { problem: string; event: string | null } | null;
}

const grace = {
  email: 'grace@example.com',
  firstName: 'Gracia',
  lastName: 'Hoppersmith',
  host: 'grace-laptop.example.net',
  address: '203.0.113.77',
};

let server: ReadyServer;
afterEach(() => server.close());

const verification = async (): Promise<Verification> => {
  await olderTransactionsOver(server);
  return server.root.get('/api/v1/audit-events/verification').expect<Verification>(200);
};

const later = async (days: number): Promise<void> => {
  await server.later({ days });
  server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
};

const lease = (api: Api, name: string, host: string): Promise<{ id: string }> =>
  api
    .post('/api/v1/leases', {
      organizationId: server.organizationId,
      product: 'KSE',
      machineId: machineIdOf(name),
      sessionId: name,
      hostname: host,
    })
    .expect<{ id: string }>(201);

/** A person who signs in at their own address, has two sessions and is refused a third seat. */
async function graceWorks(): Promise<Api> {
  const { credentials } = await member(server, grace.email, 'ADMIN');
  await server.sql('UPDATE user_account SET first_name = $1, last_name = $2 WHERE email = $3', [
    grace.firstName,
    grace.lastName,
    grace.email,
  ]);
  const api = new Api(server.url, { ...credentials, 'x-forwarded-for': grace.address });
  const ids = [await lease(api, 'grace-1', grace.host), await lease(api, 'grace-2', grace.host)];
  const third = { organizationId: server.organizationId, product: 'KSE', machineId: machineIdOf('grace-3') };
  await api.post('/api/v1/leases', { ...third, sessionId: 'grace-3', hostname: grace.host }).refused(409);
  for (const { id } of ids) await api.delete(`/api/v1/leases/${id}`).expect(204);
  await api.patch(`/api/v1/organizations/${server.organizationId}`, { name: 'Renamed' }).expect(200);
  expect(await verification()).toMatchObject({ intact: true, erased: 0 });
  return api;
}

/** Every text in the database with this in it, but for tables that may have it. */
async function placesOf(text: string, but: readonly string[] = []): Promise<string[]> {
  const tables = await server.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of tables.filter((table) => !but.includes(table.name))) {
    const rows = await server.sql<{ row: string }>(`SELECT t::text AS row FROM "${name}" t WHERE t::text ILIKE $1`, [
      `%${text}%`,
    ]);
    found.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return found;
}

describe('PERSONAL_DATA_RETENTION_DAYS', () => {
  beforeEach(async () => {
    const settings = { PERSONAL_DATA_RETENTION_DAYS: '30', TRUSTED_PROXIES: '127.0.0.1' };
    server = await readyServer(usualSeats, {}, settings);
  });

  const isForgotten = async (): Promise<boolean> =>
    (await placesOf(grace.address)).length === 0 && (await placesOf(grace.host)).length === 0;

  it('takes person, host and address out of sessions, refusals and events; the log verifies, and what is left of it cannot be changed', async () => {
    await graceWorks();
    const [before] = await server.sql<{ events: number }>('SELECT count(*)::int AS events FROM audit_event');
    await later(80);
    await server.sql('DELETE FROM session');
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    await hourByHour(server, isForgotten, 'the old events to be forgotten');
    const forgotten = await verification();
    expect(forgotten).toMatchObject({ intact: true, firstBroken: null });
    expect(forgotten.erased).toBeGreaterThan(5);
    const [after] = await server.sql<{ events: number }>(
      `SELECT count(*)::int AS events FROM audit_event WHERE occurred_at < now() + interval '1 day'`,
    );
    expect(after!.events).toBe(before!.events);
    expect(await server.sql('SELECT FROM ended_session WHERE user_id IS NULL')).toHaveLength(2);
    expect(await server.sql('SELECT FROM denial WHERE user_id IS NULL AND hostname IS NULL')).toHaveLength(1);

    for (const change of [
      `UPDATE audit_event SET action = 'organization.deleted' WHERE action = 'organization.renamed'`,
      `UPDATE audit_event SET actor = 'eve@example.com' WHERE action = 'organization.renamed'`,
      `UPDATE ended_session SET product = 'KRE'`,
      `UPDATE ended_session SET user_id = 1`,
      `UPDATE audit_block SET redacted = set_byte(redacted, 0, 255 - get_byte(redacted, 0)) WHERE redacted IS NOT NULL`,
    ]) {
      const table = /UPDATE (\w+)/.exec(change)![1]!;
      await server.sql(`DROP TABLE IF EXISTS kept`);
      await server.sql(`CREATE TABLE kept AS SELECT * FROM ${table}`);
      await server.sql(change);
      expect([change, (await verification()).intact]).toEqual([change, false]);
      const key = { audit_event: 'id', ended_session: 'lease_id', audit_block: 'number' }[table]!;
      const columns = {
        audit_event: ['action', 'actor'],
        ended_session: ['product', 'user_id'],
        audit_block: ['redacted'],
      }[table]!;
      const set = columns.map((column) => `${column} = k.${column}`).join(', ');
      await server.sql(`UPDATE ${table} t SET ${set} FROM kept k WHERE k.${key} = t.${key}`);
      expect([change, (await verification()).intact]).toEqual([change, true]);
    }
  });

  it('keeps every sum of the reports, and forgets names that no event has any more', async () => {
    await graceWorks();
    const path = `/api/v1/organizations/${server.organizationId}/utilization`;
    const from = new Date(Date.now() - 86_400_000).toISOString();
    const to = new Date(Date.now() + 86_400_000).toISOString();
    interface Report {
      totals: { sessions: number; denials: number };
      series: { at: string; sessions: number; peak: number; denials: number }[];
    }
    const report = () => server.root.get(`${path}?from=${from}&to=${to}&interval=day`).expect<Report>(200);
    const before = await report();
    await later(80);
    await hourByHour(server, isForgotten, 'the old events to be forgotten');
    const after = await report();
    expect(after.series).toEqual(before.series);
    expect(after.totals.sessions).toBe(before.totals.sessions);
    expect(
      await server.sql(`SELECT FROM usage_month WHERE user_id = 0 AND machine_id = '' AND began = 2`),
    ).toHaveLength(1);
    await server.root
      .get(`/api/v1/organizations/${server.organizationId}/utilization/totals?from=${from}&to=${to}&by=user`)
      .expect(200);

    // A name that the newest thousand blocks do not have.
    await server.sql(`UPDATE audit_name SET last_block = -1001 WHERE name = $1`, [grace.email]);
    expect((await verification()).intact).toBe(true);
    await later(35);
    const names = () => server.sql('SELECT FROM audit_name WHERE name = $1', [grace.email]);
    await hourByHour(server, async () => (await names()).length === 0, 'the name to be forgotten');
    expect(await placesOf(grace.email, ['user_account'])).toEqual([]);
    expect((await verification()).intact).toBe(true);
  });

  it('does not make good what was changed before', async () => {
    await graceWorks();
    await server.sql(`UPDATE audit_event SET details = '{"to": "Changed"}' WHERE action = 'organization.renamed'`);
    await later(80);
    await hourByHour(server, isForgotten, 'the old events to be forgotten');
    expect(await verification()).toMatchObject({ intact: false, firstBroken: { problem: 'event-changed' } });
  });

  it('exports what is left, and the export proves itself', async () => {
    await graceWorks();
    await later(80);
    await hourByHour(server, isForgotten, 'the old events to be forgotten');
    await verification();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-test-'));
    const file = path.join(folder, 'audit.jsonl');
    const env = { DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl };
    expect((await licenseServer(env, ['audit', 'export', file])).code).toBe(0);
    const { code, output } = await licenseServer(env, ['audit', 'verify', '--file', file, '--json']);
    expect([code, JSON.parse(output)]).toMatchObject([0, { intact: true }]);
    expect((JSON.parse(output) as Verification).erased).toBeGreaterThan(5);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('DELETE /api/v1/users/{userId}/personal-data', () => {
  beforeEach(async () => {
    server = await readyServer(usualSeats, {}, { TRUSTED_PROXIES: '127.0.0.1' });
  });

  const utilization = (until: Date): Promise<{ totals: object; series: object[] }> => {
    const from = new Date(until.getTime() - 86_400_000).toISOString();
    const path = `/api/v1/organizations/${server.organizationId}/utilization?from=${from}&to=${until.toISOString()}&interval=day`;
    return server.root.get(path).expect<{ totals: object; series: object[] }>(200);
  };

  it('erases a person from every table; counts and sums stay, and the audit log verifies', async () => {
    const api = await graceWorks();
    // Traces of all kinds: an invitation, mails, a link, a failed sign-in, an end by her hand, a seat that is still held.
    const organization = `/api/v1/organizations/${server.organizationId}`;
    const settings = { host: '127.0.0.1', port: 9, protocol: 'SMTP', sender: 'licenses@example.com' };
    await server.root.put('/api/v1/mail-server', settings).expect(200);
    await server.root.post(`${organization}/invitations`, { emails: ['Grace@Example.com'], role: 'USER' }).status();
    const id = await userId(server, grace.email);
    // What a webhook was told of her, and a receiver that repeats it.
    await server.sql(
      `WITH hook AS (INSERT INTO webhook (url_sealed, host, events, format, enabled, secret_sealed, created_at, updated_at)
                       VALUES ('', 'host', '{}', 'standard', false, '', now(), now()) RETURNING id)
       INSERT INTO webhook_delivery (webhook_id, message_id, event, data, user_id, response, occurred_at, next_attempt_at)
         SELECT hook.id, told.message, 'lease.granted', '{}', told.who, told.response, now(), now()
           FROM hook, (VALUES ('of her', $1::bigint, ''), ('about her', NULL, $2), ('of others', NULL, '')) AS told (message, who, response)`,
      [id, `Thanks, ${grace.email}`],
    );
    await server.root.post(`/api/v1/users/${id}/reset-password`).expect(201);
    const proxied = { 'x-forwarded-for': grace.address };
    await server.api
      .post('/api/v1/auth/sign-in', { email: 'GRACE@example.com', password: 'wrong' }, proxied)
      .refused(401);
    const bob = await member(server, 'bob@example.com', 'USER');
    const { id: bobs } = await lease(bob, 'bob-1', 'bob-laptop');
    await api.delete(`${organization}/online-licenses/${bobs}`).expect(204);
    await lease(api, 'grace-4', grace.host);
    await api.get(`${organization}/audit-events.csv`).status();
    await verification();
    await api.patch(organization, { name: 'Not sealed yet' }).expect(200);

    // Up to this moment: the seat that is still held would count more seconds with each look.
    const until = new Date();
    const before = await utilization(until);
    const counts = () =>
      server.sql(
        'SELECT (SELECT count(*) FROM denial) AS refusals, (SELECT count(*) FROM ended_session WHERE user_id = $1) + (SELECT count(*) FROM lease WHERE user_id = $1) AS sessions',
        [id],
      );
    const counted = await counts();
    for (const text of [grace.email, grace.firstName, grace.lastName, grace.host, grace.address]) {
      expect([text, (await placesOf(text)).length > 0]).toEqual([text, true]);
    }

    await server.root.delete(`/api/v1/users/${id}/personal-data`).expect(204);
    for (const text of [grace.email, grace.firstName, grace.lastName, grace.host, grace.address, '203.0.113']) {
      expect([text, await placesOf(text)]).toEqual([text, []]);
    }
    const told = await server.sql('SELECT message_id AS message FROM webhook_delivery');
    expect(told).toEqual([{ message: 'of others' }]);
    await server.root.get(`/api/v1/users/${id}`).refused(404);
    await api.get('/api/v1/users/me').refused(401);
    expect(await counts()).toEqual(counted);
    const after = await utilization(until);
    expect(after.totals).toEqual(before.totals);
    expect(after.series).toEqual(before.series);
    const proved = await verification();
    expect(proved).toMatchObject({ intact: true, firstBroken: null });
    expect(proved.erased).toBeGreaterThan(5);

    const acts = await server.root
      .get('/api/v1/audit-events?action=user.erased')
      .expect<{ content: { actor: string; targetId: string; details: object }[] }>(200);
    expect(acts.content).toMatchObject([{ actor: rootAccount.email, targetId: String(id), details: { sessions: 4 } }]);
    // Bob and what he did are still there.
    expect((await placesOf('bob-laptop')).length).toBeGreaterThan(0);
    await server.sql(`UPDATE audit_event SET action = 'organization.created' WHERE action = 'organization.renamed'`);
    expect((await verification()).intact).toBe(false);
  });

  it('finishes what a crash has cut off', async () => {
    await graceWorks();
    const id = await userId(server, grace.email);
    // The lock of the sealing is held, so the erasure gets no further than the account.
    const holder = new pg.Client({ connectionString: server.databaseUrl });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(4711002)');
    const cut = server.root
      .delete(`/api/v1/users/${id}/personal-data`)
      .status()
      .catch(() => 0);
    const isDisabled = async (): Promise<boolean> =>
      (await server.sql('SELECT FROM user_account WHERE id = $1 AND disabled_at IS NOT NULL', [id])).length === 1;
    await until(isDisabled, 30, 'the account to be disabled');
    const api = await server.crash();
    await cut;
    await holder.end();
    server.root = await api.signedIn(rootAccount.email, rootAccount.password);
    await server.root.delete(`/api/v1/users/${id}/personal-data`).expect(204);
    for (const text of [grace.email, grace.lastName, grace.host, grace.address]) {
      expect([text, await placesOf(text)]).toEqual([text, []]);
    }
    expect((await verification()).intact).toBe(true);
  });

  it('is refused for the last administrator, for oneself, for an owner, and to everybody but root', async () => {
    const api = await graceWorks();
    const id = await userId(server, grace.email);
    const codeOf = async (caller: Api, user: number, status: number): Promise<string> =>
      (await caller.delete(`/api/v1/users/${user}/personal-data`).expect<{ code: string }>(status)).code;
    const own = await userId(server, rootAccount.email);
    expect(await codeOf(server.root, own, 409)).toBe('last-administrator');
    await server.root.patch(`/api/v1/users/${id}`, { root: true }).expect(200);
    expect(await codeOf(server.root, own, 409)).toBe('own-account');
    expect(await codeOf(api, own, 409)).toBe('owns-organizations');
    await server.root.patch(`/api/v1/users/${id}`, { root: false }).expect(200);
    expect(await codeOf(api, own, 403)).toBe('forbidden');
    expect(await codeOf(server.root, 999_999, 404)).toBe('not-found');
    expect(await server.sql('SELECT FROM user_account WHERE disabled_at IS NOT NULL')).toEqual([]);
  });
});
