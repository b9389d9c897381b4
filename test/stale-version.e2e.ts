import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { member, readyServer, type ReadyServer, userId } from './support/test-server.js';

let server: ReadyServer;
let path: string;
let ann: Api;
beforeAll(async () => {
  server = await readyServer();
  path = `/api/v1/organizations/${server.organizationId}`;
  ann = await member(server, 'ann@example.com', 'ADMIN');
});
afterAll(() => server.close());

interface Versioned {
  version: number;
}

interface Stale extends Versioned {
  code: string;
  message: string;
  changes: { by: string; at: string; action: string; fields: string[] }[];
}

const mailServer = {
  ...{ host: '127.0.0.1', port: 2525, protocol: 'SMTP' },
  sender: 'licenses@example.com',
};

/** Settings, how they are read, and two changes of them. */
interface Case {
  method: 'patch' | 'put';
  /** Where they are changed, and read unless `read` says so. */
  address: () => Promise<string> | string;
  read?: (api: Api, address: string) => Promise<Versioned>;
  first: object;
  second: object;
  /** As a list of one. */
  listed?: boolean;
}

const ofPage =
  (list: string, key: string) =>
  async (api: Api, address: string): Promise<Versioned> => {
    const { content } = await api
      .get(`${path}${list}`)
      .expect<{ content: (Versioned & Record<string, unknown>)[] }>(200);
    return content.find((each) => String(each[key]) === address.split('/').at(-1))!;
  };

const cases: Record<string, Case> = {
  'the license policy': {
    method: 'patch',
    address: () => `${path}/license-policy`,
    first: { leaseMinutes: 20 },
    second: { leaseMinutes: 30 },
  },
  'the name of an organization': { method: 'patch', address: () => path, first: { name: 'B' }, second: { name: 'C' } },
  'the settings of the server': {
    method: 'patch',
    address: () => '/api/v1/server-settings',
    first: { organizationCreation: 'everybody' },
    second: { organizationCreation: 'root' },
  },
  'the mail server of an organization': {
    method: 'put',
    address: async () => {
      await server.root.put(`${path}/mail-server`, mailServer).expect(200);
      return `${path}/mail-server`;
    },
    first: { ...mailServer, port: 2526 },
    second: { ...mailServer, port: 2527 },
  },
  'the mail server of the server': {
    method: 'put',
    address: async () => {
      await server.root.put('/api/v1/mail-server', mailServer).expect(200);
      return '/api/v1/mail-server';
    },
    first: { ...mailServer, port: 2526 },
    second: { ...mailServer, port: 2527 },
  },
  allocations: {
    method: 'put',
    address: () => `${path}/allocations`,
    read: async (api, address) => (await api.get(address).expect<[Versioned]>(200))[0],
    first: { product: 'KSE', model: 'floating', quantity: 1 },
    second: { product: 'KSE', model: 'floating', quantity: 2 },
    listed: true,
  },
  'an account': {
    method: 'patch',
    address: async () => `/api/v1/users/${await userId(server, 'ann@example.com')}`,
    first: { disabled: true },
    second: { disabled: false },
  },
  'the address of an account': {
    method: 'patch',
    address: async () => {
      await member(server, 'cleo@example.com', 'USER');
      return `/api/v1/users/${await userId(server, 'cleo@example.com')}`;
    },
    first: { email: 'cleo.b@example.com', verified: true },
    second: { email: 'cleo.c@example.com', verified: true },
  },
  'the name of a team': {
    method: 'patch',
    address: async () =>
      `${path}/teams/${(await server.root.post(`${path}/teams`, { name: 'A' }).expect<{ id: number }>(201)).id}`,
    read: ofPage('/teams', 'id'),
    first: { name: 'B' },
    second: { name: 'C' },
  },
  'a webhook': {
    method: 'patch',
    address: async () => {
      const webhook = { url: 'https://receiver.test/hook', events: ['lease.granted'] };
      const { id } = await server.root.post(`${path}/webhooks`, webhook).expect<{ id: number }>(201);
      return `${path}/webhooks/${id}`;
    },
    first: { events: ['lease.ended'] },
    second: { events: ['lease.denied'] },
  },
  'a webhook of the server': {
    method: 'patch',
    address: async () => {
      const webhook = { url: 'https://receiver.test/hook', events: ['lease.granted'] };
      const { id } = await server.root.post('/api/v1/webhooks', webhook).expect<{ id: number }>(201);
      return `/api/v1/webhooks/${id}`;
    },
    read: async (api, address) => {
      const { content } = await api.get('/api/v1/webhooks').expect<{ content: (Versioned & { id: number })[] }>(200);
      return content.find(({ id }) => address.endsWith(`/${id}`))!;
    },
    first: { enabled: false },
    second: { enabled: true, format: 'slack' },
  },
  'a service account': {
    method: 'patch',
    address: async () => {
      const { id } = await server.root
        .post(`${path}/service-accounts`, { name: 'Nightly tests' })
        .expect<{ id: number }>(201);
      return `${path}/service-accounts/${id}`;
    },
    read: ofPage('/service-accounts', 'id'),
    first: { name: 'Tests of the night' },
    second: { role: 'ADMIN' },
  },
  'the role of a member': {
    method: 'patch',
    address: async () => {
      await member(server, 'ben@example.com', 'USER');
      return `${path}/members/${await userId(server, 'ben@example.com')}`;
    },
    read: ofPage('/members', 'userId'),
    first: { role: 'ADMIN' },
    second: { role: 'BILLING_MANAGER' },
  },
  'the role of a member in a team': {
    method: 'put',
    address: async () => {
      await member(server, 'tom@example.com', 'USER');
      const { id } = await server.root.post(`${path}/teams`, { name: 'Roles' }).expect<{ id: number }>(201);
      const address = `${path}/teams/${id}/members/${await userId(server, 'tom@example.com')}`;
      await server.root.put(address, { role: 'USER' }).expect(200);
      return address;
    },
    read: async (api, address) => {
      const { content } = await api
        .get(address.slice(0, address.lastIndexOf('/')))
        .expect<{ content: (Versioned & { userId: number })[] }>(200);
      return content.find((each) => address.endsWith(`/${each.userId}`))!;
    },
    first: { role: 'ADMIN' },
    second: { role: 'OWNER' },
  },
};

describe('Two people who change the same settings at once', () => {
  it.each(Object.keys(cases))('%s: the second one hears who was first, and overwrites nothing', async (name) => {
    const { method, listed, first, second, ...settings } = cases[name]!;
    const address = await settings.address();
    const { root } = server;
    const look = (): Promise<Versioned> => settings.read?.(root, address) ?? root.get(address).expect<Versioned>(200);
    const change = (body: object) => root[method](address, listed ? [body] : body);
    const { version } = await look();
    expect(version).toEqual(expect.any(Number));

    await change({ ...first, version }).expect(200);
    const between = await look();
    expect(between.version).toBeGreaterThan(version);
    const stale = await change({ ...second, version }).expect<Stale>(409);
    expect(stale).toMatchObject({ code: 'stale-version', version: between.version });
    expect(stale.changes).toMatchObject([{ by: 'root@example.com' }]);
    expect(stale.changes[0]!.fields).toHaveLength(1);
    expect(stale.message).toMatch(/^root@example\.com changed .* at .* UTC\. Nothing of yours was saved\./);
    expect(await look()).toEqual(between);

    // Whoever has seen the change may go on, and so may a program that knows no versions.
    await change({ ...second, version: stale.version }).expect(200);
    await change(first).expect(200);
    await change({ ...second, version: -1 }).expect(400);
    await change({ ...second, version: 'x' }).expect(400);
  });

  it('hears which settings were changed by whom, the newest first', async () => {
    await server.root
      .patch(`/api/v1/users/${await userId(server, 'ann@example.com')}`, { disabled: false })
      .expect(200);
    ann = await server.api.signedIn('ann@example.com', 'ann@example.com password');
    const policy = `${path}/license-policy`;
    const { version } = await server.root.get(policy).expect<Versioned>(200);
    await ann.patch(policy, { idleMinutes: 60, deniedMachines: ['build-*'], version }).expect(200);
    await server.root.patch(policy, { leaseMinutes: 17 }).expect(200);
    const { changes, message } = await server.root.patch(policy, { leaseMinutes: 25, version }).expect<Stale>(409);
    expect(changes).toMatchObject([
      { by: 'root@example.com', fields: ['leaseMinutes'] },
      { by: 'ann@example.com', fields: ['idleMinutes', 'deniedMachines'] },
    ]);
    expect(message).toContain('ann@example.com changed idleMinutes and deniedMachines at ');
  });

  it('hears which settings of a mail server were changed, of secrets that they were, never what they are', async () => {
    const address = `${path}/mail-server`;
    const first = await server.root
      .put(address, { ...mailServer, username: 'u', password: 'p-1' })
      .expect<Versioned>(200);
    const { version } = first;
    const hers = { ...mailServer, port: 2528, username: 'u', password: 'p-2', acceptAnyCertificate: true };
    await ann.put(address, hers).expect(200);
    await ann.put(address, { ...hers, password: undefined, sender: 'a@example.com' }).expect(200);
    const stale = await server.root.put(address, { ...mailServer, version }).expect<Stale>(409);
    expect(stale.changes.map(({ fields }) => fields)).toEqual([
      ['sender'],
      ['port', 'password', 'acceptAnyCertificate'],
    ]);
    expect(stale.message).toContain('ann@example.com changed port, password and acceptAnyCertificate at ');
    expect(JSON.stringify(stale)).not.toMatch(/p-[12]/);
  });

  it('cannot both win at the same moment', async () => {
    const policy = `${path}/license-policy`;
    const { version } = await server.root.get(policy).expect<Versioned>(200);
    const answers = [21, 22, 23, 24].map((leaseMinutes) =>
      server.root.patch(policy, { leaseMinutes, version }).status(),
    );
    expect((await Promise.all(answers)).sort()).toEqual([200, 409, 409, 409]);
  });
});
