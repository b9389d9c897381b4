import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { Mailbox } from './support/network/smtp-server.js';
import { everybodyCreatesOrganizations, member, readyServer, type ReadyServer, userId } from './support/test-server.js';

const first = 'a first good password';
const second = 'a second good password';

let server: ReadyServer;
let other: number;
let boss: Api;

interface Result {
  link: string;
  state: string;
  invitation: { id: number };
}

beforeAll(async () => {
  server = await readyServer();
  await everybodyCreatesOrganizations(server);
  boss = await member(server, 'boss@example.com', null);
  other = (await boss.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201)).id;
});
afterAll(() => server.close());

const acme = () => `/api/v1/organizations/${server.organizationId}`;

/** The API address of an invitation's copied link. */
async function linkTo(email: string, by = server.root, organization = acme()): Promise<string> {
  const [result] = await by
    .post(`${organization}/invitations`, { emails: [email], role: 'USER' })
    .expect<Result[]>(201);
  return `/api/v1/invitations/${result?.link.split('/').pop()}`;
}

/** An account made by a copied link of Acme. */
async function unverified(email: string): Promise<Api> {
  await server.api.post(`${await linkTo(email)}/accept`, { password: first }).expect(200);
  return server.api.signedIn(email, first);
}

const me = '/api/v1/users/me';
const organizationsOf = async (api: Api) =>
  (await api.get(me).expect<{ organizations: { name: string }[] }>(200)).organizations.map(({ name }) => name);

describe('An account made by a copied link', () => {
  it('is unverified, and good for its organization only', async () => {
    const person = await unverified('fresh@example.com');
    expect(await person.get(me).expect(200)).toMatchObject({ verified: false, mayCreateOrganizations: false });
    expect(await organizationsOf(person)).toEqual(['Acme']);
    expect(await person.post('/api/v1/organizations', { name: 'Mine' }).expect(403)).toMatchObject({
      code: 'address-unverified',
    });
    const list = await server.root.get(`${acme()}/members?search=fresh@`).expect<{ content: object[] }>(200);
    expect(list.content).toMatchObject([{ verified: false }]);
    expect(
      await server.root.get(`/api/v1/users/${await userId(server, 'fresh@example.com')}`).expect(200),
    ).toMatchObject({ verified: false });
  });

  it("has nothing left of before when another organization's link is used", async () => {
    const email = 'squatted@example.com';
    const squatter = await unverified(email);
    const browser = await server.api.browser(email, first);
    const { key } = await browser.post(`${me}/api-keys`, { name: 'hidden' }).expect<{ key: string }>(201);
    const link = await linkTo(email, boss, `/api/v1/organizations/${other}`);
    expect(await server.api.get(link).expect(200)).toMatchObject({ hasAccount: true, setsPassword: true });
    await server.api.post(`${link}/accept`).refused(400);
    expect(await server.api.post(`${link}/accept`, { password: second }).expect(200)).toMatchObject({ joined: false });
    for (const each of [squatter, browser, server.api.withBearer(key)]) await each.get(me).refused(401);
    await server.api.post('/api/v1/auth/sign-in', { email, password: first }).refused(401);
    // The link of Other gives what Other gives: its administrator may have used it, and gets nothing of Acme.
    const person = await server.api.signedIn(email, second);
    expect(await organizationsOf(person)).toEqual(['Other']);
    await person.get(acme()).refused(404);
  });

  it('is not taken from who owns an organization', async () => {
    const email = 'unverified-owner@example.com';
    const owner = await unverified(email);
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Owned' }).expect<{ id: number }>(201);
    await server.sql(`UPDATE membership SET user_id = $1 WHERE organization_id = $2 AND role = 'OWNER'`, [
      await userId(server, email),
      id,
    ]);
    const link = await linkTo(email, boss, `/api/v1/organizations/${other}`);
    expect(await server.api.post(`${link}/accept`, { password: second }).expect(409)).toMatchObject({
      code: 'unverified-owner',
    });
    await owner.get(me).expect(200);
  });

  it('becomes an administrator only when that is confirmed, and sets a new password then', async () => {
    const email = 'promoted@example.com';
    const person = await unverified(email);
    const account = `/api/v1/users/${await userId(server, email)}`;
    expect(await server.root.patch(account, { root: true }).expect(409)).toMatchObject({ code: 'account-unverified' });
    await person.get(me).expect(200);
    const { passwordLink, ...view } = await server.root
      .patch(account, { root: true, confirm: true })
      .expect<{ passwordLink: { link: string } }>(200);
    expect(view).toMatchObject({ root: true, verified: true });
    await person.get(me).refused(401);
    await server.api.post('/api/v1/auth/sign-in', { email, password: first }).refused(401);
    const token = passwordLink.link.split('/').pop();
    await server.api.post('/api/v1/auth/reset-password', { token, password: second }).expect(204);
    expect(await (await server.api.signedIn(email, second)).get(me).expect(200)).toMatchObject({ root: true });
    await server.root.patch(account, { root: false }).expect(200);
  });

  it("is verified by the administrator's word or link, which voids what was set before", async () => {
    for (const [index, verify] of [
      async (id: number) =>
        (
          await server.root
            .patch(`/api/v1/users/${id}`, { verified: true })
            .expect<{ passwordLink: { link: string } }>(200)
        ).passwordLink.link,
      async (id: number) =>
        (await server.root.post(`/api/v1/users/${id}/reset-password`).expect<{ link: string }>(201)).link,
    ].entries()) {
      const email = `vouched-${index}@example.com`;
      const person = await unverified(email);
      const { key } = await (
        await server.api.browser(email, first)
      )
        .post(`${me}/api-keys`, { name: 'hidden' })
        .expect<{ key: string }>(201);
      const token = (await verify(await userId(server, email))).split('/').pop();
      await server.api.post('/api/v1/auth/reset-password', { token, password: second }).expect(204);
      for (const each of [person, server.api.withBearer(key)]) await each.get(me).refused(401);
      const after = await server.api.signedIn(email, second);
      expect(await after.get(me).expect(200)).toMatchObject({ verified: true });
      expect(await organizationsOf(after)).toEqual(['Acme']);
    }
  });

  it('may still sign in without any membership, and has nothing then', async () => {
    const email = 'left@example.com';
    const person = await unverified(email);
    await server.root.delete(`${acme()}/members/${await userId(server, email)}`).expect(204);
    expect(await organizationsOf(person)).toEqual([]);
    expect(await organizationsOf(await server.api.signedIn(email, first))).toEqual([]);
    await person.get(acme()).refused(404);
  });
});

describe("The server's own mail server", () => {
  it('verifies: by an invitation, whose link is another than the copied one, and by a verification mail', async () => {
    const mailbox = await Mailbox.open();
    const pendingMail = await unverified('asks@example.com');
    expect(await pendingMail.post(`${me}/verification-mail`).expect(202)).toMatchObject({ canMail: false });
    const settings = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'l@example.com' };
    await server.root.put('/api/v1/mail-server', settings).expect(200);

    const email = 'mailed@example.com';
    const copied = await linkTo(email);
    const [mail] = await mailbox.to(email);
    const mailed = /\/invitations\/(\S+)/.exec(mail?.text ?? '')?.[1] ?? '';
    expect(copied).not.toContain(mailed);
    await server.api.post(`/api/v1/invitations/${mailed}/accept`, { password: first }).expect(200);
    await server.api.get(copied).refused(410);
    const person = await server.api.signedIn(email, first);
    expect(await person.get(me).expect(200)).toMatchObject({ verified: true });
    expect(await person.post(`${me}/verification-mail`).expect(409)).toMatchObject({ code: 'already-verified' });

    expect(await pendingMail.post(`${me}/verification-mail`).expect(202)).toMatchObject({ canMail: true });
    const [verification] = await mailbox.to('asks@example.com');
    const token = /\/reset-password\/(\S+)/.exec(verification?.text ?? '')?.[1];
    await pendingMail.get(me).expect(200);
    await server.api.post('/api/v1/auth/reset-password', { token, password: second }).expect(204);
    await pendingMail.get(me).refused(401);
    const asks = await server.api.signedIn('asks@example.com', second);
    expect(await asks.get(me).expect(200)).toMatchObject({ verified: true });
    await server.root.delete('/api/v1/mail-server').expect(204);
    await mailbox.close();
  });
});

describe('An invitation', () => {
  it('does not tell whether the address has an account', async () => {
    await member(server, 'has-account@example.com', null);
    const emails = ['has-account@example.com', 'no-account@example.com'];
    const invite = boss.post(`/api/v1/organizations/${other}/invitations`, { emails, role: 'USER' });
    const results = await invite.expect<Result[]>(201);
    const shape = (each: object) => JSON.stringify(each).replace(/(has|no)-account|\/[\w-]{43}|"id":\d+/g, '');
    expect(shape(results[0]!)).toBe(shape(results[1]!));
    for (const { link } of results) await server.api.get(`/api/v1/invitations/${link.split('/').pop()}`).expect(200);
    const { content } = await boss
      .get(`/api/v1/organizations/${other}/invitations?search=-account&sort=email`)
      .expect<{ content: (Result & { sentAt: string })[] }>(200);
    expect(content.map(({ state }) => state)).toEqual(['must-set-password', 'must-set-password']);
    expect(shape(content[0]!)).toBe(shape(content[1]!));
  });
});
