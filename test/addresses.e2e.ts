import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import { Mailbox } from './support/network/smtp-server.js';
import {
  everyScope,
  freshServer,
  issue,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  specification,
  usualSeats,
} from './support/test-server.js';

const password = 'purple monkey dishwasher';

let server: ReadyServer;
let path: string;
let mailbox: Mailbox;

beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { CLIENT_HOLD_SECONDS: '0' });
  path = `/api/v1/organizations/${server.organizationId}`;
  mailbox = await Mailbox.open();
  const mailServer = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
  await server.root.put('/api/v1/mail-server', mailServer).expect(200);
});
afterAll(async () => {
  await server.close();
  await mailbox.close();
});

interface Invited {
  email: string;
  link: string | null;
  error: { code: string; message: string } | null;
}

const invite = async (...emails: string[]): Promise<Invited[]> =>
  server.root.post(`${path}/invitations`, { emails, role: 'USER' }).expect<Invited[]>(201);

/** Invites an address, and accepts. */
async function join(email: string): Promise<string> {
  const [result] = await invite(email);
  await server.api.post(`/api/v1/invitations/${result?.link?.split('/').pop()}/accept`, { password }).expect(200);
  return result?.email ?? '';
}

describe('An address that was copied', () => {
  it.each([
    ['a zero-width space', 'zero\u200bwidth@example.com', 'zerowidth@example.com'],
    ['a no-break space and a line end around it', '\u00a0around@example.com\r\n', 'around@example.com'],
    ['a soft hyphen', 'hyphen@exam\u00adple.com', 'hyphen@example.com'],
    ['marks of direction around it', '\u202amarks@example.com\u202c', 'marks@example.com'],
    ['a byte order mark', '\ufefforder@example.com', 'order@example.com'],
    ['full-width letters', 'ｗｉｄｅ@example.com', 'wide@example.com'],
  ])('with %s is the address that its owner types', async (_what, copied, typed) => {
    expect(await join(copied)).toBe(typed);
    await server.api.signedIn(typed, password);
    await server.api.signedIn(copied, password);
    await server.api.post('/api/v1/auth/forgot-password', { email: copied }).expect(202);
    await mailbox.to(typed, 2);
  });

  it('never locks the only administrator out', async () => {
    const fresh = await freshServer();
    const token = { 'x-setup-token': fresh.setupToken ?? '' };
    const license = await issue(specification(usualSeats));
    await fresh.api.post('/api/v1/setup/license', { license }, token).expect(200);
    const setUp = (email: string) => fresh.api.post('/api/v1/setup/account', { ...rootAccount, email }, token);
    expect((await setUp('\u0430dmin@example.com').expect<{ errors: object[] }>(400)).errors).toEqual([
      expect.objectContaining({ field: 'email', rule: 'emailAlphabets' }),
    ]);
    expect((await setUp('admin\u202e@example.com').expect<{ errors: object[] }>(400)).errors).toEqual([
      expect.objectContaining({ field: 'email', rule: 'emailDirection' }),
    ]);
    await setUp('ad\u200bmin@example.com\u00a0').expect(200);
    const root = await fresh.api.signedIn('admin@example.com', rootAccount.password);
    expect(await root.get('/api/v1/users/me').expect(200)).toMatchObject({ email: 'admin@example.com', root: true });
    await fresh.close();
  });
});

describe('An address that looks like another one', () => {
  it.each([
    ['a Cyrillic letter among Latin ones', '\u0430da@example.com'],
    ['a Greek letter among Latin ones', 'ad\u03b1@example.com'],
    ['a Cyrillic letter in the domain', 'ada@ex\u0430mple.com'],
    ['only Cyrillic letters that look Latin', '\u0441\u043e\u0441\u043e@example.com'],
    ['a change of direction', 'moc.elpmaxe@\u202eada.com'],
  ])('is refused: %s', async (_what, email) => {
    const { results } = await server.root
      .post(`${path}/invitations`, { emails: [email], role: 'USER' })
      .expect<{ results: Invited[] }>(400);
    const [refused] = results;
    expect(refused?.error).toMatchObject({ code: 'invalid-email', message: expect.stringContaining('by hand') });
  });

  it('may be of any alphabet, as long as it is one', async () => {
    for (const email of ['почта@пример.рф', 'игорь@example.com', 'δοκιμή@example.gr', '山田taro@example.jp']) {
      expect(await join(email)).toBe(email);
      await server.api.signedIn(email, password);
    }
  });
});

describe('An address of an intranet', () => {
  it.each(['admin@intranet', 'root@localhost', 'ops@[10.0.0.5]', 'ops@[IPv6:fd00::5]'])(
    'gets mail, an account and a new password: %s',
    async (email) => {
      const address = email.toLowerCase();
      expect(await join(email)).toBe(address);
      await mailbox.to(address);
      const api = await server.api.signedIn(email, password);
      expect(await api.get('/api/v1/users/me').expect(200)).toMatchObject({ email: address });
      await server.api.post('/api/v1/auth/forgot-password', { email }).expect(202);
      await mailbox.to(address, 3);
      await server.root.post('/api/v1/mail-server/test', { to: email }).expect(200);
      await server.sql(`DELETE FROM rate_limit WHERE key LIKE 'mail-test%'`);
    },
  );

  it.each(['nobody', '@intranet', 'a@', 'a@[10.0.0]', 'a@[fd00::5]', 'a b@intranet', 'a@-'])(
    'is not %j',
    async (to) => {
      await server.root.post('/api/v1/mail-server/test', { to }).refused(400);
    },
  );
});

describe('An account of a former version', () => {
  it('with invisible characters in its address gets the address that its owner types', async () => {
    await join('former@example.com');
    await join('taken@example.com');
    await server.sql(`UPDATE user_account SET email = $1 WHERE email = 'former@example.com'`, [
      'for\u200bmer@example.com',
    ]);
    // There is an account with the plain address already: this one keeps its own.
    await server.sql(
      `INSERT INTO user_account (email, password, password_encrypted, first_name, last_name, root, created_at, verified_at)
         SELECT $1, password, true, '', '', false, now(), now() FROM user_account WHERE email = 'taken@example.com'`,
      ['ta\u200bken@example.com'],
    );
    const api = await server.crash();
    server.root = await api.signedIn(rootAccount.email, rootAccount.password);
    Object.assign(server, { api });
    await api.signedIn('former@example.com', password);
    await api.signedIn('for\u200bmer@example.com', password);
    for (const email of ['taken@example.com', 'ta\u200bken@example.com']) {
      const own = await api.signedIn(email, password);
      expect(await own.get('/api/v1/users/me').expect(200)).toMatchObject({ email });
    }
    const events = await server.sql(`SELECT details FROM audit_event WHERE action = 'user.email-changed'`);
    expect(events).toEqual([
      { details: expect.objectContaining({ from: 'for\u200bmer@example.com', email: 'former@example.com' }) },
    ]);
  });

  it('that looks like another one signs in, and gets a link for a new password', async () => {
    await join('alike@example.com');
    const alike = '\u0430like@example.com';
    await server.sql(`UPDATE user_account SET email = $1 WHERE email = 'alike@example.com'`, [alike]);
    await server.api.signedIn(alike, password);
    await server.api.post('/api/v1/auth/forgot-password', { email: alike }).expect(202);
    await mailbox.to(alike);
  });
});

describe('An API key that was copied', () => {
  it('works with what copying has added', async () => {
    const { key } = await server.root
      .post('/api/v1/users/me/api-keys', { name: 'Copied', scopes: everyScope })
      .expect<{ key: string }>(201);
    const statusOf = (authorization: string) =>
      new Promise<number>((resolve, reject) => {
        const headers = { authorization: Buffer.from(authorization, 'utf8').toString('latin1') };
        http
          .get(`${server.api.url}/api/v1/users/me`, { headers }, (response) => {
            response.resume();
            resolve(response.statusCode ?? 0);
          })
          .on('error', reject);
      });
    for (const added of ['', '\u00a0', '\u200b', ' \ufeff ', '\u200e', '\t', '\u202c']) {
      expect([added, await statusOf(`Bearer ${key}${added}`)]).toEqual([added, 200]);
      expect([added, await statusOf(`Bearer ${added}${key}`)]).toEqual([added, 200]);
      const form = { grant_type: 'password', username: '', password: `${added}${key}${added}\r\n` };
      await server.api.token(form).expect(200);
    }
    expect(await statusOf(`Bearer ${key}é`)).toBe(401);
  });
});

describe('A policy', () => {
  it('holds for a host name and a pattern with characters that nobody sees', async () => {
    const policy = { deniedMachines: ['\u200bBUILD-*\u00a0'] };
    const { deniedMachines } = await server.root
      .patch(`${path}/license-policy`, policy)
      .expect<{ deniedMachines: string[] }>(200);
    expect(deniedMachines).toEqual(['BUILD-*']);
    const lease = (hostname: string) =>
      server.root.post('/api/v1/leases', {
        organizationId: server.organizationId,
        product: 'KSE',
        machineId: 'desk-1',
        sessionId: hostname,
        hostname,
      });
    for (const hostname of ['build-1', 'bui\u200bld-1', '\u202ebuild-1', 'ＢＵＩＬＤ-1']) {
      expect([hostname, await lease(hostname).status()]).toEqual([hostname, 403]);
    }
    await lease('desk-1').expect(201);
    await server.root.patch(`${path}/license-policy`, { deniedMachines: [] }).expect(200);
  });
});

it('A member with an intranet address can be sent a notification', async () => {
  const own = await member(server, 'member@intranet', 'USER');
  await own.get('/api/v1/users/me').expect(200);
  const notification = { suite: 'Nightly', status: 'PASSED', to: ['member@intranet'] };
  await server.root.post(`${path}/execution-notifications`, notification).expect(202);
  await mailbox.to('member@intranet');
});

describe('The name of a team', () => {
  it('is what people read: characters that nobody sees make no second team of the same name', async () => {
    const teams = `/api/v1/organizations/${server.organizationId}/teams`;
    const hidden = await server.root.post(teams, { name: 'Qual\u200bity\u202e\ufeff' }).expect<{ name: string }>(201);
    expect(hidden.name).toBe('Quality');
    expect(await server.root.post(teams, { name: 'Quality' }).expect(409)).toMatchObject({ code: 'team-name-taken' });
    // A name in Persian needs the joiner that is inside.
    const persian = '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645';
    expect(await server.root.post(teams, { name: persian }).expect(201)).toMatchObject({ name: persian });
  });
});
