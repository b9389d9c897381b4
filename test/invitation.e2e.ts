import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import {
  everybodyCreatesOrganizations,
  cli,
  gui,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  userId,
} from './support/test-server.js';

interface Result {
  email: string;
  state: string | null;
  link: string | null;
  invitation: { id: number } | null;
  error: { code: string; message: string } | null;
}

const password = 'a very new password';
const used =
  'This link has been used to reset password. It was an invitation, and it has been accepted: sign in with your e-mail address and password.';
const otherAccount = 'Cannot accept the invitation.';

let server: ReadyServer;
let path: string;
let admin: Api;

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'per-user', quantity: 2, features: [gui] },
    { product: 'KSE', model: 'floating', quantity: 2, features: [gui] },
    { product: 'KRE', model: 'floating', quantity: 2, features: [cli] },
  ]);
  await everybodyCreatesOrganizations(server);
  path = `/api/v1/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
});
afterAll(() => server.close());

async function invite(emails: string[], more: object = {}): Promise<Result[]> {
  return admin.post(`${path}/invitations`, { emails, role: 'USER', ...more }).expect<Result[]>(201);
}

async function inviteOne(email: string, more: object = {}): Promise<{ id: number; link: string; api: string }> {
  const [result] = await invite([email], more);
  const link = result?.link ?? '';
  return { id: result?.invitation?.id ?? 0, link, api: apiOf(link) };
}

/** Where the page behind the link asks. */
function apiOf(link: string): string {
  expect(link).toMatch(/^http:\/\/licenses\.test:8080\/invitations\/[\w-]{43}$/);
  return `/api/v1/invitations/${link.split('/').pop()}`;
}

async function members(): Promise<string[]> {
  const { content } = await admin
    .get(`${path}/members?size=500`)
    .expect<{ content: { email: string; role: string }[] }>(200);
  return content.map(({ email, role }) => `${email} ${role}`);
}

async function stateOf(id: number): Promise<string | undefined> {
  const { content } = await admin
    .get(`${path}/invitations?size=500`)
    .expect<{ content: { id: number; state: string }[] }>(200);
  return content.find((each) => each.id === id)?.state;
}

describe('Inviting', () => {
  it('takes addresses as people paste them, with names', async () => {
    const pasted = [
      'Grace Hopper <grace@example.com>, "Turing, Alan" <alan@example.com>',
      '<ada@example.com>; Bob<bob@example.com>\nplain@example.com other@example.com',
      '"O\'Brien, Kate"   <KATE@example.com>',
      'Nobody <>',
    ];
    const results = await invite(pasted);
    expect(results.map(({ email, error }) => [email, error?.code ?? null])).toEqual([
      ...['grace', 'alan', 'ada', 'bob', 'plain', 'other', 'kate'].map((name) => [`${name}@example.com`, null]),
      ['Nobody', 'invalid-email'],
      ['<>', 'invalid-email'],
    ]);
    for (const { invitation } of results) {
      if (invitation) await admin.delete(`${path}/invitations/${invitation.id}`).expect(204);
    }
  });

  it('and joining go well with deleting the organization at the same moment', async () => {
    const invited = await member(server, 'busy@example.com', null);
    for (let round = 0; round < 15; round++) {
      const { id } = await server.root
        .post('/api/v1/organizations', { name: 'Short-lived' })
        .expect<{ id: number }>(201);
      const there = `/api/v1/organizations/${id}`;
      const invitations = await server.root
        .post(`${there}/invitations`, { emails: ['busy@example.com', 'else@example.com'], role: 'USER' })
        .expect<Result[]>(201);
      const token = invitations[0]?.link?.split('/').pop();
      const statuses = await Promise.all([
        invited.post(`/api/v1/invitations/${token}/accept`, {}).status(),
        server.root.post(`${there}/invitations/${invitations[1]?.invitation?.id}/resend`).status(),
        server.root.patch(`${there}/license-policy`, { leaseMinutes: 20 }).status(),
        server.root.delete(there).status(),
      ]);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      expect(statuses.at(-1)).toBe(204);
    }
  });

  it('many at once gives each address its own result; a bad one loses nothing', async () => {
    const results = await invite([
      'one@example.com, two@example.com;three@example.com\nfour@example.com',
      'not-an-address',
      'ONE@example.com',
      'admin@example.com',
    ]);
    expect(results.map(({ email, state, error }) => [email, state, error?.code ?? null])).toEqual([
      ['one@example.com', 'pending', null],
      ['two@example.com', 'pending', null],
      ['three@example.com', 'pending', null],
      ['four@example.com', 'pending', null],
      ['not-an-address', null, 'invalid-email'],
      ['admin@example.com', null, 'already-a-member'],
    ]);
    expect(new Set(results.slice(0, 4).map(({ link }) => link)).size).toBe(4);
  });

  it.each<[unknown, string]>([
    ['one@example.com', 'emails must be a list of e-mail addresses.'],
    [[1], 'emails must be a list of e-mail addresses.'],
    [undefined, 'emails is missing.'],
    [[], 'emails must hold at least one address.'],
    [[' ,;\n'], 'emails must hold at least one address.'],
    [Array(1001).fill('one@example.com'), 'emails must hold at most 1000 addresses.'],
    [
      [Array.from({ length: 1001 }, (_, i) => `u${i}@example.com`).join(' ')],
      'emails must hold at most 1000 addresses.',
    ],
  ])('%.40j is refused with a message that fits', async (emails, message) => {
    expect(await admin.post(`${path}/invitations`, { emails, role: 'USER' }).refused(400)).toBe(message);
  });

  it('the same address twice does not make two invitations', async () => {
    await inviteOne('twice@example.com');
    expect(
      await admin.post(`${path}/invitations`, { emails: ['twice@example.com'], role: 'USER' }).refused(409),
    ).toContain('invited already');
  });

  it('lists the invitations with the links to hand over, which only the secret key and the database together give', async () => {
    const { id, link } = await inviteOne('list@example.com', { role: 'BILLING_MANAGER' });
    const page = await admin
      .get(`${path}/invitations?search=LIST@&sort=email&state=pending`)
      .expect<{ content: object[]; totalElements: number }>(200);
    expect(page.totalElements).toBe(1);
    expect(page.content[0]).toMatchObject({ id, link, role: 'BILLING_MANAGER', invitedBy: 'admin@example.com' });
    const rows = await server.sql<{ text: string }>('SELECT invitation::text AS text FROM invitation');
    expect(rows.some(({ text }) => text.includes(link.split('/').pop() ?? '?'))).toBe(false);
  });

  const malformed = [
    { emails: [], role: 'USER' },
    { emails: [' , '], role: 'USER' },
    { emails: ['nobody'], role: 'USER' },
    { emails: 'a@example.com', role: 'USER' },
    { emails: [1], role: 'USER' },
    { emails: ['a@example.com'], role: 'OWNER' },
    { emails: ['a@example.com'], role: 'root' },
    { emails: ['a@example.com'] },
    { emails: ['a@example.com'], role: 'USER', assign: 'KSE' },
    { emails: ['a@example.com'], role: 'USER', assign: [{ product: 'KSE', model: 'floating' }] },
    { emails: ['a@example.com'], role: 'USER', assign: [{ product: 'X', model: 'per-user' }] },
    { emails: ['a\0b@example.com'], role: 'USER' },
    { emails: Array.from({ length: 1001 }, (_, index) => `${index}@example.com`), role: 'USER' },
    { emails: [Array.from({ length: 1001 }, (_, index) => `${index}@e.com`).join(',')], role: 'USER' },
  ];
  it.each(malformed.map((body) => [JSON.stringify(body).slice(0, 90), body]))('is refused with %s', async (_, body) => {
    await admin.post(`${path}/invitations`, body).refused(400);
  });

  it('promises no seats of a kind that the organization does not have', async () => {
    const body = { emails: ['kre@example.com'], role: 'USER', assign: [{ product: 'KRE', model: 'per-user' }] };
    expect(await admin.post(`${path}/invitations`, body).refused(409)).toContain('has no per-user seats');
  });
});

describe('A new account', () => {
  it('opens the link, sets name and password, signs in, and only then is a member with the assigned license', async () => {
    const { id, api } = await inviteOne('new@example.com', {
      role: 'ADMIN',
      assign: [{ product: 'KSE', model: 'per-user' }],
    });
    expect(await stateOf(id)).toBe('pending');
    expect(await server.api.get(api).expect(200)).toMatchObject({
      organization: { id: server.organizationId, name: 'Acme' },
      email: 'new@example.com',
      role: 'ADMIN',
      hasAccount: false,
      signedIn: false,
    });
    expect(await stateOf(id)).toBe('must-set-password');
    expect(await server.api.post(`${api}/accept`).refused(400)).toContain('password');
    expect(await server.api.post(`${api}/accept`, { password: 'short' }).refused(400)).toContain('8 to 128');
    expect(await server.api.post(`${api}/accept`, { password: 'password1' }).refused(400)).toContain('most used');
    const body = { password, firstName: 'Grace', lastName: "O'Neil <b>" };
    expect(await server.api.post(`${api}/accept`, body).expect(200)).toMatchObject({ joined: false });
    expect(await stateOf(id)).toBe('accepted');
    expect(await members()).not.toContain('new@example.com ADMIN');

    const person = await server.api.signedIn('new@example.com', password);
    expect(await members()).toContain('new@example.com ADMIN');
    expect(await person.get('/api/v1/users/me').expect(200)).toMatchObject({
      firstName: 'Grace',
      lastName: "O'Neil <b>",
      organizations: [{ id: server.organizationId, role: 'ADMIN' }],
    });
    const licensed = await admin.get(`${path}/licensed-users`).expect<{ content: object[] }>(200);
    expect(licensed.content).toMatchObject([{ email: 'new@example.com', product: 'KSE' }]);
  });

  it('finds the link used afterwards, whoever opens it', async () => {
    const { api } = await inviteOne('used@example.com');
    await server.api.post(`${api}/accept`, { password }).expect(200);
    expect(await server.api.get(api).refused(410)).toBe(used);
    expect(await server.api.post(`${api}/accept`, { password }).refused(410)).toBe(used);
    expect(await server.root.get(api).refused(410)).toBe(used);
  });

  it('is made once when two accept at the same moment', async () => {
    const { api } = await inviteOne('race@example.com');
    const answers = await Promise.all([1, 2, 3].map(() => server.api.post(`${api}/accept`, { password }).status()));
    expect(answers.sort()).toEqual([200, 410, 410]);
    await server.api.browser('race@example.com', password);
    expect((await members()).filter((each) => each.startsWith('race@'))).toEqual(['race@example.com USER']);
  });

  it('is made once when invitations of several organizations are accepted at the same moment', async () => {
    const links = [(await inviteOne('everywhere@example.com')).api];
    for (const name of ['North', 'South', 'West', 'East', 'Middle', 'Upper', 'Lower']) {
      const { id } = await server.root.post('/api/v1/organizations', { name }).expect<{ id: number }>(201);
      const [result] = await server.root
        .post(`/api/v1/organizations/${id}/invitations`, { emails: ['everywhere@example.com'], role: 'USER' })
        .expect<Result[]>(201);
      links.push(apiOf(result?.link ?? ''));
    }
    const answers = links.map((link) => server.api.post(`${link}/accept`, { password }));
    const statuses = await Promise.all(answers.map((answer) => answer.status()));
    expect(statuses).toContain(200);
    // Only so many passwords of one account are checked at once: 429.
    expect(statuses.filter((status) => ![200, 409, 429].includes(status))).toEqual([]);
    // None of the links was proof of the address: the account is good for the organization of the last one only.
    const everywhere = await server.api.signedIn('everywhere@example.com', password);
    const me = await everywhere.get('/api/v1/users/me').expect<{ organizations: object[] }>(200);
    expect(me.organizations).toHaveLength(1);
  });

  it('may have capitals and characters of all the world in its address', async () => {
    const composed = 'zoé@example.com';
    const { api } = await inviteOne(' Zoe\u0301@Example.COM ');
    await server.api.post(`${api}/accept`, { password, firstName: 'Zoé', lastName: '李' }).expect(200);
    await server.api.signedIn('ZOÉ@example.com', password);
    expect(await members()).toContain(`${composed} USER`);
  });

  it('joins a second organization signed in, and sets a new password with it', async () => {
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Second' }).expect<{ id: number }>(201);
    const first = await inviteOne('both@example.com');
    const body = { emails: ['both@example.com'], role: 'ADMIN' };
    const [second] = await server.root.post(`/api/v1/organizations/${id}/invitations`, body).expect<Result[]>(201);
    await server.api.post(`${first.api}/accept`, { password }).expect(200);
    const before = await server.api.signedIn('both@example.com', password);
    const link = apiOf(second?.link ?? '');
    expect(await before.get(link).expect(200)).toMatchObject({ hasAccount: true, setsPassword: true, signedIn: true });
    await before.post(`${link}/accept`).refused(400);
    expect(await before.post(`${link}/accept`, { password: 'another good password' }).expect(200)).toMatchObject({
      joined: true,
    });
    await before.get('/api/v1/users/me').refused(401);
    const person = await server.api.signedIn('both@example.com', 'another good password');
    const me = await person.get('/api/v1/users/me').expect<{ organizations: { name: string }[] }>(200);
    expect(me.organizations.map(({ name }) => name)).toEqual(['Acme', 'Second']);
  });

  it('is a member without the license when all seats are gone by then, and the audit log says so', async () => {
    const invited = await Promise.all(
      ['seat1', 'seat2'].map((name) =>
        inviteOne(`${name}@example.com`, { assign: [{ product: 'KSE', model: 'per-user' }] }),
      ),
    );
    for (const [index, { api }] of invited.entries()) {
      await server.api.post(`${api}/accept`, { password }).expect(200);
      await server.api.signedIn(`seat${index + 1}@example.com`, password);
    }
    expect(await members()).toEqual(expect.arrayContaining(['seat1@example.com USER', 'seat2@example.com USER']));
    const events = await server.sql(`SELECT actor FROM audit_event WHERE action = 'invitation.seat-missing'`);
    expect(events).toHaveLength(1);
  });
});

describe('An existing account', () => {
  it('signs in with the invited account, accepts, and is a member at once', async () => {
    const person = await member(server, 'existing@example.com', null);
    const { api } = await inviteOne('existing@example.com');
    expect(await person.get(api).expect(200)).toMatchObject({ hasAccount: true, signedIn: true });
    expect(await person.post(`${api}/accept`).expect(200)).toMatchObject({ joined: true });
    expect(await person.get(path).expect(200)).toMatchObject({ role: 'USER' });
  });

  it('joins signed in, and not otherwise', async () => {
    const person = await member(server, 'later@example.com', null);
    const { api, id } = await inviteOne('later@example.com');
    for (const body of [undefined, {}, { password }]) {
      expect(await server.api.post(`${api}/accept`, body).expect(409)).toMatchObject({ code: 'account-exists' });
    }
    await admin
      .put(`${path}/teams/1/members/${await userId(server, 'later@example.com')}`, { role: 'USER' })
      .refused(404);
    await admin.post(`${path}/invitations/${id}/resend`).expect(200);
    await server.api.signedIn('later@example.com', 'later@example.com password');
    await person.get(path).refused(404);
    expect(await members()).not.toContain('later@example.com USER');
  });

  it('does not get a new password by an invitation', async () => {
    await member(server, 'safe@example.com', null);
    const { api } = await inviteOne('safe@example.com');
    expect(await server.api.post(`${api}/accept`, { password }).refused(409)).toContain('There is an account');
    const wrong = { grant_type: 'password', username: 'safe@example.com', password };
    await server.api.token(wrong).refused(401);
  });

  it('cannot accept while another one is signed in, and is told to sign out', async () => {
    await member(server, 'invited@example.com', null);
    const { api } = await inviteOne('invited@example.com');
    const browser = await server.api.browser(rootAccount.email, rootAccount.password);
    for (const answer of [browser.get(api), browser.post(`${api}/accept`)]) {
      expect(await answer.refused(409)).toBe(otherAccount);
      expect(await answer.expect(409)).toMatchObject({
        signedInAs: rootAccount.email,
        email: 'invited@example.com',
        signOut: '/api/v1/auth/sign-out',
      });
    }
    await browser.post('/api/v1/auth/sign-out').expect(204);
    expect(await browser.get(api).expect(200)).toMatchObject({ signedIn: false });
  });

  it('that is disabled cannot accept', async () => {
    await member(server, 'disabled@example.com', null);
    const { api } = await inviteOne('disabled@example.com');
    await server.sql(`UPDATE user_account SET disabled_at = now() WHERE email = 'disabled@example.com'`);
    expect(await server.api.post(`${api}/accept`).refused(409)).toContain('disabled');
  });

  it('that was removed can be invited again, and leaves the list of removed members', async () => {
    const person = await member(server, 'again@example.com', 'USER');
    const { id } = await person.get('/api/v1/users/me').expect<{ id: string }>(200);
    await admin.delete(`${path}/members/${id}`).expect(204);
    const removed = () => admin.get(`${path}/removed-members?search=again@`).expect<{ totalElements: number }>(200);
    expect((await removed()).totalElements).toBe(1);
    const { api } = await inviteOne('again@example.com', { role: 'ADMIN' });
    await person.post(`${api}/accept`).expect(200);
    expect(await members()).toContain('again@example.com ADMIN');
    expect((await removed()).totalElements).toBe(0);
  });
});

describe('An invitation', () => {
  it('expires after 24 hours, and can be sent again', async () => {
    const { id, api } = await inviteOne('slow@example.com');
    await server.later({ minutes: 24 * 60 - 1 });
    await server.api.get(api).expect(200);
    await server.later({ minutes: 2 });
    expect(await server.api.get(api).refused(410)).toContain('expired');
    expect(await server.api.post(`${api}/accept`, { password }).refused(410)).toContain('expired');
    admin = await server.api.signedIn('admin@example.com', 'admin@example.com password');
    expect(await stateOf(id)).toBe('expired');
    const { link } = await admin.post(`${path}/invitations/${id}/resend`).expect<{ link: string }>(200);
    await server.api.get(api).refused(404);
    await server.api.post(`${apiOf(link)}/accept`, { password }).expect(200);
  });

  it('that has expired makes room for a new one to the same address', async () => {
    const { id } = await inviteOne('retry@example.com');
    await server.later({ days: 2 });
    admin = await server.api.signedIn('admin@example.com', 'admin@example.com password');
    const again = await inviteOne('retry@example.com', { role: 'ADMIN' });
    expect(again.id).toBe(id);
    expect(await stateOf(id)).toBe('pending');
  });

  it('sent again has a new link, and the old one is dead', async () => {
    const { id, api } = await inviteOne('resend@example.com');
    const { link } = await admin.post(`${path}/invitations/${id}/resend`).expect<{ link: string }>(200);
    expect(apiOf(link)).not.toBe(api);
    await server.api.get(api).refused(404);
    await server.api.get(apiOf(link)).expect(200);
  });

  it('can be taken back, also once accepted, until the person signs in', async () => {
    const { id, api } = await inviteOne('revoked@example.com');
    await admin.delete(`${path}/invitations/${id}`).expect(204);
    await admin.delete(`${path}/invitations/${id}`).expect(204);
    expect(await server.api.get(api).refused(410)).toContain('withdrawn');
    expect(await stateOf(id)).toBe('revoked');
    await admin.post(`${path}/invitations/${id}/resend`).refused(409);

    const second = await inviteOne('revoked@example.com');
    await server.api.post(`${second.api}/accept`, { password }).expect(200);
    await admin.delete(`${path}/invitations/${second.id}`).expect(204);
    const person = await server.api.signedIn('revoked@example.com', password);
    await person.get(path).refused(404);

    const third = await inviteOne('revoked@example.com');
    await person.post(`${third.api}/accept`).expect(200);
    expect(await admin.delete(`${path}/invitations/${third.id}`).refused(409)).toContain('member by now');
  });

  it('of another organization is out of reach', async () => {
    const { id } = await inviteOne('mine@example.com');
    const stranger = await member(server, 'other-owner@example.com', null);
    const other = await stranger.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201);
    const foreign = `/api/v1/organizations/${other.id}/invitations/${id}`;
    await stranger.delete(foreign).refused(404);
    await stranger.post(`${foreign}/resend`).refused(404);
  });

  it.each(['x', 'a'.repeat(43), 'a'.repeat(900), '%00', "' OR 1=1 --", '..%2F..'])(
    'is not found as %s',
    async (token) => {
      await server.api.get(`/api/v1/invitations/${token}`).refused(token === '%00' ? 400 : 404);
      await server.api.post(`/api/v1/invitations/${token}/accept`, { password }).refused(token === '%00' ? 400 : 404);
    },
  );
});
