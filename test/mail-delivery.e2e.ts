import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { type SMTPServerOptions } from 'smtp-server';
import { type Api } from './support/api.js';
import { freePort } from './support/network/free-port.js';
import { Mailbox, steppingOverTheWait } from './support/network/smtp-server.js';
import { member, readyServer, type ReadyServer } from './support/test-server.js';
import { until } from './support/until.js';

let server: ReadyServer;
let path: string;
let admin: Api;
const mailboxes: Mailbox[] = [];

beforeAll(async () => {
  server = await readyServer();
  path = `/api/v1/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
});
afterEach(async () => {
  await server.sql('DELETE FROM outbox_mail');
  await server.sql(`DELETE FROM rate_limit WHERE key LIKE 'mail-test%'`);
  for (const mailbox of mailboxes.splice(0)) await mailbox.close();
});
afterAll(() => server.close());

async function mailboxWith(options: SMTPServerOptions = {}, port = 0): Promise<Mailbox> {
  const mailbox = await Mailbox.open(options, port);
  mailboxes.push(mailbox);
  return mailbox;
}

const sender = 'licenses@example.com';
const configure = (port: number, more: object = {}) =>
  admin.put(`${path}/mail-server`, { host: '127.0.0.1', port, protocol: 'SMTP', sender, ...more });
const test = (to = 'test@example.com') =>
  admin.post(`${path}/mail-server/test`, { to }).expect<{ sent: boolean; message: string }>(200);
const invite = (...emails: string[]) => admin.post(`${path}/invitations`, { emails, role: 'USER' }).expect(201);

interface Row {
  id: number;
  recipient: string;
  state: string;
  lastError: string | null;
}

const outbox = async (): Promise<Row[]> =>
  (await admin.get(`${path}/outbox?size=50`).expect<{ content: Row[] }>(200)).content;

/** The mail to an address, once an attempt has failed. */
async function failedMail(recipient: string): Promise<Row> {
  const find = async (): Promise<Row | undefined> => (await outbox()).find((mail) => mail.recipient === recipient);
  const hasFailed = async (): Promise<boolean> => {
    if (((await find())?.lastError ?? null) !== null) return true;
    // One step too many is less than the time to the next attempt.
    await server.later({ seconds: 1 });
    return false;
  };
  await until(hasFailed, 20, 'an attempt that fails');
  return (await find())!;
}

const answering = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });

describe('A mail that the mail server refuses', () => {
  it.each([
    [530, '5.7.0 Authentication required'],
    [550, '5.7.1 Unable to relay'],
    [554, '5.7.1 Client host rejected: Access denied'],
    [504, '5.5.2 Helo command rejected: need fully-qualified hostname'],
    [553, '5.7.1 Sender address rejected: not owned by user'],
  ])('because of this server or its sender is tried again until it is taken: %s %s', async (code, message) => {
    let refusing = true;
    const mailbox = await mailboxWith({
      onRcptTo: (_address, _session, done) => done(refusing ? answering(code, message) : undefined),
    });
    await configure(mailbox.port).expect(200);
    const email = `refused${code}@example.com`;
    await invite(email);
    expect(await failedMail(email)).toMatchObject({ state: 'waiting', lastError: expect.stringContaining(message) });
    refusing = false;
    await server.later({ minutes: 1 });
    await mailbox.to(email);
  });

  it('because of its sender is tried again, too', async () => {
    let refusing = true;
    const mailbox = await mailboxWith({
      onMailFrom: (_address, _session, done) =>
        done(refusing ? answering(553, '5.1.8 Sender address has no domain') : undefined),
    });
    await configure(mailbox.port).expect(200);
    await invite('from@example.com');
    expect(await failedMail('from@example.com')).toMatchObject({
      state: 'waiting',
      lastError: expect.stringContaining('refuses the sender'),
    });
    refusing = false;
    await server.later({ minutes: 1 });
    await mailbox.to('from@example.com');
  });

  it('because of its recipient is not tried any more', async () => {
    const mailbox = await mailboxWith({
      onRcptTo: (_address, _session, done) => done(answering(550, '5.1.1 User unknown')),
    });
    await configure(mailbox.port).expect(200);
    await invite('ghost@example.com');
    expect(await failedMail('ghost@example.com')).toMatchObject({
      state: 'failed',
      lastError: 'The mail server refuses the recipient: 550 5.1.1 User unknown',
    });
  });
});

describe('All mails of an outbox', () => {
  it('are tried again at once when somebody says so', async () => {
    const port = await freePort();
    const refusing = await mailboxWith(
      { onRcptTo: (_address, _session, done) => done(answering(550, '5.1.1 User unknown')) },
      port,
    );
    await configure(port).expect(200);
    await invite('typo@example.com');
    await failedMail('typo@example.com');
    await refusing.close();
    mailboxes.length = 0;
    await invite('outage@example.com');
    await failedMail('outage@example.com');
    const mailbox = await mailboxWith({}, port);
    const user = await member(server, 'user@example.com', 'USER');
    await user.post(`${path}/outbox/retry`).refused(403);
    expect(await admin.post(`${path}/outbox/retry`).expect(200)).toEqual({ retried: 2 });
    await mailbox.to('typo@example.com');
    await mailbox.to('outage@example.com');
    await until(async () => (await outbox()).every(({ state }) => state === 'sent'), 20, 'the notes of it');
    expect(await admin.post(`${path}/outbox/retry`).expect(200)).toEqual({ retried: 0 });
    expect(await server.root.post('/api/v1/mail-server/outbox/retry').expect(200)).toEqual({ retried: 0 });
    const events = await server.sql(`SELECT details FROM audit_event WHERE action = 'mail.all-retried'`);
    expect(events).toEqual([{ details: { mails: 2 } }]);
  });
});

describe('A mail server that is removed', () => {
  it('is left at once, with the connections that were kept for the next mail', async () => {
    const [connected, left] = [new Set<string>(), new Set<string>()];
    const mailbox = await mailboxWith({
      onConnect: ({ id }, done) => {
        connected.add(id);
        done();
      },
      onClose: ({ id }) => void left.add(id),
    });
    await configure(mailbox.port).expect(200);
    await invite('kept@example.com');
    await mailbox.to('kept@example.com');
    expect([connected.size, left.size]).toEqual([1, 0]);
    await admin.delete(`${path}/mail-server`).expect(204);
    await until(() => left.size === 1, 20, 'the end of the connection');
    // One that is set up again is used again.
    await configure(mailbox.port).expect(200);
    await invite('again@example.com');
    await mailbox.to('again@example.com');
    expect(connected.size).toBe(2);
  });
});

describe('The name of a sender', () => {
  it.each([
    ['Lizenzen: Einkauf; Süd (Test)', 'Lizenzen: Einkauf; Süd (Test)'],
    ['Licenses: Acme; (IT)', 'Licenses: Acme; (IT)'],
    ['"Acme, Inc."', 'Acme, Inc.'],
    ['a@b, c', 'a@b, c'],
    ['The "A" team \\o/', 'The "A" team \\o/'],
    ['"The \\"A\\" team"', 'The "A" team'],
  ])('may have any signs: %s', async (entered, name) => {
    const mailbox = await mailboxWith();
    await configure(mailbox.port, { sender: `${entered} <licenses@example.com>` }).expect(200);
    expect(await test()).toMatchObject({ sent: true });
    const [mail] = await mailbox.to('test@example.com');
    expect(mail?.from?.value).toEqual([{ name, address: 'licenses@example.com' }]);
  });
});

describe('This server', () => {
  it('introduces itself with the host of its URL', async () => {
    const names: string[] = [];
    const mailbox = await mailboxWith({
      onMailFrom: (_address, session, done) => {
        names.push(session.hostNameAppearsAs);
        done();
      },
    });
    await configure(mailbox.port).expect(200);
    await test();
    expect(names).toEqual(['licenses.test']);
  });
});

describe('A sign-in that the mail server cannot check just now', () => {
  it.each([454, 421])('is not a wrong password: %s', async (code) => {
    const mailbox = await mailboxWith({
      allowInsecureAuth: true,
      authOptional: false,
      onAuth: (_auth, _session, done) => done(answering(code, 'Temporary authentication failure')),
    });
    await configure(mailbox.port, { username: 'mailer', password: 'right' }).expect(200);
    const { message } = await test();
    expect(message).toContain('cannot check the username and password just now');
    expect(message).not.toContain('does not accept');
  });
});

describe('A mail server that wants access tokens', () => {
  const secret = 'the secret of the client';
  let asked: URLSearchParams[];
  let tokens: http.Server;
  let answer: { status: number; body: object };

  beforeAll(async () => {
    tokens = http.createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push(new URLSearchParams(body));
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void tokens.close());

  const settings = (more: object = {}) => ({
    username: 'licenses@acme.example',
    tokenUrl: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/tenant/oauth2/v2.0/token`,
    clientId: 'client-1',
    clientSecret: secret,
    scope: 'https://outlook.office365.com/.default',
    ...more,
  });
  const microsoft = () =>
    mailboxWith({
      allowInsecureAuth: true,
      authOptional: false,
      authMethods: ['XOAUTH2'],
      onAuth: ({ method, username, accessToken }, _session, done) =>
        method === 'XOAUTH2' && username === 'licenses@acme.example' && accessToken === 'token-1'
          ? done(null, { user: username })
          : done(answering(535, '5.7.3 Authentication unsuccessful')),
    });

  it('gets those of its client', async () => {
    [asked, answer] = [[], { status: 200, body: { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 } }];
    const mailbox = await microsoft();
    const view = await configure(mailbox.port, settings()).expect(200);
    expect(view).toMatchObject({ clientId: 'client-1', hasClientSecret: true, hasPassword: false });
    expect(JSON.stringify(view)).not.toContain(secret);
    expect(await test()).toMatchObject({ sent: true });
    await invite('tokens1@example.com', 'tokens2@example.com');
    await mailbox.to('tokens1@example.com');
    await mailbox.to('tokens2@example.com');
    // One for the test and one for the outbox, which keeps it.
    expect(asked.map((form) => Object.fromEntries(form))).toEqual(
      Array.from({ length: 2 }, () => ({
        grant_type: 'client_credentials',
        client_id: 'client-1',
        client_secret: secret,
        scope: 'https://outlook.office365.com/.default',
      })),
    );
    const rows = await server.sql<{ text: string }>(
      'SELECT mail_server::text AS text FROM mail_server UNION ALL SELECT audit_event::text FROM audit_event',
    );
    const hex = Buffer.from(secret).toString('hex');
    expect(rows.some(({ text }) => text.includes(secret) || text.includes(hex))).toBe(false);
  });

  it('keeps the secret for its token URL and client', async () => {
    [asked, answer] = [[], { status: 200, body: { access_token: 'token-1', expires_in: 3600 } }];
    const mailbox = await microsoft();
    await configure(mailbox.port, settings()).expect(200);
    await configure(mailbox.port, settings({ clientSecret: undefined })).expect(200);
    expect(await test()).toMatchObject({ sent: true });
    for (const more of [
      { clientId: 'other', clientSecret: undefined },
      { tokenUrl: 'https://elsewhere.example.com/token', clientSecret: undefined },
      { username: '' },
      { clientId: '' },
      { password: 'too' },
      { tokenUrl: 'http://login.example.com/token' },
      { tokenUrl: 'https://user:password@login.example.com/token' },
      { tokenUrl: 'file:///etc/passwd' },
      { tokenUrl: '' },
    ]) {
      await configure(mailbox.port, settings(more)).refused(400);
    }
  });

  it('says what the token URL says', async () => {
    const error_description = 'AADSTS7000215: Invalid client secret provided.';
    [asked, answer] = [[], { status: 401, body: { error: 'invalid_client', error_description } }];
    const mailbox = await microsoft();
    await configure(mailbox.port, settings()).expect(200);
    expect(await test()).toEqual({
      sent: false,
      message: `The token URL gives no access token for this client id and secret: invalid_client: ${error_description}`,
    });
    await invite('denied@example.com');
    expect(await failedMail('denied@example.com')).toMatchObject({ state: 'waiting' });
    answer = { status: 200, body: { access_token: 'token-1', expires_in: 3600 } };
    await admin.post(`${path}/outbox/retry`).expect(200);
    await mailbox.to('denied@example.com');
  });

  it('does not repeat what something else than an OAuth server says', async () => {
    [asked, answer] = [[], { status: 200, body: { secret: 'internal' } }];
    const mailbox = await microsoft();
    await configure(mailbox.port, settings()).expect(200);
    const { message } = await steppingOverTheWait(server, test());
    expect(message).toContain('The mail server cannot be used');
    await admin.delete(`${path}/mail-server`).expect(204);
  });
});

describe('The seventh test in a minute', () => {
  it('is told that six are possible', async () => {
    const mailbox = await mailboxWith();
    await configure(mailbox.port).expect(200);
    for (let each = 0; each < 6; each++) await test();
    const refusal = await admin.post(`${path}/mail-server/test`, { to: 'a@example.com' }).refused(429);
    expect(refusal).toContain('at most 6 times a minute');
    expect(refusal).not.toContain('failed');
  });
});
