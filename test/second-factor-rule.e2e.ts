import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { AuthenticatorApp } from './support/identity/authenticator-app.js';
import {
  everyScope,
  member,
  type ReadyServer,
  readyServer,
  rootAccount,
  userId,
  usualSeats,
} from './support/test-server.js';

const me = '/api/v1/users/me';
const factors = `${me}/second-factors`;
const passwordOf = (email: string): string => `${email} password`;

let server: ReadyServer;
/** Milliseconds that the server's clock is ahead. */
let ahead = 0;
beforeAll(async () => {
  server = await readyServer(usualSeats);
  // Lasts longer than a token, and is not asked to confirm.
  const key = { name: 'Rules', scopes: everyScope };
  server.root = server.api.withBearer((await server.root.post(`${me}/api-keys`, key).expect<{ key: string }>(201)).key);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.root.patch('/api/v1/server-settings', { requireSecondFactor: 'nobody' }).expect(200);
  await organization(false);
});

function organization(requireSecondFactor: boolean) {
  return server.root.patch(`/api/v1/organizations/${server.organizationId}`, { requireSecondFactor }).expect(200);
}

async function days(count: number): Promise<void> {
  ahead += count * 86_400_000;
  await server.later({ days: count });
}

async function account(name: string): Promise<{ email: string; signIn: () => Promise<Api> }> {
  const email = `${name}@example.com`;
  await member(server, email, 'USER');
  return { email, signIn: () => server.api.browser(email, passwordOf(email)) };
}

async function dueAt(browser: Api): Promise<number | null> {
  const { secondFactorDueAt } = await browser.get(me).expect<{ secondFactorDueAt: string | null }>(200);
  return secondFactorDueAt === null ? null : Date.parse(secondFactorDueAt);
}

async function addApp(browser: Api): Promise<AuthenticatorApp> {
  const { secret } = await browser.post(`${factors}/totp`).expect<{ secret: string }>(201);
  const app = new AuthenticatorApp(secret);
  await browser.post(`${factors}/totp/confirm`, { code: app.code(Date.now() + ahead) }).expect(200);
  return app;
}

describe('A second factor that is required', () => {
  it('for everybody, gives fourteen days from the rule on', async () => {
    const { signIn } = await account('days');
    const before = await signIn();
    await server.root.patch('/api/v1/server-settings', { requireSecondFactor: 'everybody' }).expect(200);
    const due = await dueAt(before);
    expect(Math.abs((due ?? 0) - Date.now() - ahead - 14 * 86_400_000)).toBeLessThan(60_000);
    await days(5);
    const browser = await signIn();
    expect(await dueAt(browser)).toBe(due);
    await browser.get('/api/v1/organizations').expect(200);
  });

  it('lets Katalon Studio sign in with the own password until the days are over, and then asks for a client password', async () => {
    const { email } = await account('studio');
    const token = () => server.api.token({ grant_type: 'password', username: email, password: passwordOf(email) });
    await server.root.patch('/api/v1/server-settings', { requireSecondFactor: 'everybody' }).expect(200);
    await token().expect(200);
    await days(13);
    await token().expect(200);
    await days(2);
    expect(await token().refused(401)).toContain('Katalon Studio needs a client password for this account');
  });

  it('lets a session do nothing but set one up once the days are over', async () => {
    const { signIn } = await account('over');
    await organization(true);
    await signIn();
    await days(14);
    const browser = await signIn();
    const { organizationId } = server;
    for (const [method, path] of [
      ['GET', '/api/v1/organizations'],
      ['GET', `/api/v1/organizations/${organizationId}`],
      ['PATCH', me],
      ['GET', `${me}/sessions`],
      ['POST', `${me}/api-keys`],
      ['POST', '/api/v1/leases'],
      ['GET', '/api/v1/users'],
    ] as const) {
      const answer = await browser
        .request(method, path, method === 'GET' ? undefined : {}, {})
        .expect(403)
        .catch((error: unknown) => error);
      expect([path, answer]).toEqual([path, expect.objectContaining({ code: 'second-factor-required' })]);
    }
    expect(await dueAt(browser)).not.toBeNull();
    await addApp(browser);
    await browser.get('/api/v1/organizations').expect(200);
    expect(await dueAt(browser)).toBeNull();
  });

  it('stops a session that is open when the days end', async () => {
    const { signIn } = await account('open');
    await organization(true);
    await signIn();
    await days(13);
    await server.later({ minutes: 23 * 60 });
    ahead += 23 * 3_600_000;
    const browser = await signIn();
    await browser.get('/api/v1/organizations').expect(200);
    await server.later({ minutes: 120 });
    ahead += 2 * 3_600_000;
    expect(await browser.get('/api/v1/organizations').expect(403)).toMatchObject({ code: 'second-factor-required' });
  });

  it('for administrators of the server, leaves all others alone', async () => {
    const { signIn } = await account('other');
    await server.root.patch('/api/v1/server-settings', { requireSecondFactor: 'root' }).expect(200);
    const browser = await server.api.browser(rootAccount.email, rootAccount.password);
    expect(await dueAt(browser)).not.toBeNull();
    expect(await dueAt(await signIn())).toBeNull();
    await days(15);
    const late = await server.api.browser(rootAccount.email, rootAccount.password);
    expect(await late.get('/api/v1/users').expect(403)).toMatchObject({ code: 'second-factor-required' });
    await (await signIn()).get('/api/v1/organizations').expect(200);
  });

  it('for an organization, concerns its members alone', async () => {
    const { signIn } = await account('member');
    const stranger = 'stranger@example.com';
    await member(server, stranger, null);
    await organization(true);
    expect(await dueAt(await signIn())).not.toBeNull();
    expect(await dueAt(await server.api.browser(stranger, passwordOf(stranger)))).toBeNull();
  });

  it('no longer holds people up once the rule is lifted, and the next rule gives its days again', async () => {
    const { signIn } = await account('lifted');
    await organization(true);
    await signIn();
    await days(20);
    const browser = await signIn();
    await browser.get('/api/v1/organizations').expect(403);
    await organization(false);
    await browser.get('/api/v1/organizations').expect(200);
    await organization(true);
    await browser.get('/api/v1/organizations').expect(200);
    expect((await dueAt(await signIn())) ?? 0).toBeGreaterThan(Date.now() + ahead);
  });

  it('cannot be removed when it is the last one', async () => {
    const { signIn } = await account('last');
    const browser = await signIn();
    await addApp(browser);
    await organization(true);
    const [factor] = await browser.get(factors).expect<{ id: string }[]>(200);
    expect(await browser.delete(`${factors}/${factor?.id}`).expect(409)).toMatchObject({ code: 'last-second-factor' });
    expect(await browser.get(`${factors}/recovery-codes`).expect(200)).toEqual({ left: 10 });
    await organization(false);
    await browser.delete(`${factors}/${factor?.id}`).expect(204);
  });
});

describe('Who may require it', () => {
  it('is root for the server, and an owner or admin for the organization, within five minutes of a confirmation', async () => {
    const user = await member(server, 'user@example.com', 'USER');
    const admin = 'admin@example.com';
    await member(server, admin, 'ADMIN');
    const path = `/api/v1/organizations/${server.organizationId}`;
    await user.patch(path, { requireSecondFactor: true }).expect(403);
    await user.patch('/api/v1/server-settings', { requireSecondFactor: 'root' }).expect(403);
    const browser = await server.api.browser(admin, passwordOf(admin));
    expect(await browser.patch(path, { requireSecondFactor: true }).expect(200)).toMatchObject({
      name: 'Acme',
      requireSecondFactor: true,
    });
    await server.later({ minutes: 6 });
    ahead += 360_000;
    expect(await browser.patch(path, { requireSecondFactor: false }).expect(403)).toMatchObject({
      code: 'confirmation-required',
    });
    await browser.patch(path, { name: 'Acme' }).expect(200);
  });

  it('is written down', async () => {
    await server.root.patch('/api/v1/server-settings', { requireSecondFactor: 'everybody' }).expect(200);
    await organization(true);
    const events = await server.sql(
      `SELECT action, details FROM audit_event WHERE action IN ('server-settings.changed', 'organization.second-factor-rule-changed') ORDER BY id DESC LIMIT 2`,
    );
    expect(events).toMatchObject([
      { details: { requireSecondFactor: true } },
      { details: { from: { requireSecondFactor: 'nobody' }, to: { requireSecondFactor: 'everybody' } } },
    ]);
    expect(await userId(server, rootAccount.email)).toBeGreaterThan(0);
  });

  it('is refused for values that do not exist, and for a request that changes nothing', async () => {
    await server.root.patch('/api/v1/server-settings', { requireSecondFactor: 'some' }).expect(400);
    await server.root.patch('/api/v1/server-settings', {}).expect(400);
    const path = `/api/v1/organizations/${server.organizationId}`;
    await server.root.patch(path, { requireSecondFactor: 'yes' }).expect(400);
    await server.root.patch(path, {}).expect(400);
  });
});
