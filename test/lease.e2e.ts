import { afterEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import {
  cli,
  gui,
  issue,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  specification,
} from './support/test-server.js';

let server: ReadyServer;
afterEach(() => server.close());

interface Lease {
  id: string;
  token: string;
  model: string;
  expiresAt: string;
  renewAt: string;
  warning: string | null;
}

const seatRequest = (more: object = {}) => ({
  organizationId: server.organizationId,
  product: 'KSE',
  machineId: 'm-1',
  sessionId: randomUUID(),
  hostname: 'HOST-1',
  ...more,
});
const checkOut = (api: Api, more: object = {}) => api.post('/api/v1/leases', seatRequest(more));
const fenceOf = ({ token }: Lease) => decodeJwt<{ fence: number }>(token).fence;
const renew = (api: Api, { id }: Lease) => api.post(`/api/v1/leases/${id}/renew`);
const floating = (quantity: number, more: object = {}) => ({
  product: 'KSE',
  model: 'floating',
  quantity,
  features: [gui],
  ...more,
});
const subscription = async (model: string) => {
  const path = `/api/v1/organizations/${server.organizationId}/licenses`;
  const all = await server.root
    .get(path)
    .expect<{ model: string; available: number; online: number; subscribed: number }[]>(200);
  return all.find((each) => each.model === model);
};
const seatsInUse = async () => {
  const [row] = await server.sql<{ leases: number; counted: number }>(
    `SELECT (SELECT count(*) FROM lease)::int AS leases, (SELECT sum(in_use) FROM seat_pool)::int AS counted`,
  );
  expect(row!.counted).toBe(row!.leases);
  return row!.leases;
};

describe('A lease', () => {
  it('is checked out, renewed and released, and says so in the audit log', async () => {
    server = await readyServer([floating(1)]);
    const lease = await checkOut(server.root).expect<Lease>(201);
    expect(Date.parse(lease.expiresAt) - Date.parse(lease.renewAt)).toBe(600_000);
    expect(await subscription('floating')).toMatchObject({ subscribed: 1, available: 0, online: 1 });
    await server.later({ minutes: 5 });
    const renewed = await renew(server.root, lease).expect<Lease>(200);
    expect(Date.parse(renewed.expiresAt)).toBeGreaterThanOrEqual(Date.parse(lease.expiresAt) + 300_000);
    await server.root.delete(`/api/v1/leases/${lease.id}`).expect(204);
    await server.root.delete(`/api/v1/leases/${lease.id}`).expect(204);
    expect(await renew(server.root, lease).refused(410)).toContain('ended');
    expect(await subscription('floating')).toMatchObject({ available: 1, online: 0 });
    const { content } = await server.root
      .get('/api/v1/audit-events?action=lease.&sort=id')
      .expect<{ content: { action: string; actor: string; address: string; targetId: string; details: object }[] }>(
        200,
      );
    const both = { actor: rootAccount.email, address: '127.0.0.1', targetId: lease.id };
    expect(content).toEqual([
      expect.objectContaining({ ...both, action: 'lease.granted' }),
      expect.objectContaining({ ...both, action: 'lease.ended' }),
    ]);
    expect(content[1]?.details).toMatchObject({ reason: 'released', product: 'KSE' });
    // They live once: in the tables of leases and sessions.
    expect(await server.sql(`SELECT FROM audit_event WHERE action LIKE 'lease.%'`)).toEqual([]);
  });

  it('carries a token that says what was granted', async () => {
    server = await readyServer([floating(1)]);
    const lease = await checkOut(server.root, { sessionId: 's' }).expect<Lease>(201);
    const [header, payload, signature] = lease.token.split('.') as [string, string, string];
    const [key] = await server.sql<{ public_key: string }>(
      `SELECT public_key FROM signing_key WHERE purpose = 'native'`,
    );
    const signed = Buffer.from(`${header}.${payload}`);
    expect(verify(null, signed, createPublicKey(key!.public_key), Buffer.from(signature, 'base64url'))).toBe(true);
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      jti: lease.id,
      product: 'KSE',
      machineId: 'm-1',
      sessionId: 's',
      features: [gui],
    });
  });

  it('is one for one session, however often it asks', async () => {
    server = await readyServer([floating(5)]);
    const asked = Array.from({ length: 20 }, () => checkOut(server.root, { sessionId: 'same' }));
    // Only one of them was answered with a new lease; for the others it goes on.
    const statuses = await Promise.all(asked.map((answer) => answer.status()));
    expect(statuses.sort()).toEqual([...Array<number>(19).fill(200), 201]);
    const leases = await Promise.all(asked.map(async (answer) => answer.expect<Lease>(await answer.status())));
    expect(new Set(leases.map((lease) => lease.id)).size).toBe(1);
    expect(await seatsInUse()).toBe(1);
  });

  it('is never granted twice, however many ask at the same moment on two servers', async () => {
    server = await readyServer([floating(7)]);
    const other = (await server.second()).withBearer(await keyOf(server.root));
    const asks = Array.from({ length: 100 }, (_, index) =>
      checkOut(index % 2 ? server.root : other, { machineId: `m-${index}` }).status(),
    );
    const statuses = await Promise.all(asks);
    expect(statuses.filter((status) => status === 201)).toHaveLength(7);
    expect(statuses.filter((status) => status === 409)).toHaveLength(93);
    expect(await seatsInUse()).toBe(7);
    expect(await server.sql('SELECT count(*)::int AS denials FROM denial')).toEqual([{ denials: 93 }]);
    const held = await server.sql<{ id: string }>('SELECT id FROM lease');
    await Promise.all(
      held.map(({ id }, index) => (index % 2 ? server.root : other).delete(`/api/v1/leases/${id}`).expect(204)),
    );
    expect(await seatsInUse()).toBe(0);
  });

  it('that expired competes for a new seat like everybody else', async () => {
    server = await readyServer([floating(1)]);
    const expiredLease = await checkOut(server.root, { machineId: 'm-late' }).expect<Lease>(201);
    await server.later({ minutes: 16 });
    // Nobody has taken it yet.
    await renew(server.root, expiredLease).expect(200);
    await server.later({ minutes: 16 });
    const next = await checkOut(server.root, {
      machineId: 'm-next',
      hostname: 'NEXT',
      fingerprint: 'c-next',
      jobId: 'job 7',
    }).expect<Lease>(201);
    expect(await renew(server.root, expiredLease).refused(409)).toContain('NEXT');
    await renew(server.root, next).expect(200);
    expect(await seatsInUse()).toBe(1);
    await server.later({ minutes: 16 });
    const other = await checkOut(server.root, { machineId: 'm-other' }).expect<Lease>(201);
    await server.root.delete(`/api/v1/leases/${other.id}`).expect(204);
    // A new one, with all that the session had said.
    const replacement = await renew(server.root, next).expect<Lease>(200);
    expect(replacement.id).not.toBe(next.id);
    expect(fenceOf(replacement)).toBeGreaterThan(fenceOf(other));
    expect(await server.sql('SELECT id, machine_id, fingerprint, job_id FROM lease')).toEqual([
      { id: replacement.id, machine_id: 'm-next', fingerprint: 'c-next', job_id: 'job 7' },
    ]);
    // Asked again, because the answer was lost.
    expect(await renew(server.root, next).expect(200)).toMatchObject({ id: replacement.id });
    await server.root.delete(`/api/v1/leases/${replacement.id}`).expect(204);
    await renew(server.root, replacement).refused(410);
  });

  it('that is refused names the holders and says when to try again', async () => {
    server = await readyServer([floating(1)]);
    await checkOut(server.root).expect(201);
    const refused = checkOut(server.root, { machineId: 'm-2' });
    expect(await refused.refused(409)).toContain('root@example.com on HOST-1 since');
    expect(await refused.expect(409)).toMatchObject({
      code: 'seats-exhausted',
      holders: [{ email: 'root@example.com', hostname: 'HOST-1', machineId: 'm-1' }],
    });
    const retryAfter = Number((await refused.headers()).get('retry-after'));
    expect(retryAfter).toBeGreaterThan(800);
    expect(retryAfter).toBeLessThanOrEqual(900);
  });

  it('of somebody else can be neither renewed nor released, but ended by an administrator', async () => {
    server = await readyServer([floating(2)]);
    const tester = await member(server, 'tester@example.com', 'USER');
    const lease = await checkOut(server.root).expect<Lease>(201);
    await renew(tester, lease).refused(410);
    await tester.delete(`/api/v1/leases/${lease.id}`).expect(204);
    expect(await seatsInUse()).toBe(1);
    const path = `/api/v1/organizations/${server.organizationId}/online-licenses/${lease.id}`;
    await tester.delete(path).refused(403);
    await server.root.delete(path).expect(204);
    await server.root.delete(path).refused(404);
    await renew(server.root, lease).refused(410);
    expect(await seatsInUse()).toBe(0);
  });

  it('is not for strangers', async () => {
    server = await readyServer([floating(2)]);
    const stranger = await member(server, 'stranger@example.com', null);
    expect(await checkOut(stranger).refused(404)).toContain('not a member of an organization');
    await server.api.post('/api/v1/leases', seatRequest()).refused(401);
  });

  it('is not for somebody who was removed a moment ago, and does not cost the others theirs', async () => {
    server = await readyServer([floating(5)]);
    const leaver = await member(server, 'leaver@example.com', 'USER');
    await leaver.get(`/api/v1/organizations/${server.organizationId}`).expect(200);
    // The server is not told in time.
    await server.sql('ALTER TABLE membership DISABLE TRIGGER access_changed');
    await server.sql(`DELETE FROM membership WHERE role = 'USER'`);
    const [first, removed, last] = [
      checkOut(server.root, { machineId: 'm-1' }),
      checkOut(leaver, { machineId: 'm-2' }),
      checkOut(server.root, { machineId: 'm-3' }),
    ];
    expect(await removed.refused(404)).toContain('not a member of an organization');
    await Promise.all([first.expect(201), last.expect(201)]);
    expect(await seatsInUse()).toBe(2);
  });

  it('is not checked out for a request that is wrong in one place', async () => {
    server = await readyServer([floating(2)]);
    const wrong: [object, string][] = [
      [{ product: 'XYZ' }, 'product'],
      [{ machineId: '' }, 'machineId'],
      [{ machineId: 'a'.repeat(256) }, 'machineId'],
      [{ machineId: '*' }, 'stands for many'],
      [{ sessionId: ['s'] }, 'sessionId'],
      [{ organizationId: -1 }, 'organizationId'],
      [{ organizationId: '1' }, 'organizationId'],
      [{ organizationId: 1e30 }, 'organizationId'],
      [{ hostname: { a: 1 } }, 'hostname'],
      [{ surplus: true }, 'surplus'],
    ];
    for (const [field, message] of wrong) {
      expect([field, await checkOut(server.root, field).refused(400)]).toEqual([
        field,
        expect.stringContaining(message),
      ]);
    }
    expect(await seatsInUse()).toBe(0);
  });
});

describe('A per-user seat', () => {
  const assign = (userId: number, more: object = {}) =>
    server.root.post(`/api/v1/organizations/${server.organizationId}/licensed-users`, {
      userId,
      product: 'KSE',
      ...more,
    });
  const idOf = async (api: Api) => Number((await api.get('/api/v1/users/me').expect<{ id: string }>(200)).id);

  it('belongs to its user, on one machine at a time', async () => {
    server = await readyServer([{ product: 'KSE', model: 'per-user', quantity: 1, features: [gui] }]);
    const tester = await member(server, 'tester@example.com', 'USER');
    expect(await checkOut(tester).refused(403)).toContain('no seat of Katalon Studio Enterprise');
    await assign(await idOf(tester)).expect(204);
    await assign(await idOf(tester)).expect(204);
    expect(await assign(await idOf(server.root)).refused(409)).toContain('assigned');
    const lease = await checkOut(tester).expect<Lease>(201);
    expect(lease.model).toBe('per-user');
    expect(await checkOut(tester, { machineId: 'm-2' }).refused(409)).toContain('on HOST-1');
    expect(await subscription('per-user')).toMatchObject({ subscribed: 1, available: 0, online: 1 });

    const path = `/api/v1/organizations/${server.organizationId}/licensed-users`;
    expect(await server.root.get(path).expect(200)).toMatchObject({
      content: [{ email: 'tester@example.com', product: 'KSE' }],
    });
    await tester.delete(`${path}/${await idOf(tester)}?product=KSE`).refused(403);
    await server.root.delete(`${path}/${await idOf(tester)}?product=KSE`).expect(204);
    await renew(tester, lease).refused(410);
    expect(await seatsInUse()).toBe(0);
  });

  it('is taken before a floating one, for both products', async () => {
    server = await readyServer([
      { product: 'KSE', model: 'per-user', quantity: 1, features: [gui] },
      floating(1),
      { product: 'KRE', model: 'per-user', quantity: 1, features: [cli] },
      { product: 'KRE', model: 'floating', quantity: 1, features: [cli] },
    ]);
    for (const product of ['KSE', 'KRE']) {
      await assign(1, { product }).expect(204);
      expect(await checkOut(server.root, { product }).expect(201)).toMatchObject({ model: 'per-user' });
      expect(await checkOut(server.root, { product, machineId: 'm-2' }).expect(201)).toMatchObject({
        model: 'floating',
      });
    }
  });

  it('goes to members only', async () => {
    server = await readyServer([{ product: 'KSE', model: 'per-user', quantity: 1, features: [gui] }]);
    await assign(4711).refused(404);
    await assign(1, { model: 'floating' }).refused(400);
    await assign(1, { product: 'KRE' }).refused(409);
  });

  it('is assigned once, whoever asks at the same moment', async () => {
    server = await readyServer([{ product: 'KSE', model: 'per-user', quantity: 2, features: [gui] }]);
    const ids = await Promise.all(
      [1, 2, 3, 4].map(async (n) => idOf(await member(server, `t${n}@example.com`, 'USER'))),
    );
    const statuses = await Promise.all(ids.map((id) => assign(id).status()));
    expect(statuses.sort()).toEqual([204, 204, 409, 409]);
  });
});

describe('Seats of Runtime Engine', () => {
  it('are taken in this order: the machine’s, a floating one, and then one’s own', async () => {
    const kre = (model: string) => ({ product: 'KRE', model, quantity: 1, features: [cli] });
    server = await readyServer([kre('per-user'), kre('node-locked'), kre('floating')]);
    const licensed = { userId: 1, product: 'KRE', model: 'per-user' };
    await server.root.post(`/api/v1/organizations/${server.organizationId}/licensed-users`, licensed).expect(204);
    const activate = (machine: string, clientPackage: string) => {
      const query = `machineKey=${machineIdOf(machine)}&sessionId=${machine}&package=${clientPackage}&organizationId=`;
      return server.root.post(`/api/v1/license-keys/activate?${query}`);
    };
    for (const [index, model] of ['node-locked', 'floating', 'per-user'].entries()) {
      await activate(`m-${index}`, 'ENGINE').expect(200);
      expect(await subscription(model)).toMatchObject({ online: 1 });
    }
    await activate('m-4', 'ENGINE').refused(409);
    await activate('m-4', 'FLOATING_ENGINE').refused(409);
  });
});

describe('A node-locked seat', () => {
  it('is bound to the machine that takes it first, and stays bound', async () => {
    server = await readyServer([{ product: 'KRE', model: 'node-locked', quantity: 1, features: [cli] }]);
    const lease = await checkOut(server.root, { product: 'KRE' }).expect<Lease>(201);
    expect(lease.model).toBe('node-locked');
    await server.root.delete(`/api/v1/leases/${lease.id}`).expect(204);
    await checkOut(server.root, { product: 'KRE', machineId: 'm-2' }).refused(409);
    expect(await subscription('node-locked')).toMatchObject({ available: 0, online: 0 });
    await checkOut(server.root, { product: 'KRE' }).expect(201);
    const query = `machineKey=${machineIdOf('m-1')}&sessionId=s&package=FLOATING_ENGINE`;
    await server.root.post(`/api/v1/license-keys/activate?${query}`).refused(403);
    await server.root.delete('/api/v1/machine?machineKey=m-1&package=ENGINE').expect(204);
    await checkOut(server.root, { product: 'KRE', machineId: 'm-2' }).expect(201);
  });

  it('is held by its machine, also when nobody works there, and a refusal says so', async () => {
    const nodeLocked = { product: 'KSE', model: 'node-locked', quantity: 1, features: [gui] };
    const perUser = { product: 'KSE', model: 'per-user', quantity: 1, features: [gui] };
    server = await readyServer([nodeLocked, perUser, floating(1)]);
    const tester = await member(server, 'tester@example.com', 'USER');
    const bound = await checkOut(tester, { machineId: 'm-1', hostname: 'DESK-1' }).expect<Lease>(201);
    await tester.delete(`/api/v1/leases/${bound.id}`).expect(204);
    await server.root
      .post(`/api/v1/organizations/${server.organizationId}/licensed-users`, {
        userId: 1,
        product: 'KSE',
        model: 'per-user',
      })
      .expect(204);
    // Somebody's own seat is none that others could have.
    expect(await checkOut(server.root, { machineId: 'm-2' }).expect(201)).toMatchObject({ model: 'per-user' });
    await checkOut(tester, { machineId: 'm-3', hostname: 'HOST-3' }).expect(201);
    const refused = checkOut(tester, { machineId: 'm-4' });
    expect(await refused.refused(409)).toMatch(
      /^All 2 .* in use: tester@example.com on DESK-1 since .*, tester@example.com on HOST-3 since [^,]*$/,
    );
    expect(await refused.expect(409)).toMatchObject({
      holders: [
        { email: 'tester@example.com', hostname: 'DESK-1', machineId: 'm-1', expiresAt: null },
        { email: 'tester@example.com', machineId: 'm-3', expiresAt: expect.any(String) },
      ],
    });
    const colleague = await member(server, 'colleague@example.com', 'USER');
    await checkOut(colleague, { machineId: 'm-1', hostname: 'DESK-1' }).expect(201);
    expect(await checkOut(tester, { machineId: 'm-4' }).refused(409)).toContain(
      'colleague@example.com on DESK-1 since',
    );
  });

  it('is bound to no machine that nobody could remove', async () => {
    server = await readyServer([{ product: 'KRE', model: 'node-locked', quantity: 1, features: [cli] }]);
    for (const machineId of ['.', '..']) {
      expect(await checkOut(server.root, { product: 'KRE', machineId }).refused(400)).toContain('machine id');
      await checkOut(server.root, { product: 'KRE', fingerprint: machineId }).refused(400);
    }
    const path = `/api/v1/organizations/${server.organizationId}/machines`;
    for (const machineId of ['...', '/', '漢'.repeat(255), 'b  #']) {
      await checkOut(server.root, { product: 'KRE', machineId }).expect(201);
      await server.root.delete(`${path}/${encodeURIComponent(machineId)}`).expect(204);
    }
  });

  it('is not freed by a member who did not bind it', async () => {
    server = await readyServer([{ product: 'KRE', model: 'node-locked', quantity: 1, features: [cli] }]);
    const tester = await member(server, 'tester@example.com', 'USER');
    await checkOut(server.root, { product: 'KRE' }).expect(201);
    await tester.delete('/api/v1/machine?machineKey=m-1&package=ENGINE').expect(204);
    expect(await subscription('node-locked')).toMatchObject({ available: 0, online: 1 });
  });
});

describe('The license behind the seats', () => {
  it('warns before its end, goes on through its grace days, and then ends', async () => {
    const validUntil = new Date(Date.now() + 40 * 86_400_000).toISOString();
    server = await readyServer([floating(2)], { validUntil, graceDays: 10 });
    const first = await checkOut(server.root).expect<Lease>(201);
    expect(first.warning).toBeNull();
    await server.later({ days: 20 });
    const api = server.api.withBearer(await signIn());
    expect((await checkOut(api).expect<Lease>(201)).warning).toContain('expires on');
    await server.later({ days: 25 });
    const inGrace = server.api.withBearer(await signIn());
    const last = await checkOut(inGrace).expect<Lease>(201);
    expect(last.warning).toContain('expired on');
    await server.later({ days: 6 });
    const after = server.api.withBearer(await signIn());
    expect(await checkOut(after).refused(403)).toContain('has expired');
    expect(await renew(after, last).refused(403)).toContain('has expired');
    // Nothing is deleted, and a clock set back does not revive it.
    await server.later({ days: -30 });
    expect(await checkOut(server.api.withBearer(await signIn())).refused(403)).toContain('has expired');
  });

  it('warns whoever has a seat of one that ends, and nobody else', async () => {
    server = await readyServer([floating(1)]);
    const soon = new Date(Date.now() + 40 * 86_400_000).toISOString();
    const other = specification([floating(1)], { id: 'license-2', validUntil: soon, graceDays: 10 });
    await server.root.post('/api/v1/licenses', { license: await issue(other) }).expect(201);
    const warnings = async () => {
      const api = server.api.withBearer(await signIn());
      const leases = [];
      for (const machineId of ['m-1', 'm-2']) {
        leases.push(await checkOut(api, { machineId, sessionId: machineId }).expect<Lease>(201));
      }
      return leases.map(({ warning }) => warning);
    };
    expect(await warnings()).toEqual([null, null]);
    await server.later({ days: 20 });
    expect(await warnings()).toEqual([null, expect.stringContaining('expires on')]);
    await server.later({ days: 25 });
    expect(await warnings()).toEqual([null, expect.stringContaining('expired on')]);
  });

  it('adds up with others, and is replaced by a newer issue of its own', async () => {
    server = await readyServer([floating(1)]);
    const install = async (spec: object, now = new Date()) =>
      server.root.post('/api/v1/licenses', { license: await issue(spec, undefined, now) });
    await (await install(specification([floating(2)], { id: 'license-2' }))).expect(201);
    expect(await subscription('floating')).toMatchObject({ subscribed: 3 });
    const newer = new Date(Date.now() + 1000);
    await (await install(specification([floating(5)], { validFrom: '2026-01-01' }), newer)).expect(201);
    expect(await subscription('floating')).toMatchObject({ subscribed: 7 });
    const older = new Date(Date.now() - 86_400_000);
    expect(await (await install(specification([floating(9)]), older)).refused(409)).toContain('newer issue');
    expect(await subscription('floating')).toMatchObject({ subscribed: 7 });
  });

  it('gives each seat the features of its own entitlement, and takes them with it when that ends', async () => {
    server = await readyServer([floating(1)]);
    const plugins = { key: 'private_plugin', name: 'Private plugins' };
    const soon = new Date(Date.now() + 10 * 60_000);
    const rich = specification([floating(1, { features: [gui, plugins] })], {
      id: 'license-2',
      validUntil: soon.toISOString(),
      graceDays: 0,
    });
    await server.root.post('/api/v1/licenses', { license: await issue(rich) }).expect(201);
    const first = await checkOut(server.root, { machineId: 'm-1' }).expect<Lease>(201);
    const second = await checkOut(server.root, { machineId: 'm-2' }).expect<Lease>(201);
    expect(claimsOf(first).features).toEqual([gui]);
    expect(claimsOf(second).features).toEqual([gui, plugins]);
    // The token does not outlive the entitlement; a session that keeps a seat goes on with what is left.
    expect(claimsOf(second).exp).toBeLessThanOrEqual(soon.getTime() / 1000);
    await server.root.delete(`/api/v1/leases/${first.id}`).expect(204);
    await server.later({ minutes: 11 });
    const renewed = server.root.post(`/api/v1/leases/${second.id}/renew`, { token: second.token });
    expect(claimsOf(await renewed.expect<Lease>(200)).features).toEqual([gui]);
    await checkOut(server.root, { machineId: 'm-3' }).refused(409);
    expect(await subscription('floating')).toMatchObject({ subscribed: 1, available: 0, online: 1 });
  });

  it('decides alone: seats written into the database are gone at the next start', async () => {
    server = await readyServer([floating(1)]);
    await server.sql(`UPDATE seat_pool SET quota = 1000`);
    await server.second();
    expect(await subscription('floating')).toMatchObject({ subscribed: 1 });
    await server.sql(`UPDATE license_file SET token = replace(token, '.', '.x')`);
    await server.second();
    expect(await checkOut(server.root).refused(403)).toContain('no seats');
  });
});

function claimsOf({ token }: Lease): { features: object[]; exp: number } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    features: object[];
    exp: number;
  };
}

async function keyOf(api: Api): Promise<string> {
  return (await api.post('/api/v1/users/me/api-keys', { name: 'key' }).expect<{ key: string }>(201)).key;
}

async function signIn(): Promise<string> {
  const form = { grant_type: 'password', username: 'root@example.com', password: 'correct horse battery' };
  return (await server.api.token(form).expect<{ access_token: string }>(200)).access_token;
}
