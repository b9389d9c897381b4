import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tableRules } from '../src/retention/table-rules.js';
import { machineIdOf } from './support/machine-id.js';
import { readyServer, type ReadyServer, rootAccount, userId } from './support/test-server.js';
import { until } from './support/until.js';

let server: ReadyServer;

beforeAll(async () => {
  server = await readyServer(undefined, {}, { SESSION_RETENTION_DAYS: '100', HISTORY_RETENTION_DAYS: '50' });
});
afterAll(() => server.close());

/** The name of a row whose key is a UUID made of it. */
const noticeName = `CASE notice WHEN md5('old')::uuid THEN 'old' WHEN md5('young')::uuid THEN 'young' END`;

/** A row of each table whose old rows are deleted: the statement takes the name of the row and when it was over, as SQL. */
const rows: Record<string, { days: number; key: string; insert: (name: string, over: string) => string }> = {
  client_session: {
    days: 100,
    key: 'session_id',
    insert: (name, over) =>
      `INSERT INTO client_session (organization_id, machine_id, session_id, reported_at)
         SELECT id, '${machineIdOf(name)}', '${name}', ${over} FROM organization`,
  },
  denial: {
    days: 100,
    key: 'session_id',
    insert: (name, over) =>
      `INSERT INTO denial (occurred_at, organization_id, product, code, machine_id, session_id)
         SELECT ${over}, id, 'KSE', 'no-seat', '${machineIdOf(name)}', '${name}' FROM organization`,
  },
  dismissed_notice: {
    days: 400,
    key: noticeName,
    insert: (name, over) =>
      `INSERT INTO dismissed_notice (user_id, notice, dismissed_at) SELECT id, md5('${name}')::uuid, ${over} FROM user_account LIMIT 1`,
  },
  email_change: {
    days: 30,
    key: 'email',
    insert: (name, over) =>
      `INSERT INTO email_change (token_hash, user_id, email, created_at, expires_at)
         SELECT sha256('${name}'), id, '${name}', ${over} - interval '1 hour', ${over} FROM user_account LIMIT 1`,
  },
  ended_session: {
    days: 100,
    key: 'session_id',
    insert: (name, over) =>
      `INSERT INTO ended_session (lease_id, organization_id, product, model, machine_id, session_id, started_at, ended_at, ended_event_id)
         SELECT gen_random_uuid(), id, 'KSE', 'floating', '${machineIdOf(name)}', '${name}', ${over}, ${over}, NULL FROM organization`,
  },
  expiry_notice: {
    days: 400,
    key: 'jti',
    insert: (name, over) => `INSERT INTO expiry_notice (jti, expires_at, days_before) VALUES ('${name}', ${over}, 7)`,
  },
  invitation: {
    days: 50,
    key: 'email',
    insert: (name, over) =>
      `INSERT INTO invitation (organization_id, email, role, nonce, token_hash, created_at, sent_at, expires_at)
         SELECT id, '${name}', 'USER', '', sha256('${name}'), ${over}, ${over}, ${over} FROM organization`,
  },
  mailed_notice: {
    days: 400,
    key: noticeName,
    insert: (name, over) => `INSERT INTO mailed_notice (notice, mailed_at) VALUES (md5('${name}')::uuid, ${over})`,
  },
  offline_license: {
    days: 50,
    key: 'token',
    insert: (name, over) =>
      `INSERT INTO offline_license (organization_id, pool_id, machine_id, created_at, expires_at, token)
         SELECT organization_id, id, '${machineIdOf(name)}', ${over} - interval '1 day', ${over}, '${name}' FROM seat_pool LIMIT 1`,
  },
  rate_limit: {
    days: 1,
    key: 'key',
    insert: (name, over) =>
      `INSERT INTO rate_limit (key, points, expire) SELECT '${name}', 1, (extract(epoch FROM ${over}) * 1000)::bigint`,
  },
  openid_used_token: {
    days: 1,
    key: "encode(hash, 'escape')",
    insert: (name, over) => `INSERT INTO openid_used_token (hash, expires_at) SELECT '${name}', ${over}`,
  },
  outbox_mail: {
    days: 50,
    key: 'recipient',
    insert: (name, over) =>
      `INSERT INTO outbox_mail (kind, recipient, subject, message_id, created_at, next_attempt_at, state)
         VALUES ('test', '${name}', 's', '${name}', ${over}, ${over}, 'failed')`,
  },
  password_reset: {
    days: 30,
    key: "encode(token_hash, 'escape')",
    insert: (name, over) =>
      `INSERT INTO password_reset (token_hash, user_id, created_at, expires_at)
         SELECT '${name}', id, ${over} - interval '1 hour', ${over} FROM user_account LIMIT 1`,
  },
  pending_sign_in: {
    days: 1,
    key: "encode(token_hash, 'escape')",
    insert: (name, over) =>
      `INSERT INTO pending_sign_in (token_hash, user_id, credentials_version, created_at, expires_at)
         SELECT '${name}', id, credentials_version, ${over} - interval '10 minutes', ${over} FROM user_account LIMIT 1`,
  },
  saml_arrival: {
    days: 1,
    key: "encode(token_hash, 'escape')",
    insert: (name, over) =>
      `WITH provider AS (INSERT INTO identity_provider (kind, name, provisioning, settings, created_at, updated_at)
                           VALUES ('saml', '${name}', 'existing', '{}', now(), now()) RETURNING id)
       INSERT INTO saml_arrival (token_hash, provider_id, arrival_sealed, expires_at) SELECT '${name}', id, '', ${over} FROM provider`,
  },
  webhook_delivery: {
    days: 7,
    key: 'message_id',
    insert: (name, over) =>
      `WITH hook AS (INSERT INTO webhook (url_sealed, host, events, format, secret_sealed, created_at, updated_at)
                       VALUES ('', '${name}', '{}', 'standard', '', now(), now()) RETURNING id)
       INSERT INTO webhook_delivery (webhook_id, message_id, event, data, occurred_at, next_attempt_at, state)
         SELECT id, '${name}', 'lease.granted', '{}', ${over}, ${over}, 'delivered' FROM hook`,
  },
  session: {
    days: 1,
    key: "encode(token_hash, 'escape')",
    insert: (name, over) =>
      `INSERT INTO session (token_hash, user_id, credentials_version, created_at, expires_at)
         SELECT '${name}', id, credentials_version, ${over} - interval '1 day', ${over} FROM user_account LIMIT 1`,
  },
  used_challenge: {
    days: 1,
    key: "encode(challenge_hash, 'escape')",
    insert: (name, over) => `INSERT INTO used_challenge VALUES ('${name}', ${over})`,
  },
  size_sample: {
    days: 400,
    key: "CASE database_bytes WHEN 1001 THEN 'old' WHEN 1002 THEN 'young' END",
    insert: (name, over) =>
      name === 'old'
        ? `INSERT INTO size_sample VALUES ((${over} - interval '1 day')::date, 1001)`
        : `INSERT INTO size_sample VALUES ((${over})::date, 1002)`,
  },
  usage_month: {
    days: 100,
    key: 'machine_id',
    insert: (name, over) =>
      `INSERT INTO usage_month (organization_id, month, user_id, machine_id, product, model, carried, began, micros, last_started_at)
         SELECT id, ${over} - interval '1 month', 1, '${name}', 'KSE', 'floating', 0, 1, 1, ${over} FROM organization`,
  },
};

/** An hour later, again and again: a step of the clock during a turn is none for the next turn. */
async function hourByHour(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (let hour = 1; hour <= 12; hour++) {
    await server.later({ minutes: 61 });
    const happened = await until(condition, 5, what).then(
      () => true,
      () => false,
    );
    if (happened) return;
  }
  throw new Error(`Waited twelve hours in vain for ${what}`);
}

/** Which of the rows there are. */
async function found(table: string): Promise<string[]> {
  const { key } = rows[table]!;
  const names = await server.sql<{ name: string }>(
    `SELECT ${key} AS name FROM ${table} WHERE ${key} IN ('old', 'young')`,
  );
  return names.map(({ name }) => name).sort();
}

describe('What grows', () => {
  it('has a rule for every table that says why it does not grow forever', async () => {
    const tables = await server.sql<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    expect(Object.keys(tableRules).sort()).toEqual(tables.map(({ name }) => name).sort());
    const deleted = Object.entries(tableRules).filter(([, rule]) => 'deleted' in rule);
    expect(deleted.map(([table]) => table).sort()).toEqual(Object.keys(rows).sort());
  });

  it('is deleted from every table when it is old, and stays while it is young', async () => {
    for (const { days, insert } of Object.values(rows)) {
      await server.sql(insert('old', `now() - interval '${days} days 1 minute'`));
      await server.sql(insert('young', `now() - interval '${days - 2} days'`));
    }
    // The last table of the turn.
    await hourByHour(async () => !(await found('usage_month')).includes('old'), 'the turn to come');
    for (const table of Object.keys(rows)) {
      expect([table, await found(table)]).toEqual([table, ['young']]);
    }
  });

  it('is deleted a few thousand rows at a time, and all of it in one turn', async () => {
    await server.sql(
      `INSERT INTO denial (occurred_at, organization_id, product, code, machine_id, session_id)
         SELECT now() - interval '200 days', o.id, 'KSE', 'no-seat', 'm', 'many' FROM organization o, generate_series(1, 12000)`,
    );
    const left = () => server.sql(`SELECT FROM denial WHERE session_id = 'many' LIMIT 1`);
    await hourByHour(async () => (await left()).length === 0, 'all of them to go');
  });

  it('is kept while it waits: a mail that is not sent, an invitation that is accepted', async () => {
    await server.sql(
      `INSERT INTO outbox_mail (kind, recipient, subject, message_id, created_at, next_attempt_at)
         VALUES ('test', 'waits@example.com', 's', 'waits', now() - interval '200 days', now() + interval '200 days')`,
    );
    await server.sql(
      `INSERT INTO invitation (organization_id, email, role, nonce, token_hash, created_at, sent_at, expires_at, user_id, accepted_at)
         SELECT o.id, 'waits@example.com', 'USER', '', sha256('waits'), t.at, t.at, t.at, $1, t.at
           FROM organization o, (SELECT now() - interval '200 days' AS at) AS t`,
      [await userId(server, rootAccount.email)],
    );
    await server.sql(rows.outbox_mail!.insert('old', `now() - interval '51 days'`));
    await hourByHour(async () => !(await found('outbox_mail')).includes('old'), 'the turn to come');
    expect(await server.sql(`SELECT FROM outbox_mail WHERE recipient = 'waits@example.com'`)).toHaveLength(1);
    expect(await server.sql(`SELECT FROM invitation WHERE email = 'waits@example.com'`)).toHaveLength(1);
  });
});
