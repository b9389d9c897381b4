import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KatalonClient } from './clients/katalon-client.js';
import { ActiveDirectory, passwordOf } from './support/identity/active-directory.js';
import { type Answer } from './support/api.js';
import { readyServer, type ReadyServer, rootAccount, userId } from './support/test-server.js';

// What docs/identity.md says of Active Directory, with Samba as the domain controller.

const path = '/api/v1/identity-providers';

let domain: ActiveDirectory;
let server: ReadyServer;
let providerId: number;
beforeAll(async () => {
  [domain, server] = await Promise.all([
    ActiveDirectory.start(),
    readyServer(undefined, {}, { CLIENT_HOLD_SECONDS: '0' }),
  ]);
  const groups = [
    { group: 'testers', organizationId: server.organizationId, role: 'USER' },
    { group: 'admins', root: true },
  ];
  const fields = { ...domain.provider, domains: ['example.test'], provisioning: 'create', groups };
  providerId = (await server.root.post(path, fields).expect<{ id: number }>(201)).id;
});
afterAll(async () => {
  await server.close();
  await domain.close();
});

const signIn = (email: string, password: string): Answer =>
  server.api.post('/api/v1/auth/sign-in', { email, password });

describe('A person of an Active Directory', () => {
  it('signs in with the principal name, the account name or the address, to the console and to Katalon Studio', async () => {
    await domain.add({ name: 'ada', mail: 'ada.lovelace@example.test' });
    await domain.group('testers', 'ada');
    for (const name of ['ada@example.test', 'ada', 'ADA', 'ada.lovelace@example.test']) {
      await signIn(name, passwordOf('ada')).expect(204);
    }
    await signIn('ada', 'wrong').refused(401);
    const studio = new KatalonClient({
      ...{ serverUrl: server.url, package: 'KSE' },
      ...{ email: 'ada@example.test', password: passwordOf('ada') },
    });
    await studio.activate();
    expect(await server.sql(`SELECT email FROM user_account WHERE email LIKE 'ada%'`)).toEqual([
      { email: 'ada.lovelace@example.test' },
    ]);
  });

  it('has what a group gives that is a member of a group that is a member of the group', async () => {
    await domain.add({ name: 'nested' });
    await domain.group('inner', 'nested');
    await domain.group('middle', 'inner');
    await domain.group('admins', 'middle');
    await signIn('nested', passwordOf('nested')).expect(204);
    expect(await server.sql(`SELECT root FROM user_account WHERE email = 'nested@example.test'`)).toEqual([
      { root: true },
    ]);
  });

  it.each([
    ['disabled', { userAccountControl: '514' }, 'directory-account-disabled'],
    ['expired', { accountExpires: '132223104000000000' }, 'directory-account-expired'],
    ['told to change the password', { pwdLastSet: '0' }, 'directory-password-expired'],
  ])('is told so when the account is %s, and only with the right password', async (name, attributes, code) => {
    const account = name.replaceAll(' ', '-').slice(0, 20);
    await domain.add({ name: account, ...attributes });
    expect(await signIn(account, passwordOf(account)).expect(403)).toMatchObject({ code });
    await signIn(account, 'wrong').refused(401);
  });

  it('is not let in while the domain has locked the account', async () => {
    await domain.add({ name: 'guessed' });
    for (let guess = 0; guess < 3; guess++) await signIn('guessed', `wrong ${guess}`).refused(401);
    await signIn('guessed', passwordOf('guessed')).refused(401);
    await domain.set('guessed', { lockoutTime: '0' });
    await signIn('guessed', passwordOf('guessed')).expect(204);
  });

  it('keeps the account with a new name and address', async () => {
    await domain.add({ name: 'maiden' });
    await signIn('maiden', passwordOf('maiden')).expect(204);
    const id = await userId(server, 'maiden@example.test');
    await domain.set('maiden', { mail: 'married@example.test', sn: 'Married' });
    await server.later({ minutes: 16 });
    await signIn('married@example.test', passwordOf('maiden')).expect(204);
    expect(await server.sql('SELECT email, last_name FROM user_account WHERE id = $1', [id])).toEqual([
      { email: 'married@example.test', last_name: 'Married' },
    ]);
  });
});

describe('The people of an Active Directory', () => {
  it('are all compared with the accounts, page by page: more than it answers at once', async () => {
    await domain.add({ name: 'leaver' });
    await signIn('leaver', passwordOf('leaver')).expect(204);
    await domain.addMany(Array.from({ length: 1100 }, (_, index) => `many-${index}`));
    await domain.remove('leaver');
    await server.later({ minutes: 16 });
    const ended = `SELECT details ->> 'reason' AS reason FROM audit_event WHERE action = 'identity.ended'`;
    for (let events: unknown[] = []; events.length === 0;) events = await server.sql(ended);
    expect(await server.sql(ended)).toEqual([{ reason: 'removed' }]);
    const api = await server.api.signedIn(rootAccount.email, rootAccount.password);
    expect(await api.get(`${path}/${providerId}`).expect(200)).toMatchObject({
      lastSync: { removed: 1, problem: null },
    });
  });

  it('are reached with StartTLS, too', async () => {
    const api = await server.api.signedIn(rootAccount.email, rootAccount.password);
    const { bindPassword, caCertificate } = domain.provider;
    const change = { url: domain.plainUrl, startTls: true, bindPassword, caCertificate };
    await api.patch(`${path}/${providerId}`, change).expect(200);
    await signIn('ada', passwordOf('ada')).expect(204);
  });
});
