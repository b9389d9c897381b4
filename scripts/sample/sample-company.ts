import { generateKeyPairSync, randomUUID } from 'node:crypto';
import pg from 'pg';
import sql from 'sql-template-tag';
import { licenseFrom } from '../../cli/vendor/license-specification.js';
import { type ServerCalls } from './server-calls.js';

/** A server that is to be filled, with its database. */
export type SampleServer = ServerCalls & { readonly databaseUrl: string };

/** A vendor for a throw-away server. */
export const sampleVendor = generateKeyPairSync('ed25519');

/** What a server needs to know of the vendor, and of itself. */
export const sampleSettings = {
  SERVER_URL: 'http://licenses.example.com:8080',
  VENDOR_KEYS: sampleVendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
};

export const owner = {
  email: 'ada@example.com',
  password: 'correct horse battery',
  firstName: 'Ada',
  lastName: 'Lovelace',
};

const day = 86_400_000;
const hour = 3_600_000;

const colleagues: [string, string, string, 'ADMIN' | 'BILLING_MANAGER' | 'USER'][] = [
  ['grace', 'Grace', 'Hopper', 'ADMIN'],
  ['alan', 'Alan', 'Turing', 'USER'],
  ['katherine', 'Katherine', 'Johnson', 'BILLING_MANAGER'],
  ['edsger', 'Edsger', 'Dijkstra', 'USER'],
  ['barbara', 'Barbara', 'Liskov', 'USER'],
  ['donald', 'Donald', 'Knuth', 'USER'],
  ['frances', 'Frances', 'Allen', 'USER'],
  ['tony', 'Tony', 'Hoare', 'USER'],
  ['margaret', 'Margaret', 'Hamilton', 'USER'],
];

/** The license of the sample company, as its vendor issues it. */
export function sampleLicense(): Promise<string> {
  const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();
  const gui = [{ key: 'gui', name: 'Katalon Studio Enterprise' }];
  const cli = [{ key: 'cli', name: 'Katalon Runtime Engine' }];
  const specification = {
    issuer: 'Sample vendor',
    id: 'ACME-2026-0042',
    customerId: 'acme',
    customer: { name: 'Acme Testing Ltd.', email: 'it@example.com' },
    validUntil: inDays(290),
    entitlements: [
      { product: 'KSE', model: 'per-user', quantity: 6, features: gui },
      { product: 'KSE', model: 'floating', quantity: 5, machineQuota: 20, offline: true, features: gui },
      { product: 'KRE', model: 'floating', quantity: 4, offline: true, features: cli, expiresAt: inDays(21) },
      { product: 'KRE', model: 'node-locked', quantity: 3, offline: true, features: cli },
    ],
  };
  return licenseFrom(specification, sampleVendor.privateKey, new Date());
}

/** A company at work: who signs in, what it is called, and who is where. */
export interface SampleCompany {
  organizationId: number;
  teamId: number;
  /** The links of invitations that nobody has followed. */
  invitation: string;
}

/** Fills a server that is set up with people, teams, seats in use, and twelve weeks of history. */
export async function fillWithSampleCompany(server: SampleServer): Promise<SampleCompany> {
  const as = await server.signIn(owner.email, owner.password);
  const { id: organizationId } = await server.call<{ id: number }>(
    'POST',
    '/api/v1/organizations',
    { name: 'Acme Testing' },
    as,
  );
  const organization = `/api/v1/organizations/${organizationId}`;
  const members = await joinAll(server, as, organization);
  const all = await server.call<{ content: MemberInList[] }>('GET', `${organization}/members`, undefined, as);
  const idOf = (name: string): number => all.content.find(({ email }) => email.startsWith(name))?.userId ?? 0;
  const teamId = await formTeams(server, as, organization, idOf);
  for (const name of ['grace', 'alan', 'edsger', 'barbara']) {
    const seat = { userId: idOf(name), product: 'KSE', model: 'per-user' };
    await server.call('POST', `${organization}/licensed-users`, seat, as);
  }
  const waiting = await server.call<{ link: string }[]>(
    'POST',
    `${organization}/invitations`,
    { emails: ['radia@example.com, shafi@example.com, leslie@example.com'], role: 'USER' },
    as,
  );
  await remember(server, organizationId, all.content);
  await rememberWeeks(server, organizationId);
  await server.call(
    'POST',
    `${organization}/offline-licenses`,
    {
      product: 'KRE',
      machineId: 'f3a1c5d2e4b60789a1b2c3d4e5f60718',
      expiresAt: new Date(Date.now() + 14 * day).toISOString(),
    },
    as,
  );
  await takeSeats(server, organizationId, members);
  for (const name of ['Jenkins', 'Nightly regression']) {
    await server.call('POST', '/api/v1/users/me/api-keys', { name, expiresAt: new Date(Date.now() + 200 * day) }, as);
  }
  return { organizationId, teamId, invitation: new URL(waiting[0]?.link ?? '').pathname };
}

type Headers = Record<string, string>;

interface MemberInList {
  userId: number;
  email: string;
}

/** Creates teams, one of them with members. @returns the id of that one */
async function formTeams(
  server: SampleServer,
  as: Headers,
  organization: string,
  idOf: (name: string) => number,
): Promise<number> {
  const [mobile] = await Promise.all(
    ['Mobile', 'Web shop', 'Platform'].map((name) =>
      server.call<{ id: number }>('POST', `${organization}/teams`, { name }, as),
    ),
  );
  const teamId = mobile?.id ?? 0;
  for (const [name, role] of [
    ['grace', 'ADMIN'],
    ['alan', 'USER'],
    ['barbara', 'USER'],
  ] as const) {
    await server.call('PUT', `${organization}/teams/${teamId}/members/${idOf(name)}`, { role }, as);
  }
  return teamId;
}

/** Invites the colleagues, who all come. */
async function joinAll(server: SampleServer, as: Headers, organization: string): Promise<Map<string, Headers>> {
  const members = new Map<string, Headers>();
  for (const [name, firstName, lastName, role] of colleagues) {
    const email = `${name}@example.com`;
    const [invited] = await server.call<{ link: string }[]>(
      'POST',
      `${organization}/invitations`,
      { emails: [email], role },
      as,
    );
    const token = invited?.link.split('/').pop() ?? '';
    await server.call('POST', `/api/v1/invitations/${token}/accept`, { password: owner.password, firstName, lastName });
    members.set(name, await server.signIn(email, owner.password));
  }
  return members;
}

/** Seats in use, one wish too many, and pipelines. */
async function takeSeats(server: SampleServer, organizationId: number, members: Map<string, Headers>): Promise<void> {
  const wishes: [string, string, string][] = [
    ['grace', 'KSE', 'grace-laptop'],
    ['alan', 'KSE', 'bletchley-4'],
    ['barbara', 'KSE', 'desk-barbara'],
    ['donald', 'KSE', 'tex-station'],
    ['frances', 'KSE', 'WIN-FALLEN'],
    ['tony', 'KRE', 'ci-agent-1'],
    ['tony', 'KRE', 'ci-agent-2'],
    ['margaret', 'KRE', 'ci-agent-3'],
    ['margaret', 'KRE', 'ci-agent-4'],
    ['edsger', 'KRE', 'ci-agent-5'],
    ['edsger', 'KRE', 'ci-agent-6'],
    ['edsger', 'KRE', 'ci-agent-7'],
  ];
  for (const [name, product, hostname] of wishes) {
    const lease = {
      organizationId,
      product,
      machineId: `${hostname}-id`,
      sessionId: randomUUID(),
      hostname,
      version: '10.2.0',
    };
    // The last ones are refused: that is what the dashboard tells of.
    await server.call('POST', '/api/v1/leases', lease, members.get(name)).catch(() => undefined);
  }
}

/** A day that has been: sessions and refusals, as the server would have written them. */
async function remember(server: SampleServer, organizationId: number, members: { userId: number }[]): Promise<void> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  const now = Date.now();
  for (let index = 0; index < 70; index++) {
    const ago = 1 + ((index * 7919) % 2300) / 100;
    const started = now - ago * hour;
    const ended = Math.min(now - 60_000, started + (0.3 + ((index * 31) % 40) / 10) * hour);
    const engine = index % 3 === 0;
    const machine = engine ? `ci-agent-${index % 5}` : `desk-${index % 9}`;
    await client.query(sql`
      INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname,
                                 started_at, ended_at)
        VALUES (${randomUUID()}, ${organizationId}, ${engine ? 'KRE' : 'KSE'}, ${!engine && index % 4 === 1 ? 'per-user' : 'floating'},
                ${members[index % members.length]?.userId}, ${`${machine}-id`}, ${randomUUID()}, ${machine},
                ${new Date(started)}, ${new Date(ended)})`);
  }
  for (let index = 0; index < 4; index++) {
    await client.query(sql`
      INSERT INTO denial (occurred_at, organization_id, product, code, user_id, machine_id, session_id, hostname)
        VALUES (${new Date(now - (2.5 + index * 0.4) * hour)}, ${organizationId}, 'KRE', 'seats-exhausted',
                ${members[index % members.length]?.userId}, ${`ci-agent-${index}-id`}, ${randomUUID()},
                ${`ci-agent-${index}`})`);
  }
  await client.end();
}

/** Twelve weeks of working days in which ever more people come: what a forecast learns from. */
async function rememberWeeks(server: SampleServer, organizationId: number): Promise<void> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(sql`
    INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname, started_at, ended_at)
    SELECT gen_random_uuid(), m.organization_id, 'KSE', 'floating', m.user_id, 'desk-' || m.place || '-id', gen_random_uuid(), 'desk-' || m.place,
           day + interval '8 hours' + (day_number * 7 + m.place * 13) % 50 * interval '1 minute',
           day + interval '12 hours' + (day_number * 11 + m.place * 29) % 300 * interval '1 minute'
      FROM generate_series(1, 84) AS day_number,
           LATERAL (SELECT date_trunc('day', now()) - day_number * interval '1 day' AS day) AS d,
           (SELECT organization_id, user_id, row_number() OVER (ORDER BY user_id) AS place FROM membership
             WHERE organization_id = ${organizationId}) AS m
     WHERE extract(isodow FROM day) < 6 AND m.place <= 3 + (84 - day_number) / 28 + day_number * 5 % 3 / 2`);
  await client.end();
}
