import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import {
  everybodyCreatesOrganizations,
  member,
  readyServer,
  type ReadyServer,
  withinASecond,
} from './support/test-server.js';

let server: ReadyServer;
let path: string;
const members: Record<string, Api> = {};

beforeAll(async () => {
  server = await readyServer();
  await everybodyCreatesOrganizations(server);
  path = `/api/v1/organizations/${server.organizationId}`;
  for (const role of ['ADMIN', 'BILLING_MANAGER', 'USER']) {
    members[role] = await member(server, `${role.toLowerCase()}@example.com`, role);
  }
  members.STRANGER = await member(server, 'stranger@example.com', null);
});
afterAll(() => server.close());

describe('An organization', () => {
  it('is owned by whoever creates it', async () => {
    const created = await members
      .STRANGER!.post('/api/v1/organizations', { name: 'Ümlaut & <b>Söhne</b>' })
      .expect<{ id: number }>(201);
    expect(created).toMatchObject({ id: expect.any(Number), name: 'Ümlaut & <b>Söhne</b>', role: 'OWNER' });
    expect(await members.STRANGER!.get(`/api/v1/organizations/${created.id}`).expect(200)).toEqual({
      ...created,
      requireSecondFactor: false,
      version: 0,
      logo: null,
    });
    expect(await members.STRANGER!.get('/api/v1/users/me').expect(200)).toMatchObject({ organizations: [created] });
  });

  it('is seen by its members and by root, and does not exist for others', async () => {
    for (const role of ['ADMIN', 'BILLING_MANAGER', 'USER']) {
      expect(await members[role]!.get(path).expect(200)).toMatchObject({ name: 'Acme', role });
    }
    await server.root.get(path).expect(200);
    const secret = await members.STRANGER!.get(path).refused(404);
    expect(await members.STRANGER!.get('/api/v1/organizations/4711').refused(404)).toBe(secret);
    await server.api.get(path).refused(401);
  });

  it('tells each member what they may do there, and keeps to it', async () => {
    for (const role of ['ADMIN', 'BILLING_MANAGER', 'USER']) {
      const { permissions } = await members[role]!.get(path).expect<{ permissions: string[] }>(200);
      const me = await members[role]!.get('/api/v1/users/me').expect(200);
      expect(me).toMatchObject({ organizations: [{ role, permissions }] });
      const routes = { 'member.view': '/members', 'audit.view': '/audit-events', 'allocation.view': '/allocations' };
      for (const [permission, route] of Object.entries(routes)) {
        const status = await members[role]!.get(path + route).status();
        expect([role, permission, status]).toEqual([role, permission, permissions.includes(permission) ? 200 : 403]);
      }
    }
    const { permissions } = await server.root.get(path).expect<{ permissions: string[] }>(200);
    expect(permissions).toContain('organization.delete');
  });

  it.each(['Acme\r\nBcc: all@example.com', 'A\u0007B', 'A\u2028B', 'A\u0085B'])(
    'has a name of one line, not %j',
    async (name) => {
      expect(await server.root.post('/api/v1/organizations', { name }).refused(400)).toBe(
        'name must be one line of text.',
      );
      await members.ADMIN!.patch(path, { name }).refused(400);
      await members.ADMIN!.patch('/api/v1/users/me', { firstName: name }).refused(400);
    },
  );

  it('is renamed by its owner and its admins', async () => {
    expect(await members.ADMIN!.patch(path, { name: ' Acme Testing ' }).expect(200)).toMatchObject({
      name: 'Acme Testing',
    });
    expect(await server.root.patch(path, { name: 'Acme' }).expect(200)).toMatchObject({ name: 'Acme' });
    for (const role of ['BILLING_MANAGER', 'USER']) await members[role]!.patch(path, { name: 'x' }).refused(403);
    await members.STRANGER!.patch(path, { name: 'x' }).refused(404);
    const events = await server.sql(
      `SELECT actor, details FROM audit_event WHERE action = 'organization.renamed' ORDER BY id`,
    );
    expect(events[0]).toEqual({ actor: 'admin@example.com', details: { from: 'Acme', to: 'Acme Testing' } });
  });

  it('changes for nobody who has just lost the role', async () => {
    const api = await member(server, 'demoted@example.com', 'ADMIN');
    await api.patch(path, { name: 'Acme' }).expect(200);
    await server.sql(
      `UPDATE membership SET role = 'USER' WHERE user_id = (SELECT id FROM user_account WHERE email = 'demoted@example.com')`,
    );
    expect(await withinASecond(() => api.patch(path, { name: 'Acme' }).status(), 403)).toBe(403);
  });

  it.each([
    {},
    { name: '' },
    { name: '   ' },
    { name: 'a'.repeat(101) },
    { name: 5 },
    { name: ['a'] },
    { name: 'a\0b' },
    { name: 'a', role: 'x' },
  ])('is not renamed to %j', async (body) => {
    await server.root.patch(path, body).refused(400);
    expect(await server.root.get(path).expect(200)).toMatchObject({ name: 'Acme' });
  });

  it.each(['0', '-1', 'abc', '1.5', '9223372036854775808', '99999999999999999999'])('has no id like %s', async (id) => {
    await server.root.get(`/api/v1/organizations/${id}`).refused(400);
  });
});

describe('Lists', () => {
  it('are paged, sorted and searched', async () => {
    for (const name of ['Zebra', 'apple', '100%', 'under_score'])
      await server.root.post('/api/v1/organizations', { name }).expect(201);
    const list = (query: string) =>
      server.root
        .get(`/api/v1/organizations?${query}`)
        .expect<{ content: { name: string }[]; totalElements: number }>(200);
    const first = await list('size=2&page=0&sort=name,desc');
    expect(first).toMatchObject({ page: 0, size: 2, content: [{}, {}] });
    expect((await list('search=%25')).content.map(({ name }) => name)).toEqual(['100%']);
    expect((await list('search=ZEB')).content.map(({ name }) => name)).toEqual(['Zebra']);
    expect((await list('search=_')).content.map(({ name }) => name)).toEqual(['under_score']);
    expect((await list("search=' OR 1=1 --")).totalElements).toBe(0);
    expect((await list('page=1000')).content).toEqual([]);
  });

  it.each([
    'size=1000000000',
    'size=0',
    'size=-1',
    'size=abc',
    'page=-1',
    'page=1&page=2',
    'sort=password',
    'sort=name;drop',
    'sort=constructor',
    'search=a&search=b',
  ])('refuse %s', async (query) => {
    await server.root.get(`/api/v1/organizations?${query}`).refused(400);
  });
});

describe('An organization that does not exist', () => {
  it('is not there for anybody, not even for the administrator of the server', async () => {
    for (const list of ['members', 'teams', 'online-licenses', 'utilization', 'audit-events']) {
      expect(await server.root.get(`/api/v1/organizations/999999/${list}`).refused(404)).toContain('organization');
    }
  });
});
