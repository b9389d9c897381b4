import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { Mailbox } from './support/network/smtp-server.js';
import { member, readyServer, type ReadyServer, userId } from './support/test-server.js';

let server: ReadyServer;
let mailbox: Mailbox;

beforeAll(async () => {
  server = await readyServer();
  mailbox = await Mailbox.open();
});
beforeEach(async () => {
  const settings = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
  await server.root.put('/api/v1/mail-server', settings).expect(200);
});
afterAll(async () => {
  await server.close();
  await mailbox.close();
});

const passwordOf = (email: string): string => `${email} password`;
const ask = (api: Api, email: string) => api.post('/api/v1/users/me/email', { email });
const open = (token: string) => server.api.post('/api/v1/auth/verify-email', { token });

/** The token in the last mail to an address. */
async function tokenTo(email: string, count = 1): Promise<string> {
  const mails = await mailbox.to(email, count);
  return /\/verify-email\/(\S+)/.exec(mails.at(-1)?.text ?? '')?.[1] ?? '';
}

describe('The owner of an account', () => {
  it('changes its address with a link that is mailed to the new one, and both are told', async () => {
    await member(server, 'ada@example.com', 'USER');
    const ada = await server.api.browser('ada@example.com', passwordOf('ada@example.com'));
    const elsewhere = await server.api.signedIn('ada@example.com', passwordOf('ada@example.com'));
    await server.api.post('/api/v1/auth/forgot-password', { email: 'ada@example.com' }).expect(202);
    const [reset] = await mailbox.to('ada@example.com');
    expect(await ask(ada, 'ada@intranet').expect(202)).toMatchObject({ canMail: true });
    const token = await tokenTo('ada@intranet');
    // Nothing has changed until the link is opened.
    expect(await ada.get('/api/v1/users/me').expect(200)).toMatchObject({ email: 'ada@example.com' });
    await open(token).expect(204);
    expect(await ada.get('/api/v1/users/me').expect(200)).toMatchObject({ email: 'ada@intranet', verified: true });
    await elsewhere.get('/api/v1/users/me').refused(401);
    await server.api.signedIn('ada@intranet', passwordOf('ada@example.com'));
    await server.api
      .post('/api/v1/auth/sign-in', { email: 'ada@example.com', password: passwordOf('ada@example.com') })
      .refused(401);
    // Old links are void.
    const resetToken = /\/reset-password\/(\S+)/.exec(reset?.text ?? '')?.[1];
    const body = { token: resetToken, password: 'purple monkey dishwasher' };
    await server.api.post('/api/v1/auth/reset-password', body).refused(404);
    await open(token).refused(410);
    for (const email of ['ada@example.com', 'ada@intranet']) {
      const mails = await mailbox.to(email, 2);
      expect(mails.at(-1)?.subject).toBe('The e-mail address of your account was changed');
      expect(mails.at(-1)?.text).toContain('It was ada@example.com and is ada@intranet now');
    }
    const events = await server.sql(`SELECT actor, details FROM audit_event WHERE action = 'user.email-changed'`);
    expect(events).toEqual([{ actor: 'ada@intranet', details: { from: 'ada@example.com', email: 'ada@intranet' } }]);
  });

  it('is asked for the password first, when it is long since it was given', async () => {
    await member(server, 'bert@example.com', 'USER');
    const bert = await server.api.browser('bert@example.com', passwordOf('bert@example.com'));
    await server.later({ minutes: 6 });
    expect((await ask(bert, 'bert@intranet').expect<{ code: string }>(403)).code).toBe('confirmation-required');
    await bert.post('/api/v1/auth/confirm', { password: passwordOf('bert@example.com') }).expect(204);
    await bert.request('PATCH', '/api/v1/users/me/email', { email: 'bert@intranet' }, {}).expect(202);
    await open(await tokenTo('bert@intranet')).expect(204);
    const { key } = await bert
      .post('/api/v1/users/me/api-keys', { name: 'Key', scopes: ['seats', 'read', 'write'] })
      .expect<{ key: string }>(201);
    const program = server.api.post(
      '/api/v1/users/me/email',
      { email: 'x@example.com' },
      { authorization: `Bearer ${key}` },
    );
    await program.refused(403);
  });

  it('is not told whether an address has an account, and cannot take it', async () => {
    const carl = await member(server, 'carl@example.com', 'USER');
    const free = await ask(carl, 'carl@intranet').expect(202);
    expect(await ask(carl, 'root@example.com').expect(202)).toEqual(free);
    expect((await ask(carl, 'carl@example.com').expect<{ errors: object[] }>(400)).errors).toEqual([
      expect.objectContaining({ rule: 'same-email' }),
    ]);
    const token = await tokenTo('carl@intranet');
    await member(server, 'carl@intranet', null);
    expect((await open(token).expect<{ code: string }>(409)).code).toBe('email-taken');
    await open('no-such-token').refused(404);
  });

  it('opens the newest link, within an hour, and asks five times an hour', async () => {
    const dora = await member(server, 'dora@example.com', 'USER');
    await ask(dora, 'dora1@intranet').expect(202);
    const first = await tokenTo('dora1@intranet');
    await ask(dora, 'dora2@intranet').expect(202);
    await open(first).refused(404);
    const second = await tokenTo('dora2@intranet');
    for (const each of [3, 4, 5]) await ask(dora, `dora${each}@intranet`).expect(202);
    expect((await ask(dora, 'dora6@intranet').expect<{ code: string }>(429)).code).toBe('too-many-address-changes');
    await open(second).refused(404);
    const last = await tokenTo('dora5@intranet');
    await server.later({ minutes: 61 });
    await open(last).refused(410);
    server.root = await server.api.signedIn('root@example.com', 'correct horse battery');
  });

  it('asks an administrator where the server cannot send mail', async () => {
    const emil = await member(server, 'emil@example.com', 'USER');
    await server.root.delete('/api/v1/mail-server').expect(204);
    expect(await ask(emil, 'emil@intranet').expect(202)).toMatchObject({ canMail: false });
  });
});

describe('An administrator', () => {
  const change = async (email: string, body: object) =>
    server.root.patch(`/api/v1/users/${await userId(server, email)}`, body);

  it('has a link mailed to the new address of an account', async () => {
    await member(server, 'fred@example.com', 'USER');
    const answer = await change('fred@example.com', { email: 'fred@intranet' });
    expect(await answer.expect(200)).toMatchObject({ email: 'fred@example.com', newEmail: 'fred@intranet' });
    await open(await tokenTo('fred@intranet')).expect(204);
    await server.api.signedIn('fred@intranet', passwordOf('fred@example.com'));
  });

  it('vouches for the new address, which is changed at once', async () => {
    const gina = await member(server, 'gina@example.com', 'USER');
    const answer = await change('gina@example.com', { email: 'gina@intranet', verified: true });
    expect(await answer.expect(200)).toMatchObject({ email: 'gina@intranet', newEmail: null, verified: true });
    await gina.get('/api/v1/users/me').refused(401);
    await server.api.signedIn('gina@intranet', passwordOf('gina@example.com'));
    await mailbox.to('gina@example.com');
    await mailbox.to('gina@intranet');
  });

  it('is told why an address cannot be changed', async () => {
    await member(server, 'hugo@example.com', 'USER');
    const codeOf = async (body: object, status: number) =>
      (await (await change('hugo@example.com', body)).expect<{ code: string }>(status)).code;
    expect(await codeOf({ email: 'root@example.com' }, 409)).toBe('email-taken');
    expect(await codeOf({ email: '\u0430dmin@example.com' }, 400)).toBe('invalid-request');
    await server.root.delete('/api/v1/mail-server').expect(204);
    expect(await codeOf({ email: 'hugo@intranet' }, 409)).toBe('address-not-provable');
  });
});
