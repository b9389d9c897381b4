import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KatalonClient, type ClientOptions } from './clients/katalon-client.js';
import { machineIdOf } from './support/machine-id.js';
import {
  cli,
  everybodyCreatesOrganizations,
  gui,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
} from './support/test-server.js';

let server: ReadyServer;
let apiKey: string;

beforeAll(async () => {
  server = await readyServer([
    {
      product: 'KSE',
      model: 'floating',
      quantity: 2,
      features: [gui, { key: 'private_plugin', name: 'Private plugins' }],
    },
    { product: 'KRE', model: 'floating', quantity: 2, features: [cli] },
  ]);
  const { key } = await server.root.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201);
  apiKey = key;
});
afterAll(() => server.close());

const studio = (options: Partial<ClientOptions> = {}) =>
  new KatalonClient({
    serverUrl: `${server.url}/`,
    package: 'KSE',
    email: rootAccount.email,
    password: rootAccount.password,
    ...options,
  });
const engine = (options: Partial<ClientOptions> = {}) =>
  new KatalonClient({ serverUrl: server.url, package: 'FLOATING_ENGINE', apiKey, ...options });

const online = async (): Promise<number> => {
  const path = `/api/v1/organizations/${server.organizationId}/online-licenses`;
  return (await server.root.get(path).expect<{ totalElements: number }>(200)).totalElements;
};

describe('Katalon Studio', () => {
  it('activates with server URL, e-mail and password, renews, and gives its seat back', async () => {
    const client = studio({ hostname: 'HOST-1' });
    const begin = Date.now() / 1000;
    const activation = await client.activate();
    expect(client.mayRun()).toBe(true);
    expect(activation).toMatchObject({
      machineId: client.machineKey,
      organization: { id: server.organizationId, name: 'Acme', role: 'OWNER' },
      errorMessage: null,
    });
    const { expirationDate, renewTime, licenseType } = client.license!;
    expect(licenseType).toBe('ENTERPRISE');
    // Studio never tries a renewal twice: an early one would be no safer.
    expect(expirationDate - renewTime).toBe(180);
    expect(expirationDate).toBeGreaterThanOrEqual(Math.floor(begin + 900));
    expect(expirationDate).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000 + 900));

    expect(await client.heartbeat(new Date())).toBe('not-due');
    await server.later({ minutes: 6 });
    expect(await client.heartbeat(new Date(renewTime * 1000))).toBe('renewed');
    expect(client.license!.expirationDate).toBeGreaterThanOrEqual(expirationDate + 360);
    expect(client.activation!.id).toBe(activation.id);
    expect(await online()).toBe(1);

    const policy = `/api/v1/organizations/${server.organizationId}/license-policy`;
    await server.root.patch(policy, { clientRenewalShare: 0.5 }).expect(200);
    expect(await client.heartbeat(new Date(client.license!.renewTime * 1000))).toBe('renewed');
    expect(client.license!.expirationDate - client.license!.renewTime).toBe(450);
    await server.root.patch(policy, { clientRenewalShare: 0.8 }).expect(200);

    await client.track(new Date(Date.now() - 60_000), new Date());
    expect(await server.sql('SELECT session_id FROM client_session WHERE ended_at > started_at')).toEqual([
      { session_id: client.sessionId },
    ]);
    await client.release();
    await client.release();
    expect(await online()).toBe(0);
  });

  it('finds its renewal due at a look before a short lease ends, though it looks every 30 seconds only', async () => {
    const policy = `/api/v1/organizations/${server.organizationId}/license-policy`;
    for (const leaseMinutes of [1, 2, 3]) {
      await server.root.patch(policy, { leaseMinutes }).expect(200);
      const client = studio();
      const { createAt } = await client.activate();
      const begin = Date.parse(createAt);
      let renewals = 0;
      for (let look = 1; look <= 2 * leaseMinutes && renewals === 0; look++) {
        await server.later({ seconds: 30 });
        if ((await client.heartbeat(new Date(begin + look * 30_000))) === 'renewed') renewals++;
      }
      expect([leaseMinutes, renewals]).toEqual([leaseMinutes, 1]);
      await client.release();
    }
    await server.root.patch(policy, { leaseMinutes: 15 }).expect(200);
  });

  it('learns its features and the end of its subscription', async () => {
    const client = studio();
    await client.activate();
    expect(await client.features()).toEqual(expect.arrayContaining([{ name: 'Studio', key: 'katalon_gui' }]));
    const end = await client.subscriptionExpiration('KSE');
    expect(end.getTime()).toBeGreaterThan(Date.now() + 300 * 86_400_000);
    await client.deactivate();
    expect(await online()).toBe(0);
  });

  it('is refused in words when all seats are in use, and gets the seat that is given back', async () => {
    const holders = [studio({ hostname: 'HOST-1' }), studio({ hostname: 'HOST-2' })];
    for (const holder of holders) await holder.activate();
    const late = studio({ hostname: 'HOST-3' });
    await expect(late.activate()).rejects.toThrow(
      /^All 2 Katalon Studio Enterprise seats of Acme are in use: root@example\.com on HOST-1 since .* UTC, root@example\.com on HOST-2 since .*\. These sessions are yours: you can end them in the console\. Or ask an administrator to release one\.$/,
    );
    const [denial] = await server.sql('SELECT code, product, hostname FROM denial');
    expect(denial).toEqual({ code: 'seats-exhausted', product: 'KSE', hostname: 'HOST-3' });
    await holders[0]!.release();
    await late.activate();
    await Promise.all([holders[1]!.release(), late.release()]);
  });

  it('that crashed and starts again on its machine gets its own seat back', async () => {
    const [other, crashed] = [studio(), studio({ hostname: 'HOST-1' })];
    await other.activate();
    await crashed.activate();
    const restarted = studio({ machineKey: crashed.machineKey });
    await restarted.activate();
    expect(await online()).toBe(2);
    await Promise.all([other.release(), restarted.release()]);
    expect(await online()).toBe(0);
  });

  it('that died gives its seat back at the expiry, without any sweep', async () => {
    await studio().activate();
    await studio().activate();
    await expect(studio().activate()).rejects.toThrow('in use');
    await server.later({ minutes: 15, seconds: 1 });
    const next = studio();
    await next.activate();
    await next.release();
    const ends = await server.root
      .get('/api/v1/audit-events?action=lease.ended&search=expired&actor=server')
      .expect<{ totalElements: number }>(200);
    expect(ends.totalElements).toBe(2);
  });

  it('of somebody without an organization may create one, without a body', async () => {
    await everybodyCreatesOrganizations(server);
    await member(server, 'alone@example.com', null);
    const client = studio({ email: 'alone@example.com', password: 'alone@example.com password' });
    await expect(client.activate()).rejects.toThrow('not a member of any organization');
    expect((await client.me()).organizations).toEqual([]);
    const created = await client.createDefaultOrganization();
    expect(created.role).toBe('OWNER');
    expect((await client.me()).organizations).toEqual([created]);
    await expect(client.activate()).rejects.toThrow('has no seats of Katalon Studio Enterprise');
  });

  it('is told what is wrong', async () => {
    await expect(studio({ password: 'wrong' }).activate()).rejects.toThrow('e-mail address or the password is wrong');
    await expect(studio({ organizationId: 4711 }).activate()).rejects.toThrow('organization with the id 4711');
    await expect(studio({ machineKey: '*' }).activate()).rejects.toThrow('stands for many');
    await expect(studio({ sessionId: '' }).activate()).rejects.toThrow('sessionId');
    await expect(studio({ package: 'OTHER' as 'KSE' }).activate()).rejects.toThrow('package must be one of');
    await expect(studio({ hostname: 'h'.repeat(300) }).activate()).rejects.toThrow('hostname');
    expect(await online()).toBe(0);
  });
});

describe('Runtime Engine', () => {
  it('activates with an API key and chooses its organization', async () => {
    const client = engine();
    const list = await client.organizations();
    expect(list).toContainEqual({ id: server.organizationId, name: 'Acme', role: 'OWNER', kreLicense: true });
    const chosen = engine({ package: 'ENGINE', organizationId: server.organizationId });
    await chosen.activate();
    expect(chosen.mayRun()).toBe(true);
    await chosen.release();
  });

  it('runs several sessions on one machine, each on a seat of its own', async () => {
    const machineKey = 'c'.repeat(32);
    const sessions = [engine({ machineKey }), engine({ machineKey })];
    for (const session of sessions) await session.activate();
    await expect(engine({ machineKey }).activate()).rejects.toThrow('All 2 Katalon Runtime Engine seats');
    await server.later({ minutes: 14 });
    // Both have missed their renewal by now: the machine was restarted.
    const restarted = engine({ machineKey });
    await restarted.activate();
    expect(await online()).toBe(2);
    await restarted.deactivate();
    expect(await online()).toBe(0);
  });
});

describe('The routes of the clients, fed with nonsense', () => {
  const machine = machineIdOf('m');
  const good = `machineKey=${machine}&sessionId=s&package=KSE`;

  it.each([
    ['nothing', '', 400],
    ['a doubled parameter', `${good}&machineKey=${machine}`, 400],
    ['an organization that is no number', `${good}&organizationId=abc`, 400],
    ['a negative organization', `${good}&organizationId=-1`, 400],
    ['an organization of 2^63', `${good}&organizationId=9223372036854775808`, 400],
    ['an overlong machine', `sessionId=s&package=KSE&machineKey=${'m'.repeat(256)}`, 400],
    ['a NUL', 'machineKey=a%00b&sessionId=s&package=KSE', 400],
    ['broken encoding', 'machineKey=%E0%A4%A&sessionId=s&package=', 400],
  ])('refuses %s', async (_name, query, status) => {
    await server.root.post(`/api/v1/license-keys/activate?${query}`).refused(status);
    expect(await online()).toBe(0);
  });

  it('takes parameters that it does not know', async () => {
    const path = `/api/v1/license-keys/activate?machineKey=${machine}&sessionId=s&package=KSE&email&os=linux`;
    await server.root.post(path).expect(200);
    await server.root.delete(`/api/v1/machine?machineKey=${machine}&package=KSE`).expect(204);
  });

  it('takes a report with members that it does not know, and one that says nothing', async () => {
    const more = {
      organizationId: String(server.organizationId),
      machineId: 'm',
      sessionId: 'more',
      os: { name: 'linux' },
    };
    await server.root.post('/api/v1/tracking', more).expect(204);
    expect(await server.sql(`SELECT FROM client_session WHERE session_id = 'more'`)).toHaveLength(1);
    await server.root.post('/api/v1/tracking', {}).expect(204);
    await server.root.post('/api/v1/tracking', { organizationId: 'x' }).refused(400);
  });

  it('needs somebody who has signed in', async () => {
    await server.api.post(`/api/v1/license-keys/activate?${good}`).refused(401);
    await server.api.delete(`/api/v1/machine?machineKey=${machine}&package=KSE`).refused(401);
  });
});
