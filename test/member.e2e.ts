import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import {
  everybodyCreatesOrganizations,
  gui,
  member,
  readyServer,
  type ReadyServer,
  userId,
  withinASecond,
} from './support/test-server.js';

let server: ReadyServer;
let path: string;
let admin: Api;

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'per-user', quantity: 3, features: [gui] },
    { product: 'KSE', model: 'floating', quantity: 3, features: [gui] },
  ]);
  await everybodyCreatesOrganizations(server);
  path = `/api/v1/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
});
afterAll(() => server.close());

async function person(name: string, role: string | null = 'USER'): Promise<{ api: Api; id: number; email: string }> {
  const email = `${name}@example.com`;
  return { api: await member(server, email, role), id: await userId(server, email), email };
}

function lease(api: Api, organizationId = server.organizationId, session = 's') {
  const request = {
    organizationId,
    product: 'KSE',
    machineId: `machine-${session}`,
    sessionId: session,
    hostname: 'HOST',
  };
  return api.post('/api/v1/leases', request);
}

interface Member {
  userId: number;
  email: string;
  role: string;
  licenses: object[];
  lastAccessAt: string | null;
}

describe('One active user', () => {
  it('is shown by the id, as in the list', async () => {
    const { id } = await person('one');
    const { content } = await admin.get(`${path}/members?search=one@`).expect<{ content: Member[] }>(200);
    expect(await admin.get(`${path}/members/${id}`).expect<Member>(200)).toEqual(content[0]);
  });

  it('is not found in another organization, nor after being removed', async () => {
    const { id } = await person('gone');
    const other = await server.root.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201);
    await server.root.get(`/api/v1/organizations/${other.id}/members/${id}`).refused(404);
    await admin.delete(`${path}/members/${id}`).expect(204);
    await admin.get(`${path}/members/${id}`).refused(404);
  });
});

describe('The active users', () => {
  it('are listed with role, license access and last access; searched, sorted and paged', async () => {
    const { id, api } = await person('zelda');
    await api.patch('/api/v1/users/me', { firstName: 'Zelda', lastName: 'Aaa%' }).expect(200);
    await server.root.post(`${path}/licensed-users`, { userId: id, product: 'KSE', model: 'per-user' }).expect(204);
    const list = (query: string) =>
      admin.get(`${path}/members?${query}`).expect<{ content: Member[]; totalElements: number }>(200);
    const { content } = await list('search=zELDa');
    expect(content).toEqual([
      {
        userId: id,
        email: 'zelda@example.com',
        firstName: 'Zelda',
        lastName: 'Aaa%',
        role: 'USER',
        joinedAt: expect.any(String),
        lastAccessAt: expect.any(String),
        disabled: false,
        secondFactor: false,
        verified: true,
        managedBy: null,
        version: expect.any(Number),
        licenses: [
          { product: 'KSE', model: 'per-user' },
          { product: 'KSE', model: 'floating' },
        ],
      },
    ]);
    expect((await list('search=%25')).totalElements).toBe(1);
    expect((await list("search=' OR true --")).totalElements).toBe(0);
    const all = await list('sort=email,desc&size=2');
    expect(all.content.map(({ email }) => email)).toEqual(['zelda@example.com', 'root@example.com']);
    expect(await list('page=1000')).toMatchObject({ content: [], totalElements: all.totalElements });
    for (const sort of ['name', 'role', 'joinedAt', 'lastAccessAt,desc']) await list(`sort=${sort}`);
    for (const query of ['sort=password', 'size=1000000000', 'page=-1', 'sort=constructor', 'search=a&search=b']) {
      await admin.get(`${path}/members?${query}`).refused(400);
    }
  });
});

describe('A role', () => {
  it('is changed at once, in the sessions that are open', async () => {
    const { api, id } = await person('climber');
    await api.patch(path, { name: 'Acme' }).refused(403);
    expect(await admin.patch(`${path}/members/${id}`, { role: 'ADMIN' }).expect(200)).toMatchObject({ role: 'ADMIN' });
    await api.patch(path, { name: 'Acme' }).expect(200);
    await admin.patch(`${path}/members/${id}`, { role: 'USER' }).expect(200);
    await api.patch(path, { name: 'Acme' }).refused(403);
    const events = await server.sql(
      `SELECT actor, details FROM audit_event WHERE action = 'member.role-changed' AND target_id = $1 ORDER BY id`,
      [String(id)],
    );
    expect(events[0]).toEqual({ actor: 'admin@example.com', details: { from: 'USER', to: 'ADMIN' } });
  });

  it('of the owner stays: there is always exactly one', async () => {
    const owner = await userId(server, 'root@example.com');
    expect(await admin.patch(`${path}/members/${owner}`, { role: 'USER' }).refused(409)).toContain('Transfer');
    await admin.delete(`${path}/members/${owner}`).refused(409);
    const { id } = await person('usurper');
    await server.root.patch(`${path}/members/${id}`, { role: 'OWNER' }).refused(400);
    for (const statement of [
      `DELETE FROM membership WHERE role = 'OWNER'`,
      `UPDATE membership SET role = 'ADMIN' WHERE role = 'OWNER'`,
      `INSERT INTO organization (name, created_at) VALUES ('nobody''s', now())`,
    ]) {
      await expect(server.sql(statement)).rejects.toThrow('must have an owner');
    }
    await expect(server.sql(`UPDATE membership SET role = 'OWNER' WHERE user_id = $1`, [id])).rejects.toThrow(
      'one_owner',
    );
  });

  it.each([{}, { role: '' }, { role: 'Admin' }, { role: ['USER'] }, { role: null }, { role: 'USER', x: 1 }])(
    'is not changed to %j',
    async (body) => {
      const id = await userId(server, 'admin@example.com');
      await server.root.patch(`${path}/members/${id}`, body).refused(400);
    },
  );
});

describe('A removed member', () => {
  it('loses the sessions, the licensed seats and the teams, and is listed as removed', async () => {
    const { api, id, email } = await person('leaver');
    await server.root.post(`${path}/licensed-users`, { userId: id, product: 'KSE', model: 'per-user' }).expect(204);
    const team = await admin.post(`${path}/teams`, { name: 'Leavers' }).expect<{ id: number }>(201);
    await admin.put(`${path}/teams/${team.id}/members/${id}`, { role: 'USER' }).expect(200);
    const { id: leaseId } = await lease(api).expect<{ id: string }>(201);
    await admin.delete(`${path}/members/${id}`).expect(204);

    await api.get(path).refused(404);
    await api.post(`/api/v1/leases/${leaseId}/renew`).refused(410);
    expect(await lease(api).status()).toBe(404);
    const online = await admin.get(`${path}/online-licenses`).expect<{ totalElements: number }>(200);
    expect(online.totalElements).toBe(0);
    const licensed = await admin.get(`${path}/licensed-users?search=${email}`).expect<{ totalElements: number }>(200);
    expect(licensed.totalElements).toBe(0);
    const inTeam = await admin
      .get(`${path}/teams/${team.id}/members?search=${email}`)
      .expect<{ content: object[] }>(200);
    expect(inTeam.content).toEqual([]);
    const removed = await admin.get(`${path}/removed-members?search=${email}`).expect<{ content: object[] }>(200);
    expect(removed.content).toMatchObject([{ userId: id, email, role: 'USER', removedBy: 'admin@example.com' }]);
    await admin.delete(`${path}/members/${id}`).refused(404);
    // The account itself lives on.
    await api.get('/api/v1/users/me').expect(200);
  });

  it('may have left by oneself, but for the owner', async () => {
    const { api, id, email } = await person('goer');
    const { id: leaseId } = await lease(api, server.organizationId, 'goer').expect<{ id: string }>(201);
    await api.delete(`/api/v1/users/me/organizations/${server.organizationId}`).expect(204);
    await api.delete(`/api/v1/users/me/organizations/${server.organizationId}`).refused(404);
    await api.post(`/api/v1/leases/${leaseId}/renew`).refused(410);
    const removed = await admin.get(`${path}/removed-members?search=${email}`).expect<{ content: object[] }>(200);
    expect(removed.content).toMatchObject([{ userId: id, removedBy: email }]);
    expect(await server.root.delete(`/api/v1/users/me/organizations/${server.organizationId}`).refused(409)).toContain(
      'Transfer the ownership',
    );
  });

  it('who checks out a seat at that very moment does not keep it', async () => {
    for (let round = 0; round < 5; round++) {
      const { api, id } = await person(`racer${round}`);
      await Promise.all([
        lease(api, server.organizationId, `r${round}`).status(),
        admin.delete(`${path}/members/${id}`).expect(204),
      ]);
      expect(await server.sql('SELECT FROM lease WHERE user_id = $1', [id])).toEqual([]);
    }
    expect(await server.sql(`SELECT FROM seat_pool WHERE in_use <> 0`)).toEqual([]);
  });
});

describe('The ownership', () => {
  it('is transferred by the owner, who becomes an admin', async () => {
    const giver = await person('giver', null);
    const taker = await person('taker', null);
    const { id } = await giver.api.post('/api/v1/organizations', { name: 'Gift' }).expect<{ id: number }>(201);
    const organization = `/api/v1/organizations/${id}`;
    await giver.api.post(`${organization}/transfer-ownership`, { userId: taker.id }).refused(404);
    await server.sql(`INSERT INTO membership VALUES ($1, $2, 'USER', now())`, [id, taker.id]);
    const take = () => taker.api.post(`${organization}/transfer-ownership`, { userId: taker.id }).status();
    expect(await withinASecond(take, 403)).toBe(403);
    const view = await giver.api.post(`${organization}/transfer-ownership`, { userId: taker.id }).expect(200);
    expect(view).toMatchObject({ role: 'ADMIN' });
    expect(await taker.api.get(organization).expect(200)).toMatchObject({ role: 'OWNER' });
    const refusal = await giver.api.post(`${organization}/transfer-ownership`, { userId: giver.id }).refused(403);
    expect(refusal).toBe('Your role in this organization (ADMIN) does not allow this. Ask its owner.');
    await giver.api.delete(organization).refused(403);
    await taker.api.post(`${organization}/transfer-ownership`, { userId: 'x' }).refused(400);
  });

  it('goes to one of two when transferred twice at the same moment', async () => {
    const giver = await person('giver2', null);
    const takers = [await person('taker2', null), await person('taker3', null)];
    const { id } = await giver.api.post('/api/v1/organizations', { name: 'Gift' }).expect<{ id: number }>(201);
    for (const taker of takers) {
      await server.sql(`INSERT INTO membership VALUES ($1, $2, 'USER', now())`, [id, taker.id]);
    }
    const transfer = (userId: number) =>
      giver.api.post(`/api/v1/organizations/${id}/transfer-ownership`, { userId }).status();
    const statuses = await Promise.all(takers.map((taker) => transfer(taker.id)));
    expect(statuses.sort()).toEqual([200, 403]);
    const owners = await server.sql(`SELECT FROM membership WHERE organization_id = $1 AND role = 'OWNER'`, [id]);
    expect(owners).toHaveLength(1);
  });
});

describe('An organization', () => {
  it('is deleted by its owner when no seat is in use; the audit log keeps who was in it', async () => {
    const owner = await person('last', null);
    const { id } = await owner.api.post('/api/v1/organizations', { name: 'Short' }).expect<{ id: number }>(201);
    const organization = `/api/v1/organizations/${id}`;
    await server.sql(`UPDATE seat_pool SET allocation = 1 WHERE organization_id = $1 AND model = 'floating'`, [id]);
    await server.sql(
      `UPDATE seat_pool SET quota = 1, ends_at = 'infinity' WHERE organization_id = $1 AND model = 'floating'`,
      [id],
    );
    const { id: leaseId } = await lease(owner.api, id, 'short').expect<{ id: string }>(201);
    expect(await owner.api.delete(organization).refused(409)).toContain('last@example.com on HOST');
    await owner.api.delete(`/api/v1/leases/${leaseId}`).expect(204);
    await owner.api.delete(organization).expect(204);
    await owner.api.get(organization).refused(404);
    await server.root.get(organization).refused(404);
    await server.root.delete(organization).refused(404);
    const events = await server.sql(
      `SELECT actor, details FROM audit_event WHERE organization_id = $1 AND action = 'organization.deleted'`,
      [id],
    );
    expect(events).toEqual([
      {
        actor: 'last@example.com',
        details: { name: 'Short', members: [{ email: 'last@example.com', role: 'OWNER' }] },
      },
    ]);
    // Its seats are for the others again.
    const licenses = await server.root.get(`${path}/licenses`).expect<{ model: string; subscribed: number }[]>(200);
    expect(licenses.find(({ model }) => model === 'floating')?.subscribed).toBe(3);
  });

  it("is created by the administrator alone until the server is opened to everybody; Studio's empty request too", async () => {
    const { api } = await person('founder', null);
    const mayCreate = async (who = api) =>
      (await who.get('/api/v1/users/me').expect<{ mayCreateOrganizations: boolean }>(200)).mayCreateOrganizations;
    await api.get('/api/v1/server-settings').refused(403);
    await server.root.patch('/api/v1/server-settings', { organizationCreation: 'nobody' }).refused(400);
    await server.root.patch('/api/v1/server-settings', { organizationCreation: 'root' }).expect(200);
    const asStudio = () => api.post('/api/v1/organizations', undefined, { 'content-type': 'application/json' });
    for (const answer of [api.post('/api/v1/organizations', { name: 'Mine' }), asStudio()]) {
      expect(await answer.expect(403)).toMatchObject({ code: 'organization-creation-closed' });
      expect(await answer.refused(403)).toContain('Ask the administrator for one');
    }
    expect(await mayCreate()).toBe(false);
    expect(await mayCreate(server.root)).toBe(true);
    await server.root.post('/api/v1/organizations', { name: 'Its' }).expect(201);
    await server.root.patch('/api/v1/server-settings', { organizationCreation: 'everybody' }).expect(200);
    expect(await mayCreate()).toBe(true);
    await server.sql(`UPDATE user_account SET verified_at = NULL WHERE email = 'founder@example.com'`);
    expect(await asStudio().expect(403)).toMatchObject({ code: 'address-unverified' });
    expect(await mayCreate()).toBe(false);
    await server.sql(`UPDATE user_account SET verified_at = now() WHERE email = 'founder@example.com'`);
    await asStudio().expect(201);
  });
});

describe('Teams', () => {
  it('have members with roles of their own, who find them in their profile', async () => {
    const lead = await person('lead');
    const tester = await person('tester');
    const { id } = await admin.post(`${path}/teams`, { name: 'Mobile' }).expect<{ id: number }>(201);
    const team = `${path}/teams/${id}`;
    await lead.api.patch(team, { name: 'Mine' }).refused(403);
    await admin.put(`${team}/members/${lead.id}`, { role: 'ADMIN' }).expect(200);
    expect(await lead.api.get('/api/v1/users/me').expect(200)).toMatchObject({
      teams: [{ id, name: 'Mobile', role: 'ADMIN', organization: { id: server.organizationId, name: 'Acme' } }],
    });
    // A user of the organization, and yet somebody in the team.
    await lead.api.patch(team, { name: 'Mobile & Web' }).expect(200);
    await lead.api.put(`${team}/members/${tester.id}`, { role: 'USER' }).expect(200);
    await lead.api.put(`${team}/members/${tester.id}`, { role: 'OWNER' }).refused(403);
    await lead.api.delete(team).refused(403);
    await tester.api.put(`${team}/members/${lead.id}`, { role: 'USER' }).refused(403);
    const members = await tester.api.get(`${team}/members?sort=email`).expect<{ content: { email: string }[] }>(200);
    expect(members.content.map(({ email }) => email)).toEqual([
      'admin@example.com',
      'lead@example.com',
      'tester@example.com',
    ]);
    const owner = await userId(server, 'admin@example.com');
    await lead.api.delete(`${team}/members/${owner}`).refused(403);
    await lead.api.delete(`${team}/members/${tester.id}`).expect(204);
    await tester.api.get(`${team}/members`).refused(403);
    const list = await tester.api.get(`${path}/teams?search=web`).expect<{ content: object[] }>(200);
    expect(list.content).toMatchObject([{ id, name: 'Mobile & Web', members: 2, role: null }]);
    await admin.delete(team).expect(204);
    await admin.get(`${team}/members`).refused(404);
  });

  it('have names of their own, and only members of the organization', async () => {
    const stranger = await person('stranger', null);
    const { id } = await admin.post(`${path}/teams`, { name: 'API' }).expect<{ id: number }>(201);
    expect(await admin.post(`${path}/teams`, { name: 'api' }).refused(409)).toContain('already a team');
    const other = await admin.post(`${path}/teams`, { name: 'API 2' }).expect<{ id: number }>(201);
    await admin.patch(`${path}/teams/${other.id}`, { name: 'Api' }).refused(409);
    await admin.put(`${path}/teams/${id}/members/${stranger.id}`, { role: 'USER' }).refused(404);
    await admin.put(`${path}/teams/${id}/members/${stranger.id}`, { role: 'BILLING_MANAGER' }).refused(400);
    for (const body of [{}, { name: '' }, { name: 'a'.repeat(101) }, { name: 1 }, { name: 'a\0' }]) {
      await admin.post(`${path}/teams`, body).refused(400);
    }
    const foreign = await stranger.api.post('/api/v1/organizations', { name: 'Foreign' }).expect<{ id: number }>(201);
    await stranger.api.delete(`/api/v1/organizations/${foreign.id}/teams/${id}`).refused(404);
    await stranger.api.get(`${path}/teams`).refused(404);
  });
});

describe('The root administrator', () => {
  it('finds, disables and enables users; what a disabled one holds ends', async () => {
    const { api, id, email } = await person('suspect');
    const browser = await server.api.browser(email, `${email} password`);
    const { key } = await api.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201);
    const { id: leaseId } = await lease(api, server.organizationId, 'suspect').expect<{ id: string }>(201);
    const found = await server.root.get(`/api/v1/users?search=SUSPECT&sort=email`).expect<{ content: object[] }>(200);
    expect(found.content).toMatchObject([
      {
        id,
        email,
        root: false,
        disabled: false,
        organizations: [{ id: server.organizationId, name: 'Acme', role: 'USER' }],
      },
    ]);
    expect(await server.root.patch(`/api/v1/users/${id}`, { disabled: true }).expect(200)).toMatchObject({
      disabled: true,
    });
    for (const credential of [api, browser, server.api.withBearer(key)]) {
      await expect(withinASecond(() => credential.get('/api/v1/users/me').status(), 401)).resolves.toBe(401);
    }
    expect(await server.sql('SELECT FROM lease WHERE id = $1', [leaseId])).toEqual([]);
    const form = { grant_type: 'password', username: email, password: `${email} password` };
    await server.api.token(form).refused(401);
    await server.root.patch(`/api/v1/users/${id}`, { disabled: false }).expect(200);
    await server.api.token(form).expect(200);
    await browser.get('/api/v1/users/me').refused(401);
    await server.root.get('/api/v1/users/999999').refused(404);
    for (const body of [{ disabled: 'yes' }, { disabled: 1 }, { email: 'x' }, { unknown: 1 }]) {
      await server.root.patch(`/api/v1/users/${id}`, body).refused(400);
    }
  });

  it('is never the last one to go', async () => {
    const root = await userId(server, 'root@example.com');
    await server.root.patch(`/api/v1/users/${root}`, { disabled: true }).refused(409);
    await server.root.patch(`/api/v1/users/${root}`, { root: false }).refused(409);
    const { id, api } = await person('deputy', null);
    await server.root.patch(`/api/v1/users/${id}`, { root: true }).expect(200);
    await expect(withinASecond(() => api.get('/api/v1/users').status(), 200)).resolves.toBe(200);
    await server.root.patch(`/api/v1/users/${id}`, { root: false }).expect(200);
    await expect(withinASecond(() => api.get('/api/v1/users').status(), 403)).resolves.toBe(403);
  });

  it('makes a link to set a new password, which works once, for an hour, and ends all sessions', async () => {
    const { api, id, email } = await person('forgetful');
    const create = async () => {
      const { link } = await server.root.post(`/api/v1/users/${id}/reset-password`).expect<{ link: string }>(201);
      expect(link).toMatch(/^http:\/\/licenses\.test:8080\/reset-password\/[\w-]{43}$/);
      return link.split('/').pop();
    };
    const older = await create();
    const token = await create();
    const password = 'brand new password';
    const reset = (body: object) => server.api.post('/api/v1/auth/reset-password', body);
    await reset({ token: older, password }).refused(404);
    expect(await reset({ token, password: 'short' }).refused(400)).toContain('8 to 128');
    await reset({ token, password }).expect(204);
    expect(await reset({ token, password }).refused(410)).toBe('This link has been used to reset password.');
    await expect(withinASecond(() => api.get('/api/v1/users/me').status(), 401)).resolves.toBe(401);
    await server.api.signedIn(email, password);
    const late = await create();
    await server.later({ minutes: 61 });
    expect(await reset({ token: late, password: 'another password' }).refused(410)).toContain('expired');
    await server.later({ minutes: -61 });
    for (const body of [{}, { token: 'x' }, { token: ['x'], password }, { token: '', password }]) {
      await reset(body).refused(400);
    }
    await reset({ token: 'x', password }).refused(404);
    const rows = await server.sql<{ text: string }>('SELECT password_reset::text AS text FROM password_reset');
    expect(rows.some(({ text }) => text.includes(String(late)))).toBe(false);
  });
});
