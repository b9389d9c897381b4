import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ParsedMail } from 'mailparser';
import net from 'node:net';
import { type SMTPServerAuthentication } from 'smtp-server';
import { type Api } from './support/api.js';
import { freePort } from './support/network/free-port.js';
import { privateAuthority } from './support/network/private-authority.js';
import { Mailbox, recipientsOf, steppingOverTheWait } from './support/network/smtp-server.js';
import {
  everybodyCreatesOrganizations,
  member,
  readyServer,
  type ReadyServer,
  userId,
  usualSeats,
} from './support/test-server.js';
import { until } from './support/until.js';

const password = 'a very new password';
const sender = 'Lizenz-Server <licenses@example.com>';

let server: ReadyServer;
let path: string;
let admin: Api;

beforeAll(async () => {
  server = await readyServer(usualSeats.map((seats) => ({ ...seats, maxOveragePercent: 50 })));
  path = `/api/v1/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
});
afterAll(() => server.close());

const settings = (port: number, more: object = {}) => ({ host: '127.0.0.1', port, protocol: 'SMTP', sender, ...more });
const configure = (port: number, more: object = {}) => admin.put(`${path}/mail-server`, settings(port, more));

interface TestResult {
  sent: boolean;
  message: string;
}

/** Sends a test mail, with as many tests as were made before forgotten. */
async function test(to = 'somebody@example.com'): Promise<TestResult> {
  await server.sql(`DELETE FROM rate_limit WHERE key LIKE 'mail-test%'`);
  return admin.post(`${path}/mail-server/test`, { to }).expect<TestResult>(200);
}

const soon = <T>(answer: Promise<T>): Promise<T> => steppingOverTheWait(server, answer);

/** What an organization is told where no SMTP server has said anything. */
const unexplained =
  'The mail server cannot be used. Check its host, port, protocol and certificate, and whether this server may connect to it ' +
  '(MAIL_ALLOWED_NETWORKS).';

function linkIn(text: string | undefined): string {
  return /http:\/\/licenses\.test:8080\/\S+/.exec(text ?? '')?.[0] ?? '';
}

describe('A mail server', () => {
  it('is saved without ever showing its password again, which is encrypted at rest', async () => {
    await admin.get(`${path}/mail-server`).refused(404);
    const secret = { username: 'mailer', password: 'top secret words' };
    const view = await configure(2525, secret).expect(200);
    expect(view).toEqual({
      ...settings(2525),
      username: 'mailer',
      hasPassword: true,
      tokenUrl: null,
      clientId: null,
      hasClientSecret: false,
      scope: null,
      certificateAuthority: null,
      acceptAnyCertificate: false,
      updatedAt: expect.any(String),
      version: expect.any(Number),
    });
    expect(await admin.get(`${path}/mail-server`).expect(200)).toEqual(view);
    const rows = await server.sql<{ text: string }>(
      'SELECT mail_server::text AS text FROM mail_server UNION ALL SELECT audit_event::text FROM audit_event',
    );
    expect(
      rows.some(({ text }) => text.includes('top secret') || text.includes(Buffer.from('top secret').toString('hex'))),
    ).toBe(false);
    // The password goes to the server it was given for, and to no other.
    await configure(2525, { username: 'mailer' }).expect(200);
    await configure(2526, { username: 'mailer' }).refused(400);
    await configure(2525, { username: 'other' }).refused(400);
    expect(await configure(2525, { password: 'x' }).refused(400)).toBe('username is missing: a password needs one.');
    expect(await configure(2525).expect(200)).toMatchObject({ username: null, hasPassword: false });
    await admin.delete(`${path}/mail-server`).expect(204);
    await admin.delete(`${path}/mail-server`).refused(404);
  });

  it.each([
    {},
    { host: '' },
    { host: 'a b' },
    { host: 'x'.repeat(300) },
    { host: 'evil\r\nHELO' },
    { port: 0 },
    { port: 70_000 },
    { port: '25' },
    { protocol: 'smtp' },
    { sender: 'nobody' },
    { sender: 'A <a@b.c>\r\nBcc: x@y.z' },
    { certificateAuthority: 'no certificate' },
    { acceptAnyCertificate: 'yes' },
    { more: 1 },
  ])('is not %j', async (wrong) => {
    const body = Object.keys(wrong).length === 0 ? {} : settings(25, wrong);
    await admin.put(`${path}/mail-server`, body).refused(400);
  });
});

describe('A test mail', () => {
  it('arrives, in plain SMTP, with STARTTLS and with SMTPS of a private authority, signed in or not', async () => {
    const { ca, ...certificate } = privateAuthority();
    const signIn = (
      auth: SMTPServerAuthentication,
      _session: unknown,
      done: (error: Error | null, answer?: object) => void,
    ) =>
      auth.username === 'mailer' && auth.password === 'right'
        ? done(null, { user: 'mailer' })
        : done(new Error('Invalid credentials'));
    const secure = { ...certificate, disabledCommands: [], authOptional: false, onAuth: signIn as never };
    const plain = await Mailbox.open();
    const startTls = await Mailbox.open(secure);
    const smtps = await Mailbox.open({ ...secure, secure: true });

    await configure(plain.port).expect(200);
    expect(await test('anna@example.com')).toMatchObject({
      sent: true,
      message: expect.stringContaining('has taken the mail'),
    });
    const [mail] = await plain.to('anna@example.com');
    expect(mail?.from?.value).toEqual([{ name: 'Lizenz-Server', address: 'licenses@example.com' }]);
    expect(mail?.text).toContain('This is a test mail');
    expect(mail?.html).toContain('<h1');

    const tls = { host: 'localhost', username: 'mailer', password: 'right', certificateAuthority: ca };
    for (const [mailbox, protocol] of [
      [startTls, 'SMTP + STARTTLS'],
      [smtps, 'SMTPS'],
    ] as const) {
      await configure(mailbox.port, { ...tls, protocol }).expect(200);
      expect(await test('bert@example.com')).toMatchObject({ sent: true });
      await mailbox.to('bert@example.com');
      await configure(mailbox.port, { ...tls, protocol, password: 'wrong' }).expect(200);
      expect((await test()).message).toContain('does not accept the username or password: 535');
      await configure(mailbox.port, { ...tls, protocol, certificateAuthority: '' }).expect(200);
      expect(await soon(test())).toEqual({ sent: false, message: unexplained });
      const trusting = { ...tls, protocol, certificateAuthority: '', acceptAnyCertificate: true };
      await configure(mailbox.port, trusting).expect(200);
      expect(await test()).toMatchObject({ sent: true });
    }
    // Without STARTTLS offered nothing is sent in the clear.
    await configure(plain.port, { protocol: 'SMTP + STARTTLS' }).expect(200);
    expect(await soon(test())).toMatchObject({ sent: false });
    for (const each of [plain, startTls, smtps]) await each.close();
  });

  it("tells what is wrong, in the mail server's own words where it has some", async () => {
    const refusing = await Mailbox.open(
      {
        onRcptTo: (_address, _session, done) =>
          done(Object.assign(new Error('No such user here'), { responseCode: 550 })),
      },
      await freePort(),
    );
    await configure(refusing.port).expect(200);
    expect((await test()).message).toBe('The mail server refuses the recipient: 550 No such user here');
    await refusing.close();
    expect((await soon(test())).message).toBe(unexplained);
  });

  it('of the server itself may be anywhere, and its administrator is told what is wrong', async () => {
    const testOwn = async (): Promise<string> => {
      await server.sql(`DELETE FROM rate_limit WHERE key LIKE 'mail-test%'`);
      return (await server.root.post('/api/v1/mail-server/test', { to: 'a@example.com' }).expect<TestResult>(200))
        .message;
    };
    await server.root.put('/api/v1/mail-server', settings(await freePort())).expect(200);
    expect(await testOwn()).toBe('The mail server refuses the connection.');
    await server.root.put('/api/v1/mail-server', settings(25, { host: 'no-such-host.invalid' })).expect(200);
    expect(await testOwn()).toBe('The host of the mail server is not known.');
    await server.root.delete('/api/v1/mail-server').expect(204);
  });

  it('is no way to look around in the network', async () => {
    const secret = net.createServer((socket) => {
      socket.on('error', () => undefined).end('HTTP/1.1 200 OK\r\n\r\nan internal secret');
    });
    const fileServer = net.createServer((socket) => {
      socket.on('error', () => undefined).on('data', () => socket.write('530 Sign in to the internal files\r\n'));
      socket.write('220 The internal files\r\n');
    });
    const silent = net.createServer((socket) => socket.on('error', () => undefined));
    const listening = async (each: net.Server): Promise<number> => {
      await new Promise<void>((resolve) => each.unref().listen(0, '127.0.0.1', resolve));
      return (each.address() as net.AddressInfo).port;
    };
    const targets: [string, number][] = [
      ['127.0.0.1', await listening(secret)],
      ['127.0.0.1', await listening(fileServer)],
      ['127.0.0.1', await listening(silent)],
      ['127.0.0.1', await freePort()],
      ['no-such-host.invalid', 25],
      ['169.254.169.254', 80],
      ['::ffff:169.254.169.254', 80],
    ];
    // From an organization each: all look at the same time, and wait as long as people wait.
    const look = async ([host, port]: [string, number]): Promise<unknown[]> => {
      const { id } = await server.root.post('/api/v1/organizations', { name: host }).expect<{ id: number }>(201);
      const mailServer = `/api/v1/organizations/${id}/mail-server`;
      await server.root.put(mailServer, settings(port, { host })).expect(200);
      const began = performance.now();
      const result = await server.root.post(`${mailServer}/test`, { to: 'a@example.com' }).expect<TestResult>(200);
      const seconds = (performance.now() - began) / 1000;
      return [host, port, result, seconds > 11.9, seconds < 16];
    };
    const failure = { sent: false, message: unexplained };
    // All take the same time, but for what the machine is busy with.
    expect(await Promise.all(targets.map(look))).toEqual(targets.map((target) => [...target, failure, true, true]));
    for (const each of [secret, fileServer, silent]) each.close();
    await server.sql(`DELETE FROM rate_limit WHERE key LIKE 'mail-test%'`);
    const mailbox = await Mailbox.open();
    await configure(mailbox.port).expect(200);
    const statuses: number[] = [];
    for (let each = 0; each < 7; each++) {
      statuses.push(await admin.post(`${path}/mail-server/test`, { to: 'a@example.com' }).status());
    }
    expect(statuses.at(-1)).toBe(429);
    await mailbox.close();
    const events = await server.sql(`SELECT FROM audit_event WHERE action = 'mail-server.tested'`);
    expect(events.length).toBeGreaterThan(5);
    for (const body of [{}, { to: 'x' }, { to: ['a@example.com'] }]) {
      await admin.post(`${path}/mail-server/test`, body).refused(400);
    }
  });
});

describe("An organization's mail server", () => {
  it("never carries a link that opens an account: the administrator's least of all", async () => {
    const attacker = await member(server, 'attacker@example.com', null);
    await everybodyCreatesOrganizations(server);
    const { id } = await attacker.post('/api/v1/organizations', { name: 'Trap' }).expect<{ id: number }>(201);
    const trap = await Mailbox.open();
    const there = `/api/v1/organizations/${id}`;
    await attacker.put(`${there}/mail-server`, settings(trap.port)).expect(200);
    const root = 'root@example.com';
    await attacker.post(`${there}/invitations`, { emails: [root], role: 'USER' }).expect(201);
    const [invitation] = await trap.to(root);
    // Even if the administrator is a member there.
    await server.root.post(`/api/v1/invitations/${linkIn(invitation?.text).split('/').pop()}/accept`).expect(200);
    await trap.to(root, 2);

    const ask = () =>
      server.api.post('/api/v1/auth/forgot-password', { email: root }).expect<{ canMail: boolean }>(202);
    expect(await ask()).toMatchObject({ canMail: false, message: expect.stringContaining('Ask your administrator') });
    const own = await Mailbox.open();
    await server.root.put('/api/v1/mail-server', settings(own.port)).expect(200);
    expect(await ask()).toMatchObject({ canMail: true });
    const [mail] = await own.to(root);
    expect(linkIn(mail?.text)).toContain('/reset-password/');
    const change = { currentPassword: 'correct horse battery', newPassword: 'correct horse battery 2' };
    await server.root.put('/api/v1/users/me/password', change).expect(204);
    await own.to(root, 2);
    server.root = await server.api.signedIn(root, change.newPassword);
    const back = { currentPassword: change.newPassword, newPassword: change.currentPassword };
    await server.root.put('/api/v1/users/me/password', back).expect(204);
    server.root = await server.api.signedIn(root, back.newPassword);
    await own.to(root, 3);
    expect(trap.mails.map(({ subject }) => subject)).toEqual(['You are invited to Trap', 'Welcome to Trap']);

    await server.root.delete('/api/v1/mail-server').expect(204);
    await server.root.delete(there).expect(204);
    await Promise.all([trap.close(), own.close()]);
  });

  it('does not get the account mails of a former version that still wait', async () => {
    const trap = await Mailbox.open();
    await configure(trap.port).expect(200);
    await admin.post(`${path}/invitations`, { emails: ['waiting@example.com'], role: 'USER' }).expect(201);
    await trap.to('waiting@example.com');
    const [waiting] = await server.sql<{ id: string }>(
      `INSERT INTO outbox_mail (organization_id, kind, recipient, subject, content_sealed, message_id, created_at, next_attempt_at)
         SELECT $1, 'password-reset', 'root@example.com', 'Set a new password', '\\x00', '<1@test>', now(), now() RETURNING id`,
      [server.organizationId],
    );
    const state = async () =>
      (
        await server.sql<{ error: string | null }>(`SELECT last_error AS error FROM outbox_mail WHERE id = $1`, [
          waiting?.id,
        ])
      )[0]?.error;
    await until(async () => (await state()) !== null, 20, 'the outbox');
    expect(await state()).toContain('no mail server');
    await server.sql('DELETE FROM outbox_mail WHERE id = $1', [waiting?.id]);
    await admin.delete(`${path}/mail-server`).expect(204);
    await trap.close();
  });
});

describe('What there is to tell', () => {
  let mailbox: Mailbox;
  beforeAll(async () => {
    mailbox = await Mailbox.open();
  });
  afterAll(() => mailbox.close());
  beforeEach(async () => {
    await configure(mailbox.port).expect(200);
  });

  it('reaches an invited person, who follows the link to the first sign-in, and is welcomed', async () => {
    const body = { emails: ['grace@example.com'], role: 'USER' };
    const [result] = await admin
      .post(`${path}/invitations`, body)
      .expect<{ link: string; invitation: { id: number } }[]>(201);
    const [mail] = await mailbox.to('grace@example.com');
    expect(mail?.subject).toBe('You are invited to Acme');
    expect(linkIn(mail?.text)).toBe(result?.link);
    expect(mail?.html).toContain(result?.link);
    const { link } = await admin
      .post(`${path}/invitations/${result?.invitation.id}/resend`)
      .expect<{ link: string }>(200);
    const [, again] = await mailbox.to('grace@example.com', 2);
    expect(linkIn(again?.text)).toBe(link);
    await server.api.post(`/api/v1/invitations/${link.split('/').pop()}/accept`, { password }).expect(200);
    await server.api.signedIn('grace@example.com', password);
    const welcome = (await mailbox.to('grace@example.com', 3))[2];
    expect(welcome?.subject).toBe('Welcome to Acme');
    expect(welcome?.text).toContain('You received this e-mail because');
  });

  it('reaches members about their roles, teams, ownership and the end', async () => {
    const email = 'told@example.com';
    await member(server, email, 'USER');
    const id = await userId(server, email);
    await server.root.patch(path, { name: '<b>Acme</b> & Co' }).expect(200);
    await admin.patch(`${path}/members/${id}`, { role: 'BILLING_MANAGER' }).expect(200);
    const team = await admin.post(`${path}/teams`, { name: 'Mobile' }).expect<{ id: number }>(201);
    await admin.put(`${path}/teams/${team.id}/members/${id}`, { role: 'USER' }).expect(200);
    await admin.put(`${path}/teams/${team.id}/members/${id}`, { role: 'ADMIN' }).expect(200);
    await admin.delete(`${path}/teams/${team.id}/members/${id}`).expect(204);
    await admin.delete(`${path}/members/${id}`).expect(204);
    const mails = await mailbox.to(email, 5);
    expect(mails.map(({ subject }) => subject).sort()).toEqual([
      'You are in the team Mobile now',
      'You are no longer in the team Mobile',
      'You were removed from <b>Acme</b> & Co',
      'Your role in <b>Acme</b> & Co is BILLING_MANAGER now',
      'Your role in the team Mobile is ADMIN now',
    ]);
    for (const { html } of mails) expect(html).not.toContain('<b>Acme');
    await server.root.patch(path, { name: 'Acme' }).expect(200);
  });

  it("brings a link to who forgot the password by the server's own mail server, and says when it was changed", async () => {
    const email = 'forgot@example.com';
    await member(server, email, 'USER');
    const own = mailbox;
    await admin.delete(`${path}/mail-server`).expect(204);
    await server.root.put('/api/v1/mail-server', settings(own.port)).expect(200);
    const ask = (address: string) => server.api.post('/api/v1/auth/forgot-password', { email: address }).expect(202);
    expect(await ask(email)).toEqual(await ask('unknown@example.com'));
    const [mail] = await mailbox.to(email);
    const token = linkIn(mail?.text).split('/').pop();
    await server.api.post('/api/v1/auth/reset-password', { token, password }).expect(204);
    await server.api.signedIn(email, password);
    const changed = (await mailbox.to(email, 2))[1];
    expect(changed?.subject).toBe('Your password was changed');
    // Not more than five in an hour, whoever asks.
    for (let each = 0; each < 7; each++) await ask(email);
    await mailbox.to(email, 6);
    expect(mailbox.mails.filter((each) => recipientsOf(each).includes('unknown@example.com'))).toEqual([]);
    await server.later({ minutes: 1 });
    const rows = await server.sql(`SELECT FROM outbox_mail WHERE recipient = $1 AND kind = 'password-reset'`, [email]);
    expect(rows).toHaveLength(5);
    await server.root.delete('/api/v1/mail-server').expect(204);
  });

  it('comes from CI to members of the organization, and to nobody else', async () => {
    const email = 'tester@example.com';
    const tester = await member(server, email, 'USER');
    const { key } = await tester.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201);
    const ci = server.api.withBearer(key);
    const run = {
      suite: 'Nightly',
      status: 'FAILED',
      totals: { total: 10, passed: 9, failed: 1 },
      url: 'https://ci.local/42',
    };
    const notify = (body: object) => ci.post(`${path}/execution-notifications`, body);
    for (const [wrong, message] of [
      [{ to: [] }, 'to must hold at least one address, or be absent.'],
      [{ to: email }, 'to must be a list of e-mail addresses.'],
      [{ to: [5] }, 'to must hold e-mail addresses.'],
      [{ to: Array(101).fill(email) }, 'to must hold at most 100 addresses.'],
      [{ url: 'javascript:alert(1)' }, 'url must be an address that begins with http:// or https://.'],
      [{ suite: 'Nightly\r\nBcc: all@example.com' }, 'suite must be one line of text.'],
    ] as const) {
      expect(await notify({ ...run, ...wrong }).refused(400)).toBe(message);
    }
    expect(await notify({ ...run, to: ['Admin@example.com', email] }).expect(202)).toEqual({
      to: ['admin@example.com', email],
    });
    const [mail] = await mailbox.to(email);
    expect(mail?.subject).toBe('FAILED: Nightly');
    expect(mail?.text).toContain('total: 10, passed: 9, failed: 1');
    expect(mail?.text).toContain('https://ci.local/42');
    await notify(run).expect(202);
    await mailbox.to(email, 2);
    await notify({ ...run, to: ['stranger@example.com'] }).refused(400);
    for (const wrong of [
      { status: 'x' },
      { url: 'javascript:alert(1)' },
      { totals: { passed: -1 } },
      { to: 'x' },
      { suite: '' },
    ]) {
      await notify({ ...run, ...wrong }).refused(400);
    }
    // Who does not want it does not get it.
    await tester.put('/api/v1/users/me/mail-preferences', { muted: ['password-changed'] }).refused(400);
    await tester.put('/api/v1/users/me/mail-preferences', { muted: ['execution-notification'] }).expect(200);
    await notify(run).expect(202);
    const mails = await server.sql(`SELECT FROM outbox_mail WHERE recipient = $1`, [email]);
    expect(mails).toHaveLength(2);
  });

  it('tells the administrators that all seats are in use, once an hour, and that the license ends', async () => {
    const take = (machineId: string) =>
      admin.post('/api/v1/leases', {
        organizationId: server.organizationId,
        product: 'KSE',
        machineId,
        sessionId: 's',
      });
    for (const machine of ['m-a', 'm-b']) await take(machine).expect(201);
    for (let refusal = 0; refusal < 3; refusal++) await take(`c${refusal}`).refused(409);
    const told = async () =>
      (await mailbox.to('admin@example.com')).filter(({ subject }) => subject?.includes('are in use'));
    // It looks every few seconds.
    await server.later({ seconds: 5 });
    await until(async () => (await told()).length > 0, 20, 'the mail');
    expect((await told()).map(({ subject }) => subject)).toEqual([
      'All Katalon Studio Enterprise seats of Acme are in use',
    ]);
    const [exhausted] = await told();
    expect(exhausted?.text).toMatch(
      /Longest in use: admin@example\.com on m-a since .* UTC; admin@example\.com on m-b since/,
    );
    expect(linkIn(exhausted?.text)).toMatch(/\/organizations\/\d+\/licenses$/);
    await admin.patch(`${path}/license-policy`, { overQuotaPercent: 50 }).expect(200);
    await take('beyond').expect(201);
    const beyond = async () =>
      (await mailbox.to('admin@example.com')).filter(({ subject }) => subject?.includes('uses more'));
    await server.later({ seconds: 5 });
    await until(async () => (await beyond()).length > 0, 20, 'the mail about the quota');
    expect((await beyond()).map(({ subject }) => subject)).toEqual([
      'Acme uses more Katalon Studio Enterprise seats than it has',
    ]);
    // Nobody is told again at the next look.
    await server.sql(`UPDATE exhaustion_notice SET told_at = told_at - interval '50 minutes'`);
    await server.later({ days: 340 });
    const root = () => mailbox.mails.filter((mail) => recipientsOf(mail).includes('root@example.com'));
    const expiring = () => root().filter(({ subject }) => subject?.startsWith('The license of Acme expires on'));
    await until(() => expiring().length > 0, 20, 'the warning');
    await server.later({ days: 24 });
    await until(() => expiring().length > 1, 20, 'the last warning');
    await server.later({ days: 2 });
    await until(() => root().some(({ subject }) => subject === 'The license of Acme has expired'), 20, 'the end');
    expect(expiring()).toHaveLength(2);
    expect(await told()).toHaveLength(1);
    await server.later({ days: -366 });
    admin = await server.api.signedIn('admin@example.com', 'admin@example.com password');
    server.root = await server.api.signedIn('root@example.com', 'correct horse battery');
  });

  it('goes by the default mail server where the organization has none', async () => {
    const fallback = await Mailbox.open();
    await admin.delete(`${path}/mail-server`).expect(204);
    await admin.get('/api/v1/mail-server').refused(403);
    await server.root.put('/api/v1/mail-server', settings(fallback.port)).expect(200);
    await admin.post(`${path}/invitations`, { emails: ['default@example.com'], role: 'USER' }).expect(201);
    await fallback.to('default@example.com');
    await server.root.delete('/api/v1/mail-server').expect(204);
    await fallback.close();
  });

  it('that cannot be delivered is seen in the outbox, with the reason, and can be tried again by hand', async () => {
    let open = false;
    const moody = await Mailbox.open({
      onRcptTo: (_address, _session, done) =>
        done(open ? null : Object.assign(new Error('Mailbox unknown'), { responseCode: 550 })),
    });
    await configure(moody.port).expect(200);
    await admin.post(`${path}/invitations`, { emails: ['stuck@example.com'], role: 'USER' }).expect(201);
    const stuck = async () =>
      (
        await admin
          .get(`${path}/outbox?search=stuck@&state=failed`)
          .expect<{ content: { id: number; lastError: string; attempts: number }[] }>(200)
      ).content[0];
    await until(async () => (await stuck()) !== undefined, 20, 'the failure');
    expect(await stuck()).toMatchObject({ attempts: 1, lastError: expect.stringContaining('550 Mailbox unknown') });
    open = true;
    await admin.post(`${path}/outbox/${(await stuck())?.id}/retry`).expect(204);
    await moody.to('stuck@example.com');
    await until(async () => (await stuck()) === undefined, 20, 'the success');
    await admin.post(`${path}/outbox/999999/retry`).refused(404);
    await moody.close();
  });

  it('arrives once, also when the mail server hangs up in the middle', async () => {
    let drops = 2;
    const dropping = await Mailbox.open({
      onMailFrom: (_address, _session, done) => {
        if (drops-- > 0) done(Object.assign(new Error('Come back later'), { responseCode: 451 }));
        else done();
      },
    });
    await configure(dropping.port).expect(200);
    await admin.post(`${path}/invitations`, { emails: ['dropped@example.com'], role: 'USER' }).expect(201);
    for (let attempt = 1; attempt <= 2; attempt++) {
      const failed = async () =>
        (
          await server.sql(
            `SELECT FROM outbox_mail WHERE recipient = 'dropped@example.com' AND attempts >= $1 AND claimed_until IS NULL`,
            [attempt],
          )
        ).length > 0;
      await until(failed, 20, `failure ${attempt}`);
      await server.later({ minutes: 1 });
    }
    expect(await dropping.to('dropped@example.com')).toHaveLength(1);
    await dropping.close();
  });
});

/** Passes everything on to a mail server, but breaks off so many times as soon as the text of a mail begins. */
async function breakingOff(port: number, times: number): Promise<net.Server> {
  let left = times;
  const proxy = net.createServer((client) => {
    const server = net.connect(port, '127.0.0.1');
    client.pipe(server);
    server.on('data', (chunk: Buffer) => {
      // The answer to DATA may come with those before it.
      if (/^354/m.test(chunk.toString()) && left-- > 0) client.destroy();
      else client.write(chunk);
    });
    for (const [each, other] of [
      [client, server],
      [server, client],
    ] as const) {
      each.on('error', () => other.destroy());
      each.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => proxy.unref().listen(0, '127.0.0.1', resolve));
  return proxy;
}

describe('A bad connection', () => {
  it('that breaks off in the middle of a mail loses none, and doubles none', async () => {
    const mailbox = await Mailbox.open();
    const proxy = await breakingOff(mailbox.port, 1);
    await configure((proxy.address() as net.AddressInfo).port).expect(200);
    expect(await soon(test('probe@example.com'))).toEqual({ sent: false, message: unexplained });
    expect(await test('probe@example.com')).toMatchObject({ sent: true });
    await mailbox.close();
    proxy.close();

    const second = await Mailbox.open();
    const unsteady = await breakingOff(second.port, 1);
    await configure((unsteady.address() as net.AddressInfo).port).expect(200);
    await admin.post(`${path}/invitations`, { emails: ['halfway@example.com'], role: 'USER' }).expect(201);
    const failed = async () =>
      (await server.sql(`SELECT FROM outbox_mail WHERE recipient = 'halfway@example.com' AND last_error IS NOT NULL`))
        .length > 0;
    await until(
      async () => {
        if (await failed()) return true;
        // One step too many is less than the time to the next attempt.
        await server.later({ seconds: 1 });
        return false;
      },
      20,
      'the failure',
    );
    await server.later({ minutes: 1 });
    expect(await second.to('halfway@example.com')).toHaveLength(1);
    await second.close();
    unsteady.close();
  });
});

describe('A mail server that does not answer', () => {
  it('delays its own mails only, and mails about accounts go first', async () => {
    const sockets: net.Socket[] = [];
    const hanging = net.createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => hanging.unref().listen(0, '127.0.0.1', resolve));
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const mailbox = await Mailbox.open({
      onRcptTo: ({ address }, _session, done) =>
        void (address.startsWith('many') ? released : Promise.resolve()).then(() => done()),
    });
    await configure((hanging.address() as net.AddressInfo).port).expect(200);
    await server.root.put('/api/v1/mail-server', settings(mailbox.port)).expect(200);

    // As many as would have filled every batch.
    const emails = Array.from({ length: 200 }, (_, index) => `jammed${index}@example.com`);
    await admin.post(`${path}/invitations`, { emails, role: 'USER' }).expect(201);
    await until(() => sockets.length > 0, 20, 'the connection that hangs');
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201);
    const invitations = `/api/v1/organizations/${id}/invitations`;
    await server.root.post(invitations, { emails: ['other@example.com'], role: 'USER' }).expect(201);
    await mailbox.to('other@example.com', 1, 8);
    const stuck = await server.sql(`SELECT FROM outbox_mail WHERE recipient LIKE 'jammed%' AND state = 'sent'`);
    expect(stuck).toHaveLength(0);

    // Behind 300 invitations, the mail about an account is among the first to go.
    const many = Array.from({ length: 300 }, (_, index) => `many${index}@example.com`);
    await server.root.post(invitations, { emails: many, role: 'USER' }).expect(201);
    await server.sql(
      `INSERT INTO outbox_mail (organization_id, kind, recipient, subject, content_sealed, message_id, created_at, next_attempt_at)
         SELECT NULL, 'password-changed', 'account@example.com', 'Account', content_sealed, '<account@licenses.test>', now(), now()
           FROM outbox_mail WHERE recipient = 'many299@example.com'`,
    );
    release();
    await mailbox.to('account@example.com');
    await mailbox.to('many299@example.com', 1, 60);
    const order = mailbox.mails.flatMap(recipientsOf);
    expect(order.indexOf('account@example.com')).toBeLessThan(order.indexOf('many299@example.com'));

    await admin.delete(`${path}/mail-server`).expect(204);
    for (const socket of sockets) socket.destroy();
    hanging.close();
    const claimed = () => server.sql(`SELECT FROM outbox_mail WHERE state = 'waiting' AND claimed_until IS NOT NULL`);
    await until(async () => (await claimed()).length === 0, 60, 'the end of the attempts');
    await server.later({ minutes: 10 });
    const left = () => server.sql(`SELECT FROM outbox_mail WHERE state <> 'sent' AND recipient LIKE 'jammed%'`);
    await until(async () => (await left()).length === 0, 60, 'the mails that were stuck');
    await mailbox.to('jammed199@example.com');
    await server.root.delete('/api/v1/mail-server').expect(204);
    await mailbox.close();
  });
});

describe('Several servers', () => {
  it('send each mail once, together', async () => {
    const mailbox = await Mailbox.open();
    await server.second();
    await server.second();
    await configure(mailbox.port).expect(200);
    const emails = Array.from({ length: 300 }, (_, index) => `shared${index}@example.com`);
    await admin.post(`${path}/invitations`, { emails, role: 'USER' }).expect(201);
    const left = () => server.sql(`SELECT FROM outbox_mail WHERE state <> 'sent' LIMIT 1`);
    await until(async () => (await left()).length === 0, 60, 'all mails');
    expect(mailbox.mails.flatMap(recipientsOf).sort()).toEqual([...emails].sort());
    await mailbox.close();
  });
});

/** Invitations at once: hundreds in every run of the tests, a thousand with `npm run test:soak`. */
const invited = Number(process.env.SOAK_MAILS ?? 250);

describe(`A burst of ${invited} invitations while the mail server is down`, () => {
  it('arrives exactly once, across a crash of the license server, and each link works', async () => {
    const burst = await readyServer();
    const invitations = `/api/v1/organizations/${burst.organizationId}/invitations`;
    const port = await freePort();
    await burst.root.put('/api/v1/mail-server', settings(port)).expect(200);
    const emails = Array.from({ length: invited }, (_, index) => `person${index}@example.com`);
    await burst.root.post(invitations, { emails, role: 'USER' }).expect(201);

    const attempted = async (count: number) =>
      (await burst.sql('SELECT FROM outbox_mail WHERE attempts < $1 OR claimed_until IS NOT NULL LIMIT 1', [count]))
        .length === 0;
    for (let attempt = 1; attempt <= 5; attempt++) {
      await until(() => attempted(attempt), 60, `attempt ${attempt}`);
      if (attempt < 5) await burst.later({ minutes: 10 });
    }
    const mailbox = await Mailbox.open({}, port);
    await burst.later({ minutes: 10 });
    await until(() => mailbox.mails.length >= 100, 60, 'the first hundred');
    const api = await burst.crash();
    // What the dead server had in its hands is taken over when its time is over.
    await burst.later({ minutes: 60 });
    const left = async () => (await burst.sql(`SELECT FROM outbox_mail WHERE state <> 'sent' LIMIT 1`)).length;
    await until(async () => (await left()) === 0, 120, 'the rest');

    // Sent twice can only be what was under way in the moment of the crash; the Message-ID tells.
    const byId = new Map(mailbox.mails.map((mail) => [mail.messageId, mail]));
    expect(byId.size).toBe(invited);
    expect(mailbox.mails.length - byId.size).toBeLessThanOrEqual(40);
    expect(new Set([...byId.values()].flatMap(recipientsOf))).toEqual(new Set(emails));
    const check = async (mail: ParsedMail): Promise<void> => {
      const token = linkIn(mail.text).split('/').pop();
      const [email] = recipientsOf(mail);
      expect(await api.get(`/api/v1/invitations/${token}`).expect(200)).toMatchObject({ email });
    };
    const toCheck = [...byId.values()];
    while (toCheck.length > 0) await Promise.all(toCheck.splice(0, 50).map(check));
    await mailbox.close();
    await burst.close();
  }, 300_000);
});
