import { setTimeout as delay } from 'node:timers/promises';
import { type Client } from 'pg';
import sql, { raw, type Sql } from 'sql-template-tag';

/** How much there is of what. */
interface Company {
  members: number;
  testers: number;
  sessions: number;
  /** Audit events without the grants and ends of sessions, which are two more for each. */
  events: number;
  refusals: number;
  leases: number;
  invitations: number;
}

export function fullCompany(share: number): Company {
  const part = (count: number): number => Math.max(1, Math.round(count * share));
  return {
    members: part(10_000),
    testers: part(2_000),
    sessions: part(1_000_000),
    events: part(1_000_000),
    refusals: part(500_000),
    leases: part(10_000),
    invitations: part(2_000),
  };
}

/**
 * One transaction: the whole year is there, or nothing.
 *
 * @returns the name of the organization that has it now
 * @throws Error when there is no organization
 */
export async function fillDatabase(database: Client, company: Company): Promise<string> {
  await database.query('BEGIN');
  try {
    await database.query("SELECT setseed(0.5), set_config('synchronous_commit', 'off', true)");
    const organization = await largestOrganization(database);
    for (const [what, statement] of statementsFor(organization.id, company)) {
      const { rowCount } = await database.query(statement);
      if (what) console.log(`${what}: ${(rowCount ?? 0).toLocaleString('en')}`);
    }
    await database.query('COMMIT');
    return organization.name;
  } catch (error) {
    await database.query('ROLLBACK');
    throw error;
  }
}

/** A running server seals new audit events every ten seconds, and adds up sessions every five minutes; without one, the next start does it. */
export async function waitUntilSettled(database: Client): Promise<void> {
  const { rows: servers } = await database.query(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
  );
  if (servers.length === 0) {
    console.log('No server runs on this database: the next start seals the audit events and adds up the sessions.');
    return;
  }
  console.log('Waiting until the server has sealed the audit events and added up the sessions: up to ten minutes.');
  const isSealed = sql`SELECT 1 FROM audit_chain WHERE sealed_below > (SELECT xid FROM audit_event ORDER BY id DESC LIMIT 1)`;
  const isRolledUp = sql`SELECT 1 FROM usage_roll_up WHERE rolled_until > now() - interval '2 hours'`;
  for (const isDone of [isSealed, isRolledUp]) {
    while ((await database.query(isDone)).rows.length === 0) await delay(1_000);
  }
}

interface Organization {
  id: number;
  name: string;
}

async function largestOrganization(database: Client): Promise<Organization> {
  const { rows } = await database.query<Organization>(
    `SELECT o.id, o.name FROM organization o LEFT JOIN seat_pool p ON p.organization_id = o.id
      GROUP BY o.id ORDER BY coalesce(sum(p.quota), 0) DESC, o.id LIMIT 1`,
  );
  const [largest] = rows;
  if (!largest) throw new Error('There is no organization yet: set up the server and create one first.');
  return largest;
}

/** Each statement with what it adds, in their order. */
function statementsFor(organization: number, company: Company): [what: string, statement: Sql][] {
  return [
    // Nothing takes a number in between.
    ['', sql`LOCK TABLE audit_event, lease, ended_session IN SHARE ROW EXCLUSIVE MODE`],
    // What is added up of the last year is not all of it any more; a server does it once more.
    ['', sql`DELETE FROM usage_hour`],
    ['', sql`DELETE FROM usage_month`],
    ['', sql`UPDATE usage_roll_up SET rolled_until = '-infinity', oldest_start = '-infinity'`],
    ['', raw(workingHours)],
    ['Members', addPeople(organization, company)],
    ['', addMemberships(organization)],
    ['', chooseTesters(company.testers)],
    ['', planSessions(company.sessions)],
    ['', planEvents(company.events)],
    ['', numberEvents()],
    ['Sessions', addSessions(organization)],
    ['Audit events beside those of sessions', addEvents(organization)],
    ['', moveSequence(company)],
    ['Refusals', addRefusals(organization, company.refusals)],
    ['Live leases', addLeases(organization, company.leases)],
    ['', countLeases(organization)],
    ['Invitations', addInvitations(organization, company.invitations)],
  ];
}

/**
 * A moment of the last year when people work, rarer at night and at weekends, with a peak in the morning. The first argument picks the
 * day and the other two the hour, each from 0 to 1.
 */
const workingHours = `CREATE FUNCTION pg_temp.working_time(day float8, hour float8, weekend float8) RETURNS timestamptz
  LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN extract(isodow FROM d.day) > 5 AND weekend > 0.1 THEN d.day - interval '2 days' ELSE d.day END
           + interval '7 hours' + hour * hour * interval '11 hours'
      FROM (SELECT date_trunc('day', now(), 'UTC') - interval '1 day' - floor(day * 365) * interval '1 day' AS day) AS d $$`;

function addPeople(organization: number, { members }: Company): Sql {
  return sql`INSERT INTO user_account (email, first_name, last_name, created_at, verified_at, origin_organization_id)
    SELECT format('tester%s@example.com', n), 'Tester', lpad(n::text, 5, '0'), now() - interval '366 days', now() - interval '366 days',
           ${organization}::bigint
      FROM generate_series(1, ${members}::int) AS n
    ON CONFLICT DO NOTHING`;
}

function addMemberships(organization: number): Sql {
  return sql`INSERT INTO membership (organization_id, user_id, role, joined_at)
    SELECT ${organization}::bigint, id, CASE WHEN id % 50 = 0 THEN 'ADMIN' ELSE 'USER' END, created_at
      FROM user_account WHERE email LIKE 'tester%@example.com'
    ON CONFLICT DO NOTHING`;
}

/** Each tester has a computer; some have a second one, and the pipelines of some run on a dozen agents. */
function chooseTesters(testers: number): Sql {
  return sql`CREATE TEMPORARY TABLE tester ON COMMIT DROP AS
    SELECT (row_number() OVER (ORDER BY id))::int AS n, id, email
      FROM user_account WHERE email LIKE 'tester%@example.com' ORDER BY id LIMIT ${testers}::int`;
}

function planSessions(sessions: number): Sql {
  return sql`CREATE TEMPORARY TABLE planned_session ON COMMIT DROP AS
    SELECT gen_random_uuid() AS lease_id, t.id AS user_id, t.email, s.product, s.model, s.started_at,
           s.started_at + (CASE s.product WHEN 'KRE' THEN interval '40 minutes' ELSE interval '7 hours' END) * (0.05 + s.length) AS ended_at,
           md5(s.product || t.n || '/' || s.device) AS machine_id, format('%s-%s-%s', lower(s.product), t.n, s.device) AS hostname,
           NULL::bigint AS granted, NULL::bigint AS ended
      FROM (SELECT 1 + floor(random() * (SELECT count(*) FROM tester))::int AS n,
                   CASE WHEN kind < 0.5 THEN 'KRE' ELSE 'KSE' END AS product,
                   CASE WHEN kind < 0.45 THEN 'floating' WHEN kind < 0.5 THEN 'node-locked' WHEN kind < 0.7 THEN 'floating' ELSE 'per-user' END AS model,
                   pg_temp.working_time(random(), random(), random()) AS started_at, random() * random() AS length,
                   floor(CASE WHEN kind < 0.5 THEN 12 ELSE 1.2 END * random())::int AS device
              FROM (SELECT random() AS kind FROM generate_series(1, ${sessions}::int)) AS kinds) AS s
      JOIN tester t USING (n)`;
}

const actions = [
  'member.role-changed',
  'licensed-user.assigned',
  'licensed-user.unassigned',
  'user.signed-in',
  'team-member.added',
];

function planEvents(events: number): Sql {
  return sql`CREATE TEMPORARY TABLE planned_event ON COMMIT DROP AS
    SELECT pg_temp.working_time(random(), random(), random()) AS occurred_at, (${actions}::text[])[1 + floor(random() * ${actions.length}::int)::int] AS action,
           1 + floor(random() * (SELECT count(*) FROM tester))::int AS actor, 1 + floor(random() * (SELECT count(*) FROM tester))::int AS target,
           NULL::bigint AS id, n
      FROM generate_series(1, ${events}::int) AS n`;
}

/** Ids in the order of time, as they would have come. */
function numberEvents(): Sql {
  return sql`WITH numbered AS (
      SELECT kind, ref, n, (SELECT last_value FROM audit_event_id_seq) + row_number() OVER (ORDER BY at) AS id
        FROM (SELECT 'granted' AS kind, lease_id AS ref, NULL::int AS n, started_at AS at FROM planned_session
              UNION ALL SELECT 'ended', lease_id, NULL, ended_at FROM planned_session
              UNION ALL SELECT 'event', NULL, n, occurred_at FROM planned_event) AS moments),
    granted AS (UPDATE planned_session p SET granted = g.id, ended = e.id
                  FROM numbered g JOIN numbered e USING (ref)
                 WHERE g.kind = 'granted' AND e.kind = 'ended' AND g.ref = p.lease_id)
    UPDATE planned_event p SET id = numbered.id FROM numbered WHERE numbered.kind = 'event' AND numbered.n = p.n`;
}

function addSessions(organization: number): Sql {
  return sql`INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname, started_at, ended_at,
                             end_reason, ended_by, version, granted_event_id, granted_from, ended_event_id, ended_from)
    SELECT lease_id, ${organization}::bigint, product, model, user_id, machine_id, lease_id::text, hostname, started_at, ended_at,
           CASE WHEN granted % 9 = 0 THEN 'expired' ELSE 'released' END, NULL, '11.2.0', granted, '10.' || granted % 200 || '.7.' || user_id % 250,
           ended, CASE WHEN granted % 9 > 0 THEN '10.' || granted % 200 || '.7.' || user_id % 250 END
      FROM planned_session ORDER BY ended_at`;
}

function addEvents(organization: number): Sql {
  return sql`INSERT INTO audit_event (id, occurred_at, action, organization_id, actor_id, actor, target_type, target_id, details, address)
    OVERRIDING SYSTEM VALUE
    SELECT p.id, p.occurred_at, p.action, ${organization}::bigint, a.id, a.email, 'user', t.id::text,
           CASE WHEN p.action LIKE 'licensed-user.%' THEN jsonb_build_object('email', t.email, 'product', 'KSE', 'model', 'per-user')
                WHEN p.action = 'member.role-changed' THEN jsonb_build_object('from', 'ADMIN', 'to', 'USER')
                ELSE jsonb_build_object('email', t.email) END,
           '10.' || p.id % 200 || '.7.' || a.id % 250
      FROM planned_event p JOIN tester a ON a.n = p.actor JOIN tester t ON t.n = p.target ORDER BY p.id`;
}

function moveSequence({ sessions, events }: Company): Sql {
  return sql`SELECT setval('audit_event_id_seq', (SELECT last_value FROM audit_event_id_seq) + ${2 * sessions + events}::bigint)`;
}

/** When all want a seat at once, each is refused several times. */
function addRefusals(organization: number, refusals: number): Sql {
  return sql`INSERT INTO denial (occurred_at, organization_id, product, code, user_id, machine_id, session_id, hostname)
    SELECT r.at, ${organization}::bigint, r.product, 'seats-exhausted', t.id, md5(r.product || t.n || '/0'), gen_random_uuid()::text,
           format('%s-%s-0', lower(r.product), t.n)
      FROM (SELECT pg_temp.working_time(random(), random() * 0.5, random()) AS at, CASE WHEN random() < 0.5 THEN 'KRE' ELSE 'KSE' END AS product,
                   1 + floor(random() * (SELECT count(*) FROM tester))::int AS n
              FROM generate_series(1, ${refusals}::int)) AS r JOIN tester t USING (n)
     ORDER BY r.at`;
}

/** As many in each pool as it has seats for, until there are enough. They last a day, like the longest that a license allows. */
function addLeases(organization: number, leases: number): Sql {
  return sql`INSERT INTO lease (pool_id, organization_id, product, user_id, machine_id, session_id, hostname, version, started_at, renewed_at, expires_at,
                     granted_from, client)
    SELECT p.id, ${organization}::bigint, p.product, u.id, md5(p.id || '/' || u.n), gen_random_uuid()::text, format('desk-%s', u.n), '11.2.0',
           now() - u.n * interval '1 second', now(), now() + interval '1 day', '10.1.7.' || u.n % 250,
           CASE p.product WHEN 'KSE' THEN 'studio' ELSE 'engine' END
      FROM (SELECT id, product, coalesce(sum(quota - in_use) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS first, quota - in_use AS seats
              FROM seat_pool WHERE organization_id = ${organization}::bigint AND model = 'floating' AND ends_at > now() AND quota > in_use) AS p
      JOIN (SELECT row_number() OVER (ORDER BY id) AS n, id FROM user_account WHERE email LIKE 'tester%@example.com') AS u
        ON u.n > p.first AND u.n <= p.first + p.seats AND u.n <= ${leases}::int`;
}

function countLeases(organization: number): Sql {
  return sql`UPDATE seat_pool p SET in_use = p.in_use + l.added, earliest_expiry = least(p.earliest_expiry, now() + interval '1 day')
    FROM (SELECT pool_id, count(*) AS added FROM lease WHERE xid = pg_current_xact_id() GROUP BY 1) AS l
   WHERE l.pool_id = p.id AND p.organization_id = ${organization}::bigint`;
}

function addInvitations(organization: number, invitations: number): Sql {
  return sql`INSERT INTO invitation (organization_id, email, role, nonce, token_hash, created_at, sent_at, expires_at)
    SELECT ${organization}::bigint, format('invited%s@example.com', n), 'USER', uuid_send(gen_random_uuid()), sha256(uuid_send(gen_random_uuid())),
           now() - n * interval '1 minute', now() - n * interval '1 minute', now() + interval '7 days'
      FROM generate_series(1, ${invitations}::int) AS n
    ON CONFLICT DO NOTHING`;
}
