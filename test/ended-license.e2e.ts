import { afterEach, describe, expect, it } from '@jest/globals';
import { checkLicense, KatalonClient, type Activation, type ClientOptions } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { Samples } from './support/metrics.js';
import {
  gui,
  issue,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  specification,
  userId,
} from './support/test-server.js';

let server: ReadyServer;
let path: string;
afterEach(() => server.close());

const floating = (quantity: number) => ({ product: 'KSE', model: 'floating', quantity, features: [gui] });

async function withLicense(entitlements: object[], license: object = {}): Promise<void> {
  server = await readyServer(entitlements, { graceDays: 0, ...license });
  path = `/api/v1/organizations/${server.organizationId}`;
}

async function withSeats(...entitlements: object[]): Promise<{ ann: Api; ben: Api }> {
  await withLicense(entitlements);
  return { ann: await member(server, 'ann@example.com', 'USER'), ben: await member(server, 'ben@example.com', 'USER') };
}

/** Machine and session have the same name. */
const query = (name: string, more: object = {}) =>
  new URLSearchParams({
    machineKey: machineIdOf(name),
    sessionId: name,
    hostname: name.toUpperCase(),
    package: 'KSE',
    organizationId: String(server.organizationId),
    ...more,
  }).toString();
const ask = (api: Api, name: string, more: object = {}) =>
  api.post(`/api/v1/license-keys/activate?${query(name, more)}`);
const granted = async (api: Api, name: string, more: object = {}): Promise<Activation> => {
  const activation = await ask(api, name, more).expect<Activation & Record<string, unknown>>(200);
  expect(activation.errorMessage).toBeNull();
  expect(Date.parse(activation.expirationDate)).toBeGreaterThan(Date.now());
  return activation;
};

/** What the session is told: an ended license that the client's own code accepts, and why. */
async function told(api: Api, name: string, more: object = {}): Promise<string> {
  const activation = await ask(api, name, more).expect<Activation & Record<string, unknown>>(200);
  const license = checkLicense(activation, machineIdOf(name));
  expect(license).toMatchObject({ expirationDate: 946_684_800, renewTime: 946_684_800, licenseType: 'ENTERPRISE' });
  expect(license.features.some(({ key }) => key.includes('gui'))).toBe(true);
  expect(activation).toMatchObject({ machineId: machineIdOf(name), expirationDate: '2000-01-01T00:00:00.000Z' });
  return activation.errorMessage ?? '';
}

const denialsOf = async (name: string): Promise<string[]> =>
  (await server.sql<{ code: string }>('SELECT code FROM denial WHERE session_id = $1 ORDER BY id', [name])).map(
    ({ code }) => code,
  );
const online = async (): Promise<{ id: string; email: string }[]> =>
  (await server.root.get(`${path}/online-licenses`).expect<{ content: { id: string; email: string }[] }>(200)).content;
const terminate = async (email: string, deny = false): Promise<void> => {
  const id = (await online()).find((each) => each.email === email)?.id;
  await server.root.delete(`${path}/online-licenses/${id}?deny=${deny}`).expect(204);
};

describe('A session that had a seat and cannot have one now', () => {
  it('that an administrator ended hears who did it and who has the seat, and holds none', async () => {
    const { ann, ben } = await withSeats(floating(1));
    await granted(ann, 'a');
    await terminate('ann@example.com');
    await granted(ben, 'b');
    expect(await told(ann, 'a')).toMatch(
      /^Your session was ended by an administrator \(root@example\.com\) at .*The only Katalon Studio Enterprise seat of Acme is in use: ben@example\.com on B/,
    );
    expect(await online()).toHaveLength(1);
    expect(await denialsOf('a')).toEqual(['seats-exhausted']);
  });

  it('whose machine was denied with it hears that, also when it names no organization', async () => {
    const { ann } = await withSeats(floating(1));
    await granted(ann, 'a', { organizationId: '' });
    await terminate('ann@example.com', true);
    expect(await told(ann, 'a', { organizationId: '' })).toMatch(/does not allow this machine/);
    expect(await denialsOf('a')).toEqual(['machine-denied']);
  });

  it('whose machine a new policy does not allow hears that', async () => {
    const { ann } = await withSeats(floating(1));
    await granted(ann, 'a');
    await server.root.patch(`${path}/license-policy`, { allowedMachines: ['office-*'] }).expect(200);
    expect(await told(ann, 'a')).toMatch(/^Your session was ended at .* no longer allows this machine\. Acme does not/);
  });

  it('whose seats went to another organization, or to a reservation, hears that', async () => {
    const { ann, ben } = await withSeats(floating(2));
    await granted(ann, 'a');
    await terminate('ann@example.com');
    const reservations = [{ product: 'KSE', seats: 2, userId: await userId(server, 'ben@example.com') }];
    await server.root.patch(`${path}/license-policy`, { reservations }).expect(200);
    expect(await told(ann, 'a')).toMatch(/reserved for others/);
    await granted(ben, 'b');
    await server.root.patch(`${path}/license-policy`, { reservations: [] }).expect(200);
    await server.root.put(`${path}/allocations`, [{ product: 'KSE', model: 'floating', quantity: 1 }]).expect(200);
    expect(await told(ann, 'a')).toMatch(/The only .* ben@example\.com on B/);
    expect(await denialsOf('a')).toEqual(['reserved-for-others', 'seats-exhausted']);
  });

  it('whose license ended, and was replaced by one without such seats, hears that', async () => {
    let { ann } = await withSeats({ ...floating(1), expiresAt: new Date(Date.now() + 86_400_000).toISOString() });
    await ask(ann, 'a').expect(200);
    await server.later({ days: 2 });
    ann = await server.api.signedIn('ann@example.com', 'ann@example.com password');
    const root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    expect(await told(ann, 'a')).toBe(
      'The license for Katalon Studio Enterprise has expired. Ask your administrator to install a new one.',
    );
    const now = new Date(Date.now() + 2 * 86_400_000);
    const other = specification([{ product: 'KRE', model: 'floating', quantity: 1, features: [] }]);
    await root.post('/api/v1/licenses', { license: await issue(other, undefined, now) }).expect(201);
    expect(await told(ann, 'a')).toBe('Acme has no seats of Katalon Studio Enterprise. Ask your administrator.');
  });

  it('whose node-locked seat was transferred hears by whom', async () => {
    const { ann } = await withSeats({ ...floating(1), model: 'node-locked' });
    await granted(ann, 'a');
    const to = { to: machineIdOf('other') };
    await server.root.post(`${path}/machines/${machineIdOf('a')}/transfer`, to).expect(204);
    expect(await told(ann, 'a')).toMatch(/an administrator \(root@example\.com\) transferred the seat\. The only /);
  });

  it('that was removed from the organization hears that, recorded once', async () => {
    const { ann } = await withSeats(floating(1));
    await granted(ann, 'a');
    await server.root.delete(`${path}/members/${await userId(server, 'ann@example.com')}`).expect(204);
    for (const organizationId of [String(server.organizationId), '', '']) {
      expect(await told(ann, 'a', { organizationId })).toMatch(/you are no longer a member of the organization/);
    }
    expect(await denialsOf('a')).toEqual(['not-a-member']);
  });

  it('whose organization was deleted hears that', async () => {
    const { ann } = await withSeats(floating(1));
    await granted(ann, 'a');
    await server.later({ minutes: 16 });
    await server.root.delete(`/api/v1/organizations/${server.organizationId}`).expect(204);
    expect(await told(ann, 'a')).toContain('You are not a member of an organization with the id');
    expect(await told(ann, 'a', { organizationId: '' })).toMatch(/not a member of any organization/);
  });

  it('that was ended as idle hears that', async () => {
    const { ann, ben } = await withSeats(floating(1));
    await granted(ann, 'a');
    await server.root.patch(`${path}/license-policy`, { idleMinutes: 10 }).expect(200);
    const { organizationId } = server;
    const idle = { organizationId, machineId: machineIdOf('a'), sessionId: 'a', idleSeconds: 3600 };
    await ann.post('/api/v1/tracking', idle).expect(204);
    await granted(ben, 'b');
    expect(await told(ann, 'a')).toMatch(/^Your session was ended at .*: it was idle for too long\./);
  });

  it('hears it from every server, and after a restart', async () => {
    const { ann, ben } = await withSeats(floating(1));
    await granted(ann, 'a');
    const second = await server.second();
    await terminate('ann@example.com');
    await granted(ben.at(second.url), 'b');
    expect(await told(ann.at(second.url), 'a')).toMatch(/ended by an administrator/);
    const restarted = await server.crash();
    expect(await told(ann.at(restarted.url), 'a')).toMatch(/ended by an administrator/);
    expect(await denialsOf('a')).toEqual(['seats-exhausted']);
  });

  it('gets a seat again as soon as one is free', async () => {
    const { ann, ben } = await withSeats(floating(1));
    await granted(ann, 'a');
    await terminate('ann@example.com');
    await granted(ben, 'b');
    await told(ann, 'a');
    await ben.post(`/api/v1/license-keys/release?${query('b')}`).expect(204);
    await granted(ann, 'a');
    expect(await online()).toMatchObject([{ email: 'ann@example.com' }]);
  });

  it('gets a seat again that a dead client left, within a minute', async () => {
    const { ann, ben } = await withSeats(floating(1));
    await granted(ann, 'a');
    await terminate('ann@example.com');
    await granted(ben, 'b');
    await server.later({ minutes: 14, seconds: 30 });
    await told(ann, 'a');
    await server.later({ minutes: 1 });
    await granted(ann, 'a');
  });

  it('is counted and recorded once for each reason, however often it asks, and never told to wait', async () => {
    const { ann } = await withSeats(floating(1));
    await granted(ann, 'a');
    await terminate('ann@example.com', true);
    const answers = new Set<string>();
    for (let second = 0; second < 90; second++) {
      const { value } = await ask(ann, 'a').expect<Activation & Record<string, unknown>>(200);
      answers.add(value);
      await server.later({ seconds: 1 });
    }
    expect(answers.size).toBe(1);
    expect(await denialsOf('a')).toEqual(['machine-denied']);
    const metrics = new Samples(await server.root.get('/metrics').expect<string & Record<string, unknown>>(200));
    expect(metrics.value('license_server_lease_denials_total', { code: 'machine-denied' })).toBe(1);
    expect(metrics.value('license_server_lease_operations_total', { outcome: 'denied' })).toBe(1);
    const events = await server.sql(`SELECT FROM audit_event WHERE action = 'lease.denied'`);
    expect(events).toHaveLength(1);
  });

  it('stops the client that runs, with its reason', async () => {
    await withSeats(floating(1));
    const options: ClientOptions = {
      serverUrl: server.url,
      package: 'KSE',
      email: 'ann@example.com',
      password: 'ann@example.com password',
    };
    const client = new KatalonClient(options);
    await client.activate();
    await terminate('ann@example.com', true);
    const { renewTime, expirationDate } = client.license!;
    const end = expirationDate * 1000;
    expect(await client.heartbeat(new Date(renewTime * 1000))).toBe('told');
    expect(client.endedMessage).toMatch(/does not allow this machine/);
    // Until the license that it has is over it asks again at each look.
    expect(await client.heartbeat(new Date(end - 1000))).toBe('told');
    await server.root.patch(`${path}/license-policy`, { deniedMachines: [] }).expect(200);
    expect(await client.heartbeat(new Date(end - 1000))).toBe('renewed');
    expect(client.endedMessage).toBeUndefined();
    await terminate('ann@example.com', true);
    const again = client.license!;
    expect(await client.heartbeat(new Date(again.renewTime * 1000))).toBe('told');
    expect(await client.heartbeat(new Date(again.expirationDate * 1000))).toBe('locked');
  });

  it('is its last word for no client that a failed renewal has left on its own', async () => {
    await withSeats(floating(1));
    const [email, password] = ['ann@example.com', 'ann@example.com password'];
    const client = new KatalonClient({ serverUrl: server.url, package: 'KSE', email, password });
    await client.activate();
    const { renewTime, expirationDate } = client.license!;
    const id = await userId(server, email);
    await server.root.patch(`/api/v1/users/${id}`, { disabled: true }).expect(200);
    await expect(client.heartbeat(new Date(renewTime * 1000))).rejects.toThrow();
    await server.root.patch(`/api/v1/users/${id}`, { disabled: false }).expect(200);
    // It cannot read its license any more: it neither renews nor stops.
    expect(client.isLost).toBe(true);
    expect(await client.heartbeat(new Date((renewTime + 30) * 1000))).toBe('unreadable');
    expect(await client.heartbeat(new Date((expirationDate + 3600) * 1000))).toBe('unreadable');
  });
});

describe('Nobody else is told that a license has ended', () => {
  it('a first activation is refused as before', async () => {
    const { ann, ben } = await withSeats(floating(1));
    await granted(ann, 'a');
    expect(await ask(ben, 'b').expect(409)).toMatchObject({ code: 'seats-exhausted' });
    expect(await ask(ben, 'b').expect(409)).toMatchObject({ code: 'seats-exhausted' });
    // Each attempt of a person is a refusal of its own.
    expect(await denialsOf('b')).toEqual(['seats-exhausted', 'seats-exhausted']);
  });

  it('a first activation in the last minute of a license is refused in words, and a session that runs goes on', async () => {
    await withLicense([floating(3)], { validUntil: new Date(Date.now() + 10 * 60_000).toISOString() });
    const ann = await member(server, 'ann@example.com', 'USER');
    await ask(ann, 'a').expect(200);
    await server.later({ minutes: 9, seconds: 15 });
    const refused = await ask(ann, 'b').expect<{ code: string; message: string }>(403);
    expect(refused.code).toBe('license-ending');
    expect(refused.message).toMatch(
      /^The license for Katalon Studio Enterprise ends at .* UTC, in less than a minute\. Ask your administrator to install a new one\.$/,
    );
    expect(await denialsOf('b')).toEqual(['license-ending']);
    expect(await online()).toHaveLength(1);
    const renewed = await ask(ann, 'a').expect<Activation & Record<string, unknown>>(200);
    expect(checkLicense(renewed, machineIdOf('a')).expirationDate).toBeGreaterThan(Date.now() / 1000 + 9 * 60);
    // A native program reads the end itself.
    const native = { organizationId: server.organizationId, product: 'KSE', machineId: 'm-1', sessionId: 'n' };
    await ann.post('/api/v1/leases', native).expect(201);
  });

  it('a session goes on from one license file to the next without a gap', async () => {
    const change = Math.ceil(Date.now() / 1000) * 1000 + 10 * 60_000;
    const at = new Date(change).toISOString();
    await withLicense([floating(1)], { validUntil: at });
    const ann = await member(server, 'ann@example.com', 'USER');
    const following = specification([floating(1)], { id: 'next', graceDays: 0, validFrom: at });
    await server.root.post('/api/v1/licenses', { license: await issue(following) }).expect(201);
    // The client would stop at the change: it looks every 30 seconds, and before the change nothing could be longer.
    const end = async () =>
      checkLicense(await ask(ann, 'a').expect<Activation & Record<string, unknown>>(200), machineIdOf('a'))
        .expirationDate;
    expect(await end()).toBeGreaterThan(change / 1000 + 4 * 60);
    await server.later({ minutes: 9, seconds: 30 });
    expect(await end()).toBeGreaterThan(change / 1000 + 14 * 60);
    await server.later({ minutes: 1 });
    expect(await end()).toBeGreaterThan(change / 1000 + 15 * 60);
    expect(await online()).toHaveLength(1);
  });

  it('a session is granted with its features after the clock was set back behind the beginning of the license', async () => {
    await withLicense([floating(1)]);
    const ann = await member(server, 'ann@example.com', 'USER');
    await server.later({ minutes: 10 });
    const validFrom = new Date(Date.now() + 8 * 60_000).toISOString();
    const license = await issue(specification([floating(1)], { graceDays: 0, validFrom }));
    await server.root.post('/api/v1/licenses', { license }).expect(201);
    await server.later({ minutes: -10 });
    const granted = checkLicense(
      await ask(ann, 'a').expect<Activation & Record<string, unknown>>(200),
      machineIdOf('a'),
    );
    expect(granted.features.map(({ key }) => key)).toEqual([gui.key]);
  });

  it('the session of another user, machine, product or organization is refused', async () => {
    const { ann, ben } = await withSeats(floating(1));
    await granted(ann, 'a');
    await terminate('ann@example.com');
    await granted(ben, 'b');
    expect(await told(ann, 'a')).not.toBe('');
    const carl = await member(server, 'carl@example.com', 'USER');
    expect(await ask(carl, 'a').expect(409)).toMatchObject({ code: 'seats-exhausted' });
    const otherMachine = { machineKey: machineIdOf('another') };
    expect(await ask(ann, 'a', otherMachine).expect(409)).toMatchObject({ code: 'seats-exhausted' });
    expect(await ask(ann, 'a', { sessionId: 'b' }).expect(409)).toMatchObject({ code: 'seats-exhausted' });
    expect(await ask(ann, 'a', { package: 'ENGINE' }).expect(403)).toMatchObject({ code: 'not-licensed' });
    await ask(ann, 'a', { organizationId: 4711 }).refused(404);
  });

  it('a session that ended more than 30 days ago is refused', async () => {
    let { ann } = await withSeats(floating(1));
    await granted(ann, 'a');
    await terminate('ann@example.com');
    await server.later({ days: 31 });
    ann = await server.api.signedIn('ann@example.com', 'ann@example.com password');
    const ben = await server.api.signedIn('ben@example.com', 'ben@example.com password');
    await granted(ben, 'b');
    expect(await ask(ann, 'a').expect(409)).toMatchObject({ code: 'seats-exhausted' });
  });

  it('Studio that was deactivated in its menu is refused in its dialog', async () => {
    const { ann, ben } = await withSeats(floating(1));
    await granted(ann, 'a');
    await ann.delete(`/api/v1/machine?machineKey=${machineIdOf('a')}&package=KSE`).expect(204);
    await granted(ben, 'b');
    expect(await ask(ann, 'a').expect(409)).toMatchObject({ code: 'seats-exhausted' });
  });

  it('an account that is disabled cannot sign in, whatever session it had', async () => {
    const { ann } = await withSeats(floating(1));
    await granted(ann, 'a');
    const id = await userId(server, 'ann@example.com');
    await server.root.patch(`/api/v1/users/${id}`, { disabled: true }).expect(200);
    const form = { grant_type: 'password', username: 'ann@example.com', password: 'ann@example.com password' };
    const message = await server.api.token(form).refused(401);
    expect(await server.api.token({ ...form, password: 'wrong' }).refused(401)).toBe(message);
    expect(await ask(ann, 'a').status()).toBe(401);
  });
});
