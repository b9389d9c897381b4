import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pullingStatements } from '../src/clock-step/clock-step.queries.js';
import { storedTimes } from '../src/clock-step/stored-times.js';
import { timeStatementFrom } from '../cli/vendor/license-specification.js';
import { machineIdOf } from './support/machine-id.js';
import {
  issue,
  member,
  type ReadyServer,
  readyServer,
  rootAccount,
  specification,
  usualSeats,
  vendor,
} from './support/test-server.js';
import { until } from './support/until.js';

const day = 86_400_000;

interface Lease {
  id: string;
  expiresAt: string;
}

let server: ReadyServer;

/** Sessions of the console end with the days that the clock is moved by. */
async function signInAgain(): Promise<void> {
  server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
}

/** Until the servers have seen that the clock was set, which they look at every five seconds. */
async function stepFound(steps: number): Promise<void> {
  await until(
    async () => (await server.sql(`SELECT FROM audit_event WHERE action = 'clock.set-back'`)).length === steps,
    60,
    'the step of the clock',
  );
}

/** Until the newest time is recorded, as the server does once a minute, by the statement that it uses. */
async function recorded(): Promise<void> {
  await server.later({ seconds: 61 });
  await until(
    async () => (await server.sql(`SELECT FROM installation WHERE clock_at > now() + interval '1 day'`)).length === 1,
    60,
    'the record of the time',
  );
}

const checkOut = (name: string) =>
  server.root.post('/api/v1/leases', {
    product: 'KSE',
    machineId: machineIdOf(name),
    sessionId: name,
    organizationId: server.organizationId,
  });

describe('A clock that was in the future, and is right again', () => {
  beforeAll(async () => {
    server = await readyServer(usualSeats, { validUntil: new Date(Date.now() + 3000 * day).toISOString() });
  });
  afterAll(() => server.close());

  it('leaves every time in the database decided about', async () => {
    const columns = await server.sql<{ name: string }>(
      `SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c
         JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type LIKE 'timestamp%' ORDER BY 1`,
    );
    const decided = Object.entries(storedTimes).flatMap(([table, times]) =>
      Object.keys(times).map((column) => `${table}.${column}`),
    );
    expect(decided.sort()).toEqual(columns.map(({ name }) => name).sort());
  });

  it('frees the seats after the length of a lease, sends the mails, and ends what had an end', async () => {
    await server.later({ days: 400 });
    await recorded();
    await signInAgain();
    const { expiresAt } = await checkOut('one').expect<Lease>(201);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 399 * day);
    await server.root
      .post(`/api/v1/organizations/${server.organizationId}/invitations`, { emails: ['new@example.com'], role: 'USER' })
      .expect(201);
    await server.sql(
      `INSERT INTO outbox_mail (kind, recipient, subject, content_sealed, message_id, created_at, next_attempt_at, state)
         VALUES ('other', 'ops@example.com', 'x', '\\x00', '<1@x>', now() + interval '400 days', now() + interval '400 days', 'waiting')`,
    );
    await server.sql(`INSERT INTO exhaustion_notice VALUES ($1, 'KSE', now() + interval '400 days')`, [
      server.organizationId,
    ]);
    await server.sql(
      `INSERT INTO rate_limit (key, points, expire, next_at)
         VALUES ('stuck', 9, (extract(epoch FROM now()) + 400 * 86400) * 1000, now() + interval '400 days')`,
    );

    await server.later({ days: -400 });
    await stepFound(1);

    const waiting = await server.sql<{ what: string }>(`
      SELECT 'lease' AS what FROM lease WHERE expires_at > now() + interval '2 hours'
      UNION ALL SELECT 'earliest' FROM seat_pool WHERE earliest_expiry > now() + interval '2 hours' AND earliest_expiry < 'infinity'
      UNION ALL SELECT 'mail' FROM outbox_mail WHERE next_attempt_at > now() + interval '2 hours'
      UNION ALL SELECT 'notice' FROM exhaustion_notice WHERE told_at > now() + interval '2 hours'
      UNION ALL SELECT 'limit' FROM rate_limit WHERE next_at > now() + interval '2 hours'
                                                  OR expire > (extract(epoch FROM now()) + 7200) * 1000
      UNION ALL SELECT 'invitation' FROM invitation WHERE expires_at > now() + interval '8 days'
      UNION ALL SELECT 'session' FROM session WHERE expires_at > now() + interval '31 days'`);
    expect(waiting).toEqual([]);
    // What is due after its length is due then, and not at once.
    expect(await server.sql(`SELECT FROM lease WHERE expires_at > now()`)).toHaveLength(1);
    await server.later({ minutes: 16 });
    await signInAgain();
    await checkOut('two').expect(201);
    await checkOut('three').expect(201);
  });

  it('is in the audit log, and on the System page, with what was done', async () => {
    const { content } = await server.root
      .get('/api/v1/audit-events?action=clock.set-back')
      .expect<{ content: { details: { from: string; rows: Record<string, number> } }[] }>(200);
    expect(content[0]?.details.rows).toMatchObject({ lease: 1, invitation: 1 });
    const clock = await server.root.get('/api/v1/server-clock').expect<{ setBack: { from: string } | null }>(200);
    expect(clock.setBack?.from).toBe(content[0]?.details.from);
    const person = await member(server, 'person@example.com', 'ADMIN');
    await person.get('/api/v1/server-clock').refused(403);
  });

  it('is not found where the clock is corrected by some seconds', async () => {
    await server.later({ seconds: -30 });
    // The next look that finds the clock right has been.
    await server.sql(`UPDATE installation SET alive_at = alive_at - interval '1 hour'`);
    await until(
      async () =>
        (await server.sql(`SELECT FROM installation WHERE alive_at > now() - interval '1 minute'`)).length === 1,
      60,
      'the next look',
    );
    expect(await server.sql(`SELECT FROM audit_event WHERE action = 'clock.set-back'`)).toHaveLength(1);
  });

  it('pulls back in statements that PostgreSQL takes, each for rows in the future only', async () => {
    for (const { statement } of pullingStatements()) await server.sql(statement.text, statement.values);
    expect(await server.sql(`SELECT FROM lease WHERE expires_at > now()`)).not.toEqual([]);
  });
});

describe('Licenses that ended because the clock was in the future', () => {
  const halfYear = { validUntil: new Date(Date.now() + 180 * day).toISOString(), graceDays: 0 };

  beforeAll(async () => {
    server = await readyServer(usualSeats, halfYear);
    await server.later({ days: 400 });
    await recorded();
    await server.sql(`UPDATE installation SET newest_time = now() + interval '400 days'`);
    await server.later({ days: -400 });
    await stepFound(1);
    await signInAgain();
  });
  afterAll(() => server.close());

  it('stay ended, and every refusal says why and what to do', async () => {
    const message = await checkOut('one').refused(403);
    expect(message).toContain('has expired');
    expect(message).toContain("This server's clock once said");
    expect(message).toContain('statement of time');
    expect(await server.root.get('/api/v1/server-clock').expect(200)).toMatchObject({ isAhead: true });
  });

  it('are not revived by a file that was issued before', async () => {
    const old = await issue(
      specification(usualSeats, { ...halfYear, id: 'old' }),
      undefined,
      new Date(Date.now() - day),
    );
    const refusal = await server.root.post('/api/v1/licenses', { license: old }).expect<Record<string, string>>(400);
    expect(refusal.message).toContain('The license expired');
    expect(refusal.message).toContain("This server's clock once said");
    // For programs, and for pages in another language.
    expect(refusal).toMatchObject({ code: 'license-expired', reason: 'clock-ahead' });
    expect(Date.parse(refusal.recordedTime!)).toBeGreaterThan(Date.parse(refusal.now!) + 300 * day);
  });

  it('count again when a file is installed that the vendor issues now, which is audited', async () => {
    const now = new Date(Date.now() + 1000);
    const license = await issue(specification(usualSeats, { ...halfYear, id: 'new' }), undefined, now);
    const preview = await server.root
      .post('/api/v1/licenses/preview', { license })
      .expect<{ correctsTime: { recordedTime: string } | null }>(200);
    expect(Date.parse(preview.correctsTime?.recordedTime ?? '')).toBeLessThan(Date.now() + day);
    await server.root.post('/api/v1/licenses', { license }).expect(201);
    await checkOut('one').expect(201);
    const events = await server.sql<{ details: { proof: string } }>(
      `SELECT details FROM audit_event WHERE action = 'clock.corrected'`,
    );
    expect(events.map(({ details }) => details.proof)).toEqual(['new']);
    expect(await server.root.get('/api/v1/server-clock').expect(200)).toMatchObject({
      isAhead: false,
      corrected: { proof: 'new' },
    });
  });

  it('count again with a statement of time, which works once', async () => {
    await server.sql(
      `UPDATE installation SET newest_time = now() + interval '400 days', quotas_valid_until = '-infinity'`,
    );
    await checkOut('two').refused(403);
    const now = new Date(Date.now() + 5000);
    const license = await timeStatementFrom({ issuer: 'Vendor' }, vendor.privateKey, now);
    expect(await server.root.post('/api/v1/licenses/preview', { license }).expect(200)).toMatchObject({
      licenseType: 'TIME',
      seats: [],
    });
    const corrected = await server.root
      .post('/api/v1/licenses', { license })
      .expect<{ recordedTime: string; recordedBefore: string }>(200);
    expect(Date.parse(corrected.recordedBefore)).toBeGreaterThan(Date.now() + 399 * day);
    expect(Date.parse(corrected.recordedTime)).toBeLessThan(Date.now() + day);
    await checkOut('two').expect(201);
    expect(await server.root.post('/api/v1/licenses', { license }).refused(409)).toContain(
      'Ask the vendor for a new one',
    );
  });

  it('take no statement of another vendor, or for another server', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const later = new Date(Date.now() + 10_000);
    const foreign = await timeStatementFrom({ issuer: 'Vendor' }, stranger, later);
    await server.root.post('/api/v1/licenses', { license: foreign }).refused(400);
    const elsewhere = await timeStatementFrom({ issuer: 'Vendor', serverId: 'elsewhere' }, vendor.privateKey, later);
    expect(await server.root.post('/api/v1/licenses', { license: elsewhere }).refused(400)).toContain('another server');
  });

  it('are not shortened or revived by a clock that is turned back with an old file', async () => {
    await server.sql(
      `UPDATE installation SET newest_time = now() + interval '400 days', quotas_valid_until = '-infinity'`,
    );
    const [installed] = await server.sql<{ token: string }>(`SELECT token FROM license_file WHERE jti = 'new'`);
    await server.root.post('/api/v1/licenses', { license: installed?.token }).refused(400);
    expect(await server.sql(`SELECT FROM installation WHERE newest_time > now() + interval '399 days'`)).toHaveLength(
      1,
    );
  });
});
