import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { licenseServer } from './support/command.js';
import { base, OpenLdap } from './support/identity/open-ldap.js';
import { gui, readyServer, type ReadyServer, rootAccount, userId } from './support/test-server.js';
import { until } from './support/until.js';

const path = '/api/v1/identity-providers';
const people = Array.from({ length: 20 }, (_, index) => `p${index}`);

interface Step {
  step: string;
  ok: boolean;
  message: string;
}

let ldap: OpenLdap;
let server: ReadyServer;
let providerId: number;
beforeAll(async () => {
  ldap = await OpenLdap.start();
  server = await readyServer(
    [
      { product: 'KSE', model: 'per-user', quantity: 5, features: [gui] },
      { product: 'KRE', model: 'floating', quantity: 5, features: [gui] },
    ],
    {},
    { CLIENT_HOLD_SECONDS: '0' },
  );
  const groups = [{ group: 'testers', organizationId: server.organizationId, role: 'USER' }];
  const made = await server.root
    .post(path, { ...ldap.provider, provisioning: 'create', groups })
    .expect<{ id: number }>(201);
  providerId = made.id;
  await ldap.add(...people.map((uid) => ({ uid })));
  await ldap.group('testers', ...people);
  for (const uid of people) await signIn(uid).expect(204);
});
afterAll(async () => {
  await server.close();
  await ldap.close();
});

const signIn = (uid: string) => server.api.post('/api/v1/auth/sign-in', { email: uid, password: `${uid} password` });
const root = () => server.api.signedIn(rootAccount.email, rootAccount.password);

interface Sync {
  linked: number;
  removed: number;
  problem: string | null;
}

/** What the next comparison comes to. */
async function nextSync(): Promise<Sync> {
  const read = async () => {
    const api = await root();
    return api.get(`${path}/${providerId}`).expect<{ lastSyncAt: string | null; lastSync: Sync }>(200);
  };
  const before = await read();
  await server.later({ minutes: 16 });
  let after = before;
  await until(async () => (after = await read()).lastSyncAt !== before.lastSyncAt, 30, 'the next comparison');
  return after.lastSync;
}

describe('A person that the directory disables or removes', () => {
  it('loses sessions, keys and seats within a quarter of an hour, and has them back as far as they return', async () => {
    const { organizationId } = server;
    const p0 = await server.api.browser('p0@example.test', 'p0 password');
    const { key } = await p0.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201);
    const id = await userId(server, 'p0@example.test');
    const seat = { userId: id, product: 'KSE', model: 'per-user' };
    await (await root()).post(`/api/v1/organizations/${organizationId}/licensed-users`, seat).expect(204);
    const lease = { organizationId, product: 'KRE', machineId: 'f3a1c5d2e4b60789a1b2c3d4e5f60718', sessionId: 's' };
    await server.api.withBearer(key).post('/api/v1/leases', lease).expect(201);
    await ldap.set('p0', { userAccountControl: '514' });
    expect(await nextSync()).toEqual({ linked: 20, removed: 1, problem: null });
    await p0.get('/api/v1/users/me').refused(401);
    await server.api.withBearer(key).get('/api/v1/users/me').refused(401);
    expect(await server.sql('SELECT FROM lease WHERE user_id = $1', [id])).toHaveLength(0);
    expect(await server.sql('SELECT FROM licensed_user WHERE user_id = $1', [id])).toHaveLength(0);
    const events = await server.sql<{ details: object }>(
      `SELECT details FROM audit_event WHERE action = 'identity.ended'`,
    );
    expect(events).toMatchObject([{ details: { email: 'p0@example.test', reason: 'disabled', returned: 1 } }]);
    // It is done once.
    expect(await nextSync()).toEqual({ linked: 20, removed: 0, problem: null });
    await ldap.set('p0', { userAccountControl: '512' });
    await signIn('p0').expect(204);
    await ldap.remove('p1');
    expect(await nextSync()).toEqual({ linked: 20, removed: 1, problem: null });
  });

  it('has the same account again when the directory has the address again', async () => {
    await ldap.add({ uid: 'again' });
    await signIn('again').expect(204);
    const id = await userId(server, 'again@example.test');
    await ldap.remove('again');
    expect(await nextSync()).toMatchObject({ removed: 1 });
    await ldap.add({ uid: 'again' });
    await signIn('again').expect(204);
    expect(await userId(server, 'again@example.test')).toBe(id);
  });
});

describe('Nobody loses anything', () => {
  it('when more than a tenth would: it is told in the audit log, and on the page of the provider', async () => {
    for (const uid of ['p10', 'p11', 'p12']) await ldap.set(uid, { userAccountControl: '514' });
    expect(await nextSync()).toMatchObject({ removed: 0, problem: expect.stringContaining('more than a tenth') });
    const events = await server.sql(`SELECT FROM audit_event WHERE action = 'identity.sync-refused'`);
    expect(events).toHaveLength(1);
    for (const uid of ['p10', 'p11', 'p12']) await ldap.set(uid, { userAccountControl: '512' });
    expect(await nextSync()).toMatchObject({ problem: null });
  });

  it('when the directory is away or refuses to answer', async () => {
    await ldap.stop();
    const { problem, removed } = await nextSync();
    expect([removed, problem]).toEqual([0, expect.stringContaining('ECONNREFUSED')]);
    await ldap.run();
  });
});

describe('The test of a directory', () => {
  const test = async (body: object): Promise<{ ok: boolean; steps: Step[] }> =>
    (await root()).post(`${path}/${providerId}/test`, body).expect<{ ok: boolean; steps: Step[] }>(200);

  it('shows each step, the person, the groups and what they give', async () => {
    const { ok, steps } = await test({ user: 'p5', password: 'p5 password' });
    expect([ok, steps.map(({ step }) => step)]).toEqual([
      true,
      ['connect', 'tls', 'bind', 'search', 'attributes', 'groups', 'grants', 'password'],
    ]);
    const messages = steps.map(({ message }) => message).join('\n');
    expect(messages).toContain(`uid=p5,ou=people,${base}`);
    expect(messages).toContain('p5@example.test');
    expect(messages).toContain(`cn=testers,ou=groups,${base}`);
    expect(messages).toContain('USER in Acme');
    expect(messages).not.toContain('p5 password');
  });

  it('is on the command line, too', async () => {
    const env = { DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir };
    const run = (...args: string[]) => licenseServer(env, ['identity', 'test', ...args]);
    const { output, code } = await run('directory', '--user', 'p6');
    expect(output).toContain(`ok     search: Found uid=p6,ou=people,${base}.`);
    expect(code).toBe(0);
    expect((await run('directory', '--user', 'unknown')).code).toBe(1);
  });

  it('answers 200 also when a step has failed, with what the directory said', async () => {
    const failed = async (body: object) => (await test(body)).steps.filter((each) => !each.ok);
    expect(await failed({ user: 'p5', password: 'wrong' })).toMatchObject([{ step: 'password' }]);
    expect(await failed({ user: 'unknown' })).toMatchObject([{ step: 'search' }]);
    expect(await failed({})).toEqual([]);
    const change = async (fields: object) =>
      (await root()).patch(`${path}/${providerId}`, { bindPassword: 'wrong', ...fields }).expect(200);
    await change({});
    expect(await failed({})).toMatchObject([
      { step: 'bind', message: expect.stringContaining('InvalidCredentials (LDAP result 49)') },
    ]);
    await change({ caCertificate: '' });
    expect(await failed({})).toMatchObject([{ step: 'tls', message: expect.stringMatching(/certificate/i) }]);
    await change({ url: 'ldap://localhost:1' });
    expect(await failed({})).toMatchObject([{ step: 'connect', message: expect.stringContaining('ECONNREFUSED') }]);
  });
});
