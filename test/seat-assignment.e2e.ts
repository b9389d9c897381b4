import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { Mailbox } from './support/network/smtp-server.js';
import { cli, everyScope, gui, member, readyServer, type ReadyServer, userId } from './support/test-server.js';
import { until } from './support/until.js';

interface LicensedUser {
  email: string;
  lastUsedAt: string | null;
}

interface AuditEvent {
  action: string;
  actor: string;
  targetId: string;
  details: Record<string, unknown>;
}

let server: ReadyServer;
let mailbox: Mailbox;
let path: string;
let admin: Api;

beforeAll(async () => {
  mailbox = await Mailbox.open();
  server = await readyServer([
    { product: 'KSE', model: 'per-user', quantity: 3, features: [gui], maxLeaseMinutes: 43_200 },
    { product: 'KRE', model: 'per-user', quantity: 2, features: [cli], maxLeaseMinutes: 43_200 },
  ]);
  path = `/api/v1/organizations/${server.organizationId}`;
  admin = await withKey(await member(server, 'admin@example.com', 'ADMIN'));
  const mailServer = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
  await server.root.put('/api/v1/mail-server', mailServer).expect(200);
});
afterAll(async () => {
  await server.close();
  await mailbox.close();
});

/** The same account, for longer than an access token is good. */
async function withKey(api: Api): Promise<Api> {
  const wanted = { name: 'test', scopes: everyScope };
  return api.withBearer((await api.post('/api/v1/users/me/api-keys', wanted).expect<{ key: string }>(201)).key);
}

const decide = (policy: object) => admin.patch(`${path}/license-policy`, policy);

function activate(api: Api, machine: string, more: object = {}) {
  const session = { organizationId: server.organizationId, product: 'KSE', sessionId: machine };
  return api.post('/api/v1/leases', { ...session, machineId: machineIdOf(machine), ...more });
}

async function licensed(product = 'KSE'): Promise<string[]> {
  const users = await licensedUsers(product);
  return users.map(({ email }) => email);
}

async function licensedUsers(product = 'KSE'): Promise<LicensedUser[]> {
  const list = `${path}/licensed-users?sort=email&product=${product}`;
  return (await admin.get(list).expect<{ content: LicensedUser[] }>(200)).content;
}

async function eventsOf(action: string): Promise<AuditEvent[]> {
  return (await admin.get(`${path}/audit-events?action=${action}`).expect<{ content: AuditEvent[] }>(200)).content;
}

async function unassignAll(): Promise<void> {
  for (const email of await licensed()) {
    const id = await userId(server, email);
    await admin.delete(`${path}/licensed-users/${id}?product=KSE&model=per-user`).expect(204);
  }
}

describe('A policy that assigns per-user seats', () => {
  let ada: Api;
  let grace: Api;
  let alan: Api;
  let joan: Api;

  beforeAll(async () => {
    [ada, grace, alan, joan] = (await Promise.all(
      ['ada', 'grace', 'alan', 'joan'].map((name) => member(server, `${name}@example.com`, 'USER')),
    )) as [Api, Api, Api, Api];
  });

  it('is off, unless changed', async () => {
    expect(await admin.get(`${path}/license-policy`).expect(200)).toMatchObject({
      autoAssign: false,
      unassignAfterDays: 0,
    });
    expect(await activate(ada, 'ada').refused(403)).toContain('Ask an administrator');
    for (const autoAssign of ['yes', 1]) await decide({ autoAssign }).refused(400);
  });

  it('gives each person one at the first activation, as long as there are any, never one too many', async () => {
    await decide({ autoAssign: true }).expect(200);
    const people = [ada, grace, alan, joan];
    const statuses = await Promise.all(people.map((api, index) => activate(api, `laptop-${index}`).status()));
    expect(statuses.toSorted()).toEqual([201, 201, 201, 403]);
    expect(await licensed()).toHaveLength(3);
    const names = ['ada', 'grace', 'alan', 'joan'].filter((_, index) => statuses[index] === 201);
    expect(await licensed()).toEqual(names.map((name) => `${name}@example.com`).toSorted());
  });

  it('is named in the audit log, and tells the person by mail', async () => {
    const [first] = await licensed();
    const [mail] = await mailbox.to(first ?? '');
    expect(mail?.subject).toContain('You have a Katalon Studio');
    const events = await eventsOf('licensed-user.assigned');
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({
      actor: 'server',
      details: { product: 'KSE', model: 'per-user', policy: 'autoAssign' },
    });
    expect(events.map(({ targetId }) => Number(targetId))).toContain(await userId(server, first ?? ''));
  });

  it('gives a seat that was taken back to the next person, and not to the session that lost it', async () => {
    await unassignAll();
    await activate(ada, 'desk').expect(201);
    await unassignAll();
    await activate(ada, 'desk').refused(403);
    await activate(joan, 'joan').expect(201);
    await activate(ada, 'desk', { sessionId: 'started-again' }).expect(201);
    expect(await licensed()).toEqual(['ada@example.com', 'joan@example.com']);
  });

  it('gives service accounts none', async () => {
    const account = await server.root.post(`${path}/service-accounts`, { name: 'CI' }).expect<{ id: number }>(201);
    const keys = `${path}/service-accounts/${account.id}/keys`;
    const { key } = await server.root.post(keys, { name: 'CI', scopes: ['seats'] }).expect<{ key: string }>(201);
    await activate(server.api.withBearer(key), 'ci', { product: 'KRE' }).refused(403);
    expect(await licensed('KRE')).toEqual([]);
  });

  it('gives Runtime Engine one, too, where there is no other seat', async () => {
    await activate(ada, 'engine', { product: 'KRE' }).expect(201);
    expect(await licensed('KRE')).toEqual(['ada@example.com']);
  });
});

describe('A policy that takes unused per-user seats back', () => {
  const seat = { product: 'KSE', model: 'per-user' };
  const people: Record<string, Api> = {};

  beforeAll(async () => {
    await decide({ autoAssign: false }).expect(200);
    await unassignAll();
    for (const name of ['idle', 'busy', 'running']) {
      const email = `${name}@example.com`;
      people[name] = await withKey(await member(server, email, 'USER'));
      await admin.post(`${path}/licensed-users`, { ...seat, userId: await userId(server, email) }).expect(204);
    }
  });

  const use = async (name: string): Promise<void> => {
    const { id } = await activate(people[name]!, name, { sessionId: `${name}-${Math.random()}` }).expect<{
      id: string;
    }>(201);
    await people[name]!.delete(`/api/v1/leases/${id}`).expect(204);
  };

  it('takes days, at least one, and no more than the server remembers sessions', async () => {
    for (const unassignAfterDays of [-1, 0.5, '7', 731]) await decide({ unassignAfterDays }).refused(400);
    expect(await decide({ unassignAfterDays: 731 }).refused(400)).toContain('730');
    await decide({ unassignAfterDays: 730 }).expect(200);
    await decide({ unassignAfterDays: 0 }).expect(200);
  });

  it('shows who last used a seat when', async () => {
    const never = await licensedUsers();
    expect(never.map(({ lastUsedAt }) => lastUsedAt)).toEqual([null, null, null]);
    await use('idle');
    await decide({ leaseMinutes: 43_200 }).expect(200);
    await activate(people.running!, 'running').expect(201);
    const list = await admin
      .get(`${path}/licensed-users?product=KSE&sort=lastUsedAt,desc`)
      .expect<{ content: LicensedUser[] }>(200);
    expect(list.content.map(({ email, lastUsedAt }) => [email, lastUsedAt === null])).toEqual([
      ['running@example.com', false],
      ['idle@example.com', false],
      ['busy@example.com', true],
    ]);
  });

  it('leaves the seat to a person who has used it since, and to one whose session runs', async () => {
    await decide({ unassignAfterDays: 7, leaseMinutes: 15 }).expect(200);
    await server.later({ days: 5 });
    await use('busy');
    await server.later({ days: 3 });
    await until(async () => (await licensed()).length < 3, 20, 'the seat that was not used');
    // Another hour: what is left, is left.
    await server.later({ minutes: 61 });
    expect(await licensed()).toEqual(['busy@example.com', 'running@example.com']);
    const [event] = await eventsOf('licensed-user.unassigned');
    expect(event).toMatchObject({
      ...{ actor: 'server', targetId: String(await userId(server, 'idle@example.com')) },
      details: { policy: 'unassignAfterDays', days: 7, product: 'KSE' },
    });
    const [mail] = await mailbox.to('idle@example.com');
    expect(mail?.text).toContain('You had not used it for 7 days');
  });

  it('takes nothing when it is off', async () => {
    await decide({ unassignAfterDays: 0 }).expect(200);
    await server.later({ days: 20 });
    await use('busy');
    await server.later({ minutes: 61 });
    expect(await licensed()).toContain('busy@example.com');
  });

  it('leaves the seats of service accounts alone: no policy gives them one again', async () => {
    const account = admin.post(`${path}/service-accounts`, { name: 'Yearly' });
    const { id: bot } = await account.expect<{ id: number }>(201);
    await admin.post(`${path}/licensed-users`, { ...seat, product: 'KRE', userId: bot }).expect(204);
    await decide({ unassignAfterDays: 1 }).expect(200);
    await server.later({ days: 2 });
    await until(async () => !(await licensed()).includes('busy@example.com'), 20, 'the seat that was not used');
    expect(await server.sql('SELECT FROM licensed_user WHERE user_id = $1', [bot])).toHaveLength(1);
  });
});
