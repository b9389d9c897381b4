import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, type Api } from './support/api.js';
import { AuthenticatorApp } from './support/identity/authenticator-app.js';
import { licenseServer } from './support/command.js';
import { Mailbox } from './support/network/smtp-server.js';
import { member, type ReadyServer, readyServer, rootAccount, userId, usualSeats } from './support/test-server.js';

/** A server behind a proxy, so that requests can come from anywhere, with a mail server of its own. */
let server: ReadyServer;
let mailbox: Mailbox;
/** Milliseconds that the server's clock is ahead. */
let ahead = 0;
beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { TRUSTED_PROXIES: '127.0.0.1' });
  mailbox = await Mailbox.open();
  const settings = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
  await server.root.put('/api/v1/mail-server', settings).expect(200);
});
afterAll(async () => {
  await server.close();
  await mailbox.close();
});
// What one test has guessed must not slow down the next.
beforeEach(() => server.sql('DELETE FROM rate_limit'));

async function later(seconds: number): Promise<void> {
  ahead += seconds * 1000;
  await server.later({ seconds });
}

const now = (): number => Date.now() + ahead;
const passwordOf = (email: string): string => `${email} password`;
const factors = '/api/v1/users/me/second-factors';

/** The first step. @returns the browser with half a sign-in */
async function halfSignedIn(email: string, from: Record<string, string> = {}): Promise<Api> {
  const answer = server.api.post('/api/v1/auth/sign-in', { email, password: passwordOf(email) }, from);
  await answer.expect(200);
  return browserOf(await answer.headers(), from);
}

/** A browser with the cookies of an answer. */
function browserOf(headers: Headers, from: Record<string, string> = {}): Api {
  const cookies = headers.getSetCookie().filter((cookie) => !cookie.includes('1970'));
  return server.api.withHeaders({ ...from, cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') });
}

async function secondStep(half: Api, code: string): Promise<Api> {
  const answer = half.post('/api/v1/auth/second-factor', { code });
  await answer.expect(204);
  return browserOf(await answer.headers());
}

/** The code of a refusal with this status. */
async function codeOf(answer: Answer, status: number): Promise<unknown> {
  return (await answer.expect(status)).code;
}

interface Person {
  email: string;
  app: AuthenticatorApp;
  recoveryCodes: string[];
  browser: Api;
}

/** A member who has added an authenticator app; its first code is used. */
async function personWithApp(name: string): Promise<Person> {
  const email = `${name}@example.com`;
  await member(server, email, 'USER');
  const browser = await server.api.browser(email, passwordOf(email));
  const { secret } = await browser.post(`${factors}/totp`).expect<{ secret: string }>(201);
  const app = new AuthenticatorApp(secret);
  const { recoveryCodes } = await browser
    .post(`${factors}/totp/confirm`, { code: app.code(now()) })
    .expect<{ recoveryCodes: string[] }>(200);
  await later(60);
  return { email, app, recoveryCodes, browser };
}

async function events(action: string, email: string): Promise<Record<string, unknown>[]> {
  return server.sql(
    `SELECT actor, details FROM audit_event WHERE action = $1 AND target_type = 'user' AND target_id = $2::text ORDER BY id`,
    [action, await userId(server, email)],
  );
}

describe('An authenticator app', () => {
  it('is added with a secret and its first code, and gives ten recovery codes', async () => {
    const email = 'adds@example.com';
    await member(server, email, 'USER');
    const browser = await server.api.browser(email, passwordOf(email));
    const { uri, secret } = await browser.post(`${factors}/totp`).expect<{ uri: string; secret: string }>(201);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(uri).toContain(`secret=${secret}`);
    expect(uri).toContain(encodeURIComponent(email));
    expect(await browser.get(factors).expect(200)).toEqual([]);
    expect(await codeOf(browser.post(`${factors}/totp/confirm`, { code: '000000' }), 400)).toBe('wrong-code');
    const code = new AuthenticatorApp(secret).code(now());
    const { recoveryCodes } = await browser.post(`${factors}/totp/confirm`, { code }).expect<{
      recoveryCodes: string[];
    }>(200);
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(await browser.get(factors).expect(200)).toMatchObject([{ kind: 'totp', name: 'Authenticator app' }]);
    expect(await codeOf(browser.post(`${factors}/totp/confirm`, { code }), 409)).toBe('no-factor-begun');
  });

  it('is kept with its secret encrypted, and recovery codes as hashes', async () => {
    const { email, recoveryCodes } = await personWithApp('sealed');
    const id = await userId(server, email);
    const [row] = await server.sql('SELECT f::text AS text FROM second_factor f WHERE user_id = $1', [id]);
    expect(String(row?.text)).not.toMatch(/[A-Z2-7]{32}/);
    const codes = await server.sql('SELECT c::text AS text FROM recovery_code c WHERE user_id = $1', [id]);
    for (const code of recoveryCodes) expect(JSON.stringify(codes)).not.toContain(code);
  });

  it('asks for its code after the password, and the session begins with it', async () => {
    const { email, app } = await personWithApp('steps');
    const answer = server.api.post('/api/v1/auth/sign-in', { email, password: passwordOf(email) });
    expect(await answer.expect(200)).toEqual({ secondFactor: ['totp', 'recovery-code'] });
    const half = browserOf(await answer.headers());
    expect((await answer.headers()).getSetCookie().join()).toMatch(/sign-in=[^;]+;.*HttpOnly/);
    await half.get('/api/v1/users/me').expect(401);
    const browser = await secondStep(half, app.code(now()));
    expect(await browser.get('/api/v1/users/me').expect(200)).toMatchObject({ email });
  });

  it('takes each code once, on whichever of two servers at the same moment', async () => {
    const { email, app } = await personWithApp('once');
    const second = await server.second();
    const halves = await Promise.all([halfSignedIn(email), halfSignedIn(email)]);
    const code = app.code(now());
    const statuses = await Promise.all(
      [server.url, second.url].map((url, index) =>
        halves[index]!.at(url).post('/api/v1/auth/second-factor', { code }).status(),
      ),
    );
    expect(statuses.toSorted()).toEqual([204, 401]);
    const again = await halfSignedIn(email);
    expect(await codeOf(again.post('/api/v1/auth/second-factor', { code }), 401)).toBe('code-used');
  });

  it('takes the code before and the next one, and none that is further away', async () => {
    const { email, app } = await personWithApp('window');
    const half = await halfSignedIn(email);
    for (const seconds of [-65, 65]) {
      const refused = half.post('/api/v1/auth/second-factor', { code: app.code(now() + seconds * 1000) });
      expect(await codeOf(refused, 401)).toBe('clock-off');
    }
    await secondStep(half, app.code(now() - 30_000));
    await secondStep(await halfSignedIn(email), app.code(now() + 30_000));
  });

  it('says that the clock of the phone is wrong, five minutes off, and does not take that code when its time comes', async () => {
    const { email, app } = await personWithApp('fast-clock');
    const half = await halfSignedIn(email);
    const code = app.code(now() + 300_000);
    const { message, code: refusal } = await half
      .post('/api/v1/auth/second-factor', { code })
      .expect<{ message: string; code: string }>(401);
    expect(refusal).toBe('clock-off');
    expect(message).toContain('Check the clock of your phone');
    await later(300);
    expect(await codeOf(half.post('/api/v1/auth/second-factor', { code }), 401)).toBe('code-used');
  });

  it('does not open the account of another person', async () => {
    const mine = await personWithApp('mine');
    const theirs = await personWithApp('theirs');
    const half = await halfSignedIn(mine.email);
    const refused = half.post('/api/v1/auth/second-factor', { code: theirs.app.code(now()) });
    expect(await codeOf(refused, 401)).toBe('wrong-code');
    await server.api.post('/api/v1/auth/second-factor', { code: mine.app.code(now()) }).expect(401);
  });

  it('ends all other sessions and the tokens of programs when it is added, and the one that added it goes on', async () => {
    const email = 'others@example.com';
    const program = await member(server, email, 'USER');
    const other = await server.api.browser(email, passwordOf(email));
    const browser = await server.api.browser(email, passwordOf(email));
    const { secret } = await browser.post(`${factors}/totp`).expect<{ secret: string }>(201);
    const code = new AuthenticatorApp(secret).code(now());
    await browser.post(`${factors}/totp/confirm`, { code }).expect(200);
    await other.get('/api/v1/users/me').expect(401);
    await program.get('/api/v1/users/me').expect(401);
    await browser.get('/api/v1/users/me').expect(200);
  });

  it('is added and removed only within five minutes of a confirmation', async () => {
    const { email, app } = await personWithApp('confirms');
    const browser = await secondStep(await halfSignedIn(email), app.code(now()));
    const [factor] = await browser.get(factors).expect<{ id: string }[]>(200);
    await later(301);
    for (const dangerous of [
      () => browser.post(`${factors}/totp`),
      () => browser.post(`${factors}/recovery-codes`),
      () => browser.delete(`${factors}/${factor?.id}`),
    ]) {
      expect(await codeOf(dangerous(), 403)).toBe('confirmation-required');
    }
    expect(await codeOf(browser.post('/api/v1/auth/confirm', { code: '000000' }), 403)).toBe('wrong-code');
    await browser.post('/api/v1/auth/confirm', {}).expect(400);
    await browser.post('/api/v1/auth/confirm', { code: app.code(now()) }).expect(204);
    await browser.delete(`${factors}/${factor?.id}`).expect(204);
    expect(await server.api.post('/api/v1/auth/sign-in', { email, password: passwordOf(email) }).status()).toBe(204);
  });

  it('of another person cannot be removed', async () => {
    const mine = await personWithApp('remover');
    const theirs = await personWithApp('kept');
    const [factor] = await theirs.browser.get(factors).expect<{ id: string }[]>(200);
    await mine.browser.delete(`${factors}/${factor?.id}`).expect(404);
  });

  it('is out of reach of API keys', async () => {
    const { browser } = await personWithApp('keys');
    const { key } = await browser
      .post('/api/v1/users/me/api-keys', { name: 'CI', scopes: ['seats', 'read', 'write'] })
      .expect<{ key: string }>(201);
    const program = server.api.withBearer(key);
    expect(await codeOf(program.get(factors), 403)).toBe('person-required');
    expect(await codeOf(program.post(`${factors}/totp`), 403)).toBe('person-required');
  });
});

describe('Half a sign-in', () => {
  it('survives wrong codes', async () => {
    const { email, app } = await personWithApp('survives');
    const half = await halfSignedIn(email);
    for (const code of ['000000', 'nothing', app.code(0)]) {
      await half.post('/api/v1/auth/second-factor', { code }).expect(401);
    }
    await secondStep(half, app.code(now()));
  });

  it('ends after ten minutes, and with the session that it becomes', async () => {
    const { email, app } = await personWithApp('ends');
    const half = await halfSignedIn(email);
    await later(601);
    expect(await codeOf(half.post('/api/v1/auth/second-factor', { code: app.code(now()) }), 401)).toBe(
      'sign-in-expired',
    );
    const next = await halfSignedIn(email);
    await secondStep(next, app.code(now()));
    await later(30);
    expect(await codeOf(next.post('/api/v1/auth/second-factor', { code: app.code(now()) }), 401)).toBe(
      'sign-in-expired',
    );
  });

  it('is void after a new password', async () => {
    const { email, app, browser } = await personWithApp('void');
    const half = await halfSignedIn(email);
    const passwords = { currentPassword: passwordOf(email), newPassword: 'another horse battery staple' };
    await browser.put('/api/v1/users/me/password', passwords).expect(204);
    expect(await codeOf(half.post('/api/v1/auth/second-factor', { code: app.code(now()) }), 401)).toBe(
      'sign-in-expired',
    );
  });

  it('cannot be had by guessing: of a thousand codes few are looked at, and the right password resets nothing', async () => {
    const { email, app } = await personWithApp('guessed');
    let looked = 0;
    let half = await halfSignedIn(email);
    for (let time = 0; time < 1000; time += 1) {
      if (time % 100 === 99) half = await halfSignedIn(email);
      const status = await half.post('/api/v1/auth/second-factor', { code: String(time).padStart(6, '0') }).status();
      expect([401, 429]).toContain(status);
      if (status === 401) looked += 1;
    }
    expect(looked).toBeLessThan(20);
    const refused = await half.post('/api/v1/auth/second-factor', { code: app.code(now()) }).expect(429);
    expect(refused).toMatchObject({ code: 'too-many-attempts', limit: 'account-and-address' });
    const [mail] = await mailbox.to(email).then((mails) => mails.filter(({ subject }) => subject?.includes('knows')));
    expect(mail?.text).toContain('change your password');
    expect((await events('sign-in.failed', email)).at(-1)?.details).toEqual({ step: 'second-factor' });
    await later(60);
    await secondStep(half, app.code(now()));
  });

  it('cannot be had in months, from many addresses: an app has so many codes a day, and a recovery code still works', async () => {
    const { email, app, recoveryCodes } = await personWithApp('besieged');
    await secondStep(await halfSignedIn(email), app.code(now()));
    let looked = 0;
    for (let time = 0; time < 60; time++) {
      // Too seldom for the throttle, which forgets after a quarter of an hour.
      if (time % 10 === 0) await server.sql(`DELETE FROM rate_limit WHERE key LIKE 'second-factor:%'`);
      const from = { 'x-forwarded-for': `203.0.${time}.7` };
      const half = await halfSignedIn(email, from);
      const status = await half.post('/api/v1/auth/second-factor', { code: '000000' }).status();
      expect([401, 429]).toContain(status);
      if (status === 401) looked += 1;
    }
    // The owner's own first one was the fiftieth.
    expect(looked).toBe(49);
    const from = { 'x-forwarded-for': '198.51.100.7' };
    const abroad = await halfSignedIn(email, from);
    const refused = await abroad.post('/api/v1/auth/second-factor', { code: app.code(now()) }).expect(429);
    expect(refused).toMatchObject({ code: 'too-many-attempts', limit: 'codes' });
    const mails = await mailbox.to(email);
    expect(mails.map(({ subject }) => subject).join()).toContain('knows');
    await secondStep(abroad, recoveryCodes[0] ?? '');
    await later(60);
    await secondStep(await halfSignedIn(email), app.code(now()));
    // By the database's clock, as all that servers count together.
    await later(86_400);
    const nextDay = await halfSignedIn(email, { 'x-forwarded-for': '203.0.99.7' });
    await nextDay.post('/api/v1/auth/second-factor', { code: '000000' }).refused(401);
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
  });
});

describe('A recovery code', () => {
  it('replaces the app once, and the owner is told how many are left', async () => {
    const { email, recoveryCodes } = await personWithApp('recovers');
    const [code = ''] = recoveryCodes;
    const browser = await secondStep(await halfSignedIn(email), code.toUpperCase().replaceAll('-', ' '));
    expect(await browser.get(`${factors}/recovery-codes`).expect(200)).toEqual({ left: 9 });
    const mails = await mailbox.to(email, 2);
    expect(mails.map(({ text }) => text).join()).toContain('9 recovery codes left');
    expect(await events('second-factor.recovery-code-used', email)).toMatchObject([{ details: { left: 9 } }]);
    const half = await halfSignedIn(email);
    expect(await codeOf(half.post('/api/v1/auth/second-factor', { code }), 401)).toBe('wrong-code');
  });

  it('that comes twice at the same moment opens one session', async () => {
    const { email, recoveryCodes } = await personWithApp('twice');
    const halves = await Promise.all([halfSignedIn(email), halfSignedIn(email)]);
    const statuses = await Promise.all(
      halves.map((half) => half.post('/api/v1/auth/second-factor', { code: recoveryCodes[0] }).status()),
    );
    expect(statuses.toSorted()).toEqual([204, 401]);
  });

  it('no longer works after new ones were made, nor after the last factor is gone', async () => {
    const { email, recoveryCodes, browser } = await personWithApp('renews');
    await browser.post('/api/v1/auth/confirm', { password: passwordOf(email) }).expect(204);
    const renewed = await browser.post(`${factors}/recovery-codes`).expect<{ recoveryCodes: string[] }>(200);
    const half = await halfSignedIn(email);
    await half.post('/api/v1/auth/second-factor', { code: recoveryCodes[1] }).expect(401);
    const whole = await secondStep(half, renewed.recoveryCodes[1] ?? '');
    const [factor] = await whole.get(factors).expect<{ id: string }[]>(200);
    await whole.delete(`${factors}/${factor?.id}`).expect(204);
    expect(await whole.get(`${factors}/recovery-codes`).expect(200)).toEqual({ left: 0 });
    await whole.post(`${factors}/recovery-codes`).expect(404);
  });
});

describe('The owner', () => {
  it('is mailed when a factor is added and removed, in their language', async () => {
    const email = 'german@example.com';
    await member(server, email, 'USER');
    await server.sql(`UPDATE user_account SET language = 'de' WHERE email = $1`, [email]);
    const browser = await server.api.browser(email, passwordOf(email));
    const { secret } = await browser.post(`${factors}/totp`, { name: 'Mein Handy' }).expect<{ secret: string }>(201);
    const code = new AuthenticatorApp(secret).code(now());
    await browser.post(`${factors}/totp/confirm`, { code }).expect(200);
    const [factor] = await browser.get(factors).expect<{ id: string }[]>(200);
    await browser.delete(`${factors}/${factor?.id}`).expect(204);
    const mails = await mailbox.to(email, 2);
    expect(mails[0]?.subject).toBe('Ihr Konto hat eine neue Authenticator-App');
    expect(mails[0]?.text).toContain('„Mein Handy“');
    expect(mails[1]?.subject).toBe('Eine Authenticator-App Ihres Kontos wurde entfernt');
  });
});

describe('An administrator of the server', () => {
  it('removes the factors of a person, which is audited and mailed, and ends the sessions', async () => {
    const { email, browser } = await personWithApp('lost-phone');
    const id = await userId(server, email);
    expect(await server.root.get(`/api/v1/users/${id}`).expect(200)).toMatchObject({ secondFactor: true });
    await server.root.delete(`/api/v1/users/${id}/second-factors`).expect(204);
    await browser.get('/api/v1/users/me').expect(401);
    expect(await server.root.get(`/api/v1/users/${id}`).expect(200)).toMatchObject({ secondFactor: false });
    expect(await server.api.post('/api/v1/auth/sign-in', { email, password: passwordOf(email) }).status()).toBe(204);
    const mails = await mailbox.to(email, 2);
    expect(mails.at(-1)?.subject).toContain('was reset');
    expect(await events('second-factor.reset', email)).toMatchObject([{ actor: 'root@example.com' }]);
    await server.root.delete('/api/v1/users/999999/second-factors').expect(404);
  });

  it('sees in the lists of accounts and members who has a second factor', async () => {
    const { email } = await personWithApp('listed');
    const search = `search=${encodeURIComponent(email)}`;
    const accounts = await server.root.get(`/api/v1/users?${search}`).expect<{ content: object[] }>(200);
    expect(accounts.content).toMatchObject([{ secondFactor: true }]);
    const members = await server.root
      .get(`/api/v1/organizations/${server.organizationId}/members?${search}`)
      .expect<{ content: object[] }>(200);
    expect(members.content).toMatchObject([{ secondFactor: true }]);
  });

  it('removes them on the command line, too, whatever state sign-in is in', async () => {
    const { email } = await personWithApp('command-line');
    const env = { DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir };
    const reset = () => licenseServer(env, ['reset-second-factor', email.toUpperCase()]);
    expect((await reset()).output).toContain(`The second factors of ${email} are removed.`);
    expect(await server.api.post('/api/v1/auth/sign-in', { email, password: passwordOf(email) }).status()).toBe(204);
    expect((await reset()).output).toContain('has no second factor');
    expect(await events('second-factor.reset', email)).toMatchObject([{ actor: 'command line' }]);
  });
});
