import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Mailbox } from './support/network/smtp-server.js';
import { member, type ReadyServer, readyServer, userId, usualSeats } from './support/test-server.js';
import { until } from './support/until.js';

/** A server behind a proxy, so that sign-ins can come from anywhere, with a mail server of its own. */
let server: ReadyServer;
let mailbox: Mailbox;
beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { TRUSTED_PROXIES: '127.0.0.1' });
  mailbox = await Mailbox.open();
});
beforeEach(configure);
afterAll(async () => {
  await server.close();
  await mailbox.close();
});

async function configure(): Promise<void> {
  const settings = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
  await server.root.put('/api/v1/mail-server', settings).expect(200);
}

const chrome = (version: number) =>
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0';

async function signIn(
  email: string,
  from: string,
  userAgent = chrome(140),
  password = `${email} password`,
): Promise<number> {
  const headers = { 'x-forwarded-for': from, 'user-agent': userAgent };
  return server.api.post('/api/v1/auth/sign-in', { email, password }, headers).status();
}

async function account(email: string): Promise<void> {
  await member(server, email, 'USER');
  await server.sql('DELETE FROM sign_in_place');
}

/** Mails to an address that were sent or wait. Those of one kind, that is: each is written with what it is about. */
async function mailsTo(email: string, kind: string): Promise<number> {
  const [row] = await server.sql<{ count: number }>(
    'SELECT count(*)::int AS count FROM outbox_mail WHERE recipient = $1 AND kind = $2',
    [email, kind],
  );
  return row?.count ?? 0;
}

async function events(action: string, email: string): Promise<Record<string, unknown>[]> {
  const id = await userId(server, email);
  return server.sql(
    `SELECT address, details FROM audit_event WHERE action = $1 AND target_type = 'user' AND target_id = $2::text ORDER BY id`,
    [action, id],
  );
}

describe('A console sign-in', () => {
  it('from the first device of an account is not reported', async () => {
    await account('first@example.com');
    expect(await signIn('first@example.com', '192.0.2.1')).toBe(204);
    expect(await mailsTo('first@example.com', 'new-device')).toBe(0);
    expect(await events('account.new-device', 'first@example.com')).toEqual([]);
  });

  it('from a new browser or network is reported to the owner by mail, once', async () => {
    const email = 'owner@example.com';
    await account(email);
    await signIn(email, '192.0.2.1');
    expect(await signIn(email, '203.0.113.7', firefox)).toBe(204);
    const [mail] = await mailbox.to(email);
    expect(mail?.subject).toContain('New sign-in');
    expect(mail?.text).toContain('from 203.0.113.7 with Firefox on Linux');
    await signIn(email, '192.0.2.1', firefox);
    await mailbox.to(email, 2);
    expect(await events('account.new-device', email)).toEqual([
      { address: '203.0.113.7', details: { browser: 'Firefox on Linux' } },
      { address: '192.0.2.1', details: { browser: 'Firefox on Linux' } },
    ]);
    for (const from of ['203.0.113.7', '192.0.2.1']) await signIn(email, from, firefox);
    expect(await mailsTo(email, 'new-device')).toBe(2);
  });

  it('after an update of the browser, or with another address of the same network, is not new', async () => {
    const email = 'update@example.com';
    await account(email);
    await signIn(email, '192.0.2.1', chrome(140));
    await signIn(email, '192.0.2.200', chrome(141));
    await signIn(email, '2001:db8:1:1::1', chrome(141));
    await signIn(email, '2001:db8:1:2::9', chrome(142));
    expect(await mailsTo(email, 'new-device')).toBe(1);
  });

  it('is not reported when the password is wrong, nor for programs', async () => {
    const email = 'quiet@example.com';
    await account(email);
    await signIn(email, '192.0.2.1');
    expect(await signIn(email, '203.0.113.8', firefox, 'wrong')).toBe(401);
    const form = { grant_type: 'password', username: email, password: `${email} password` };
    await server.api.token(form, { 'x-forwarded-for': '203.0.113.9' }).expect(200);
    expect(await mailsTo(email, 'new-device')).toBe(0);
  });

  it('says nothing in the mail that the client has made up', async () => {
    const email = 'phishing@example.com';
    await account(email);
    await signIn(email, '192.0.2.1');
    await signIn(email, '203.0.113.7', 'Your account is locked: http://evil.example');
    const [mail] = await mailbox.to(email);
    expect(mail?.text).toContain('an unknown browser');
    expect(mail?.text).not.toContain('evil');
  });

  it('from ever new devices fills neither the mailbox nor the table', async () => {
    const email = 'flood@example.com';
    await account(email);
    const id = await userId(server, email);
    await server.sql(
      `INSERT INTO known_device SELECT $1, sha256(n::text::bytea), now() - n * interval '1 day' FROM generate_series(1, 100) n`,
      [id],
    );
    for (let time = 0; time < 13; time++) await signIn(email, `198.51.${time}.1`);
    expect(await mailsTo(email, 'new-device')).toBe(10);
    expect(await events('account.new-device', email)).toHaveLength(13);
    expect(await server.sql('SELECT FROM known_device WHERE user_id = $1', [id])).toHaveLength(100);
    await server.later({ minutes: 61 });
    await signIn(email, '198.51.99.1');
    expect(await mailsTo(email, 'new-device')).toBe(11);
    await server.later({ minutes: -61 });
  });

  it('works without a mail server, and is in the audit log', async () => {
    const email = 'no-mail@example.com';
    await account(email);
    await server.root.delete('/api/v1/mail-server').expect(204);
    await signIn(email, '192.0.2.1');
    expect(await signIn(email, '203.0.113.7')).toBe(204);
    expect(await mailsTo(email, 'new-device')).toBe(0);
    expect(await events('account.new-device', email)).toHaveLength(1);
  });
});

/** Failures from everywhere, until the account is locked. */
async function attack(email: string): Promise<void> {
  for (let time = 0; time < 40; time++) {
    if ((await signIn(email, `198.51.${time}.1`, firefox, 'a guess')) === 429) return;
  }
  throw new Error('The attack was not noticed');
}

describe('A locked account', () => {
  beforeEach(() => server.sql('DELETE FROM rate_limit'));

  it('is reported to its owner by mail, once an hour, and in the audit log', async () => {
    const email = 'victim@example.com';
    await account(email);
    await attack(email);
    const [mail] = await mailbox.to(email);
    expect(mail?.subject).toContain('Failed attempts to sign in');
    expect(mail?.text).toMatch(/from 198\.51\.\d+\.1/);
    await server.later({ minutes: 16 });
    await attack(email);
    const throttled = async (): Promise<number> => (await events('sign-in.throttled', email)).length;
    await until(async () => (await throttled()) === 2, 20, 'the second lock-out');
    expect(await mailsTo(email, 'account-locked')).toBe(1);
    await server.later({ minutes: 61 });
    await attack(email);
    await mailbox.to(email, 2);
    await server.later({ minutes: -77 });
    expect(await events('account.locked-out', email)).toEqual([
      { address: expect.stringMatching(/^198\.51\./), details: { limit: 'account' } },
      { address: expect.stringMatching(/^198\.51\./), details: { limit: 'account' } },
    ]);
  });

  it('is in the audit log when no mail can be sent', async () => {
    const email = 'unreachable@example.com';
    await account(email);
    await server.root.delete('/api/v1/mail-server').expect(204);
    await attack(email);
    await until(async () => (await events('account.locked-out', email)).length === 1, 20, 'the event');
    expect(await mailsTo(email, 'account-locked')).toBe(0);
  });

  it('that does not exist is locked all the same, and no mail is written', async () => {
    await attack('nobody-there@example.com');
    const throttled = (): Promise<object[]> =>
      server.sql(`SELECT FROM audit_event WHERE action = 'sign-in.throttled' AND actor = 'unknown account'`);
    await until(async () => (await throttled()).length > 0, 20, 'the event');
    expect(await mailsTo('nobody-there@example.com', 'account-locked')).toBe(0);
  });
});
