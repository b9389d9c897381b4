import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KatalonClient } from './clients/katalon-client.js';
import { DatabaseProxy } from './support/network/database-proxy.js';
import { base, OpenLdap } from './support/identity/open-ldap.js';
import { emptyDatabase, readyServer, type ReadyServer, rootAccount, userId } from './support/test-server.js';
import { until } from './support/until.js';

const path = '/api/v1/identity-providers';

let ldap: OpenLdap;
let database: { url: string; drop: () => Promise<void> };
let proxy: DatabaseProxy;
let server: ReadyServer;
let providerId: number;
beforeAll(async () => {
  ldap = await OpenLdap.start();
  database = await emptyDatabase();
  const through = await DatabaseProxy.before(database.url);
  proxy = through.proxy;
  server = await readyServer(undefined, {}, { CLIENT_HOLD_SECONDS: '0', DATABASE_URL: through.url });
  const { organizationId } = server;
  const fields = {
    ...{ ...ldap.provider, domains: ['example.test'], provisioning: 'create' },
    groups: [
      { group: 'testers', organizationId, role: 'USER' },
      { group: `CN=leads, ou=groups,${base}`, organizationId, role: 'ADMIN' },
      { group: 'admins', root: true },
    ],
  };
  const made = await server.root.post(path, fields).expect<{ id: number }>(201);
  providerId = made.id;
});
afterAll(async () => {
  await server.close();
  await proxy.close();
  await database.drop();
  await ldap.close();
});

/** Signed in just now: tests step the clock past the end of a token. */
const root = () => server.api.signedIn(rootAccount.email, rootAccount.password);
const signIn = (email: string, password: string) => server.api.post('/api/v1/auth/sign-in', { email, password });
const token = (username: string, password: string) => server.api.token({ grant_type: 'password', username, password });

async function roleOf(email: string): Promise<string | undefined> {
  const rows = await server.sql<{ role: string }>(
    'SELECT m.role FROM membership m JOIN user_account u ON u.id = m.user_id WHERE u.email = $1',
    [email],
  );
  return rows[0]?.role;
}

describe('A person of the directory', () => {
  it('signs in with the password there, and has an account and a role from the first time on', async () => {
    await ldap.add({ uid: 'ada', firstName: 'Ada', lastName: 'Lovelace' });
    await ldap.group('testers', 'ada');
    await signIn('ada@example.test', 'ada password').expect(204);
    const ada = await server.api.signedIn('ada@example.test', 'ada password');
    expect(await ada.get('/api/v1/users/me').expect(200)).toMatchObject({
      ...{ email: 'ada@example.test', firstName: 'Ada', lastName: 'Lovelace', verified: true },
    });
    const { content } = await server.root
      .get(`/api/v1/organizations/${server.organizationId}/members?search=ada@`)
      .expect<{ content: object[] }>(200);
    expect(content).toMatchObject([{ role: 'USER', managedBy: { id: providerId, name: 'Directory' } }]);
    const studio = new KatalonClient({
      ...{ serverUrl: server.url, package: 'KSE' },
      ...{ email: 'ada@example.test', password: 'ada password' },
    });
    await studio.activate();
  });

  it('may type the user name or the principal name, too', async () => {
    await ldap.add({ uid: 'grace', userPrincipalName: 'g.hopper@example.test' });
    for (const name of ['grace', 'GRACE', 'g.hopper@example.test', 'grace@example.test']) {
      await signIn(name, 'grace password').expect(204);
      await token(name, 'grace password').expect(200);
    }
    const rows = await server.sql(`SELECT FROM user_account WHERE email LIKE 'g%@example.test'`);
    expect(rows).toHaveLength(1);
  });

  it('is refused with a wrong password, an empty one, or one that this server knows', async () => {
    await ldap.add({ uid: 'linus' });
    await signIn('linus@example.test', 'linus password').expect(204);
    expect(await signIn('linus@example.test', 'wrong').expect(401)).toMatchObject({ code: 'wrong-credentials' });
    await signIn('linus@example.test', '').refused(400);
    await server.sql(`UPDATE user_account SET password = 'known here', password_encrypted = false WHERE email = $1`, [
      'linus@example.test',
    ]);
    await signIn('linus@example.test', 'known here').refused(401);
    await signIn('linus@example.test', 'linus password').expect(204);
  });

  it.each(['*', 'a*', 'dan*)(uid=*', 'dan)(|(uid=*', '\\2a', 'dan\u0000', ')(objectClass=*', '(uid=dan)'])(
    'is not found by the name %j',
    async (name) => {
      await ldap.add({ uid: 'dan' }).catch(() => undefined);
      expect([400, 401, 429]).toContain(await signIn(name, 'dan password').status());
    },
  );

  it('is found by a name with characters that filters and names escape', async () => {
    await ldap.add({ uid: 'odd', mail: 'o(d)d*\\x@example.test' });
    await ldap.group('testers', 'odd');
    await signIn('odd', 'odd password').status();
    await ldap.set('odd', { mail: "o'dd+x@example.test" });
    await signIn("o'dd+x@example.test", 'odd password').expect(204);
    expect(await roleOf("o'dd+x@example.test")).toBe('USER');
  });

  it('is told that the address in the directory is none, each time and by each way', async () => {
    await ldap.add({ uid: 'nul', mail: 'nul@example.test\u0000@elsewhere.test' });
    for (let turn = 0; turn < 2; turn++) {
      expect(await signIn('nul', 'nul password').expect(403)).toMatchObject({ code: 'address-invalid' });
      expect(await token('nul', 'nul password').expect(401)).toMatchObject({ error: 'invalid_grant' });
    }
  });

  it('is told why, when the account there is disabled or has expired, and only with the right password', async () => {
    await ldap.add({ uid: 'off', userAccountControl: '514' }, { uid: 'old', accountExpires: '132223104000000000' });
    await ldap.add({ uid: 'on', userAccountControl: '512', accountExpires: '9223372036854775807' });
    expect(await signIn('off', 'off password').expect(403)).toMatchObject({ code: 'directory-account-disabled' });
    expect(await signIn('old', 'old password').expect(403)).toMatchObject({ code: 'directory-account-expired' });
    await signIn('off', 'wrong').refused(401);
    await signIn('on', 'on password').expect(204);
    expect(await token('off', 'off password').expect(401)).toMatchObject({
      ...{ error: 'invalid_grant', error_description: expect.stringContaining('disabled') },
    });
  });

  it('is nobody when the name matches two', async () => {
    await ldap.add({ uid: 'one', mail: 'twin@example.test' }, { uid: 'two', mail: 'twin@example.test' });
    await signIn('twin@example.test', 'one password').refused(401);
    await signIn('one', 'one password').expect(204);
  });
});

// On a Monday ten thousand come: each round trip wakes another process, which costs more than most statements.
describe('A person who comes alone', () => {
  const uids = ['mon', 'tue', 'thu', 'fri'];
  const tripsOf = async (uid: string): Promise<number> => {
    const before = proxy.roundTrips;
    await token(`${uid}@example.test`, `${uid} password`).expect(200);
    return proxy.roundTrips - before;
  };
  /** The fewest: the server has other work now and then. */
  const fewestTrips = async (): Promise<number> => {
    const counts: number[] = [];
    for (const uid of uids) counts.push(await tripsOf(uid));
    return Math.min(...counts);
  };

  it('gets an account and a role in nine round trips to the database, and signs in again in four', async () => {
    await ldap.add(...uids.map((uid) => ({ uid })));
    await ldap.group('testers', ...uids);
    expect(await fewestTrips()).toBe(9);
    expect(await roleOf('mon@example.test')).toBe('USER');
    await server.later({ minutes: 16 });
    expect(await fewestTrips()).toBe(4);
    // One more to record the first sign-in of a day.
    await server.later({ days: 1 });
    expect(await fewestTrips()).toBe(5);
  });
});

describe('A new address in the directory', () => {
  const emailOf = async (id: number) =>
    (await server.sql<{ email: string }>('SELECT email FROM user_account WHERE id = $1', [id]))[0]?.email;

  it('is the address of the account from the next sign-in on, and both are told', async () => {
    await ldap.add({ uid: 'wed' });
    await signIn('wed', 'wed password').expect(204);
    const id = await userId(server, 'wed@example.test');
    const before = await server.api.browser('wed', 'wed password');
    await ldap.set('wed', { mail: 'married@example.test' });
    await server.later({ minutes: 16 });
    await signIn('married@example.test', 'wed password').expect(204);
    expect(await emailOf(id)).toBe('married@example.test');
    await before.get('/api/v1/users/me').refused(401);
    const [event] = await server.sql(
      `SELECT details FROM audit_event WHERE action = 'user.email-changed' ORDER BY id DESC`,
    );
    expect(event).toEqual({
      details: { from: 'wed@example.test', email: 'married@example.test', provider: 'Directory' },
    });
    await signIn('wed@example.test', 'wed password').refused(401);
    await token('wed', 'wed password').expect(200);
  });

  it('of another account stays there; the person signs in as before, and the audit log says why once', async () => {
    await ldap.add({ uid: 'heir' });
    await signIn('heir', 'heir password').expect(204);
    const id = await userId(server, 'heir@example.test');
    await server.sql(
      `INSERT INTO user_account (email, created_at, verified_at) VALUES ('seat@example.test', now(), now())`,
    );
    await ldap.set('heir', { mail: 'seat@example.test' });
    for (let turn = 0; turn < 2; turn++) {
      await server.later({ minutes: 16 });
      await signIn('heir', 'heir password').expect(204);
    }
    expect(await emailOf(id)).toBe('heir@example.test');
    const kept = `SELECT details FROM audit_event WHERE action = 'identity.address-kept' AND target_id = $1::text`;
    const details = { email: 'seat@example.test', provider: 'Directory', reason: 'address-taken' };
    expect(await server.sql(kept, [id])).toEqual([{ details }]);
    await server.sql(`DELETE FROM user_account WHERE email = 'seat@example.test'`);
    await server.later({ minutes: 16 });
    await signIn('heir', 'heir password').expect(204);
    expect(await emailOf(id)).toBe('seat@example.test');
  });

  it('outside the domains of the directory is not taken over', async () => {
    await ldap.add({ uid: 'out' });
    await signIn('out', 'out password').expect(204);
    const id = await userId(server, 'out@example.test');
    await ldap.set('out', { mail: 'out@elsewhere.test' });
    await server.later({ minutes: 16 });
    await signIn('out', 'out password').expect(204);
    expect(await emailOf(id)).toBe('out@example.test');
  });
});

describe('Guesses at a person', () => {
  it('are counted together, by whichever name they are made', async () => {
    await ldap.add({ uid: 'target', userPrincipalName: 'tgt@example.test' });
    const names = ['target', 'tgt@example.test', 'target@example.test', 'TARGET'];
    const statuses: number[] = [];
    for (let time = 0; time < 12; time++) statuses.push(await signIn(names[time % 4] ?? '', `guess ${time}`).status());
    // Five are free, and one more for each name that the server hears for the first time.
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(8);
    expect(statuses.slice(-3)).toEqual([429, 429, 429]);
    await server.sql('DELETE FROM rate_limit');
  });
});

describe('The groups of a person', () => {
  it('are read at each sign-in: roles change and go with them', async () => {
    await ldap.add({ uid: 'mary' });
    await ldap.group('testers', 'mary');
    await signIn('mary', 'mary password').expect(204);
    expect(await roleOf('mary@example.test')).toBe('USER');
    await ldap.group('leads', 'mary');
    await server.later({ minutes: 16 });
    await signIn('mary', 'mary password').expect(204);
    expect(await roleOf('mary@example.test')).toBe('ADMIN');
    await ldap.group('leads');
    await ldap.group('testers');
    await server.later({ minutes: 16 });
    await signIn('mary', 'mary password').expect(204);
    expect(await roleOf('mary@example.test')).toBeUndefined();
  });

  it('give what the DN of another group gives to nobody whose group is only named like it', async () => {
    await ldap.add({ uid: 'mallory' }, { uid: 'lea' });
    const add = (rdn: string, uid: string) =>
      ldap.administered((client) =>
        client.add(`${rdn},ou=groups,${base}`, { objectClass: ['groupOfNames'], member: ldap.dnOf(uid) }),
      );
    // A group with the name "cn=leads,ou=groups,dc=example,dc=test", and the DN of another one with a comma in it.
    await add(`cn=${`cn=leads,ou=groups,${base}`.replace(/[,=]/g, '\\$&')}`, 'mallory');
    await add('cn=Buyers\\, EMEA', 'lea');
    const rules = [
      { group: `cn="Buyers, EMEA",ou=groups,${base}`, organizationId: server.organizationId, role: 'USER' },
    ];
    const administrator = await root();
    const { groups } = await administrator.get(`${path}/${providerId}`).expect<{ groups: object[] }>(200);
    await administrator.patch(`${path}/${providerId}`, { groups: [...groups, ...rules] }).expect(200);
    for (const uid of ['mallory', 'lea']) await signIn(uid, `${uid} password`).expect(204);
    expect([await roleOf('mallory@example.test'), await roleOf('lea@example.test')]).toEqual([undefined, 'USER']);
  });

  it('make administrators of the server, and unmake them, but never the last one', async () => {
    await ldap.add({ uid: 'boss' });
    await ldap.group('admins', 'boss');
    const boss = await server.api.signedIn('boss@example.test', 'boss password');
    await boss.get('/api/v1/users').expect(200);
    await ldap.group('admins');
    const others = `UPDATE user_account SET disabled_at = $1 WHERE email = '${rootAccount.email}'`;
    await server.sql(others, [new Date()]);
    await server.later({ minutes: 16 });
    await signIn('boss', 'boss password').expect(204);
    await boss.get('/api/v1/users').expect(200);
    await server.sql(others, [null]);
    await server.later({ minutes: 16 });
    await signIn('boss', 'boss password').expect(204);
    await (await server.api.signedIn('boss@example.test', 'boss password')).get('/api/v1/users').refused(403);
  });

  it('are found page by page, a thousand of them', async () => {
    await ldap.add({ uid: 'busy' });
    await ldap.administered(async (client) => {
      for (let index = 0; index < 1100; index++) {
        const cn = `group-${index}`;
        await client.add(`cn=${cn},ou=groups,${base}`, {
          objectClass: ['groupOfNames'],
          cn,
          member: ldap.dnOf('busy'),
        });
      }
    });
    await ldap.group('testers', 'busy');
    await signIn('busy', 'busy password').expect(204);
    expect(await roleOf('busy@example.test')).toBe('USER');
  });
});

describe('A person in fifty thousand groups', () => {
  it('signs in and has what the groups give, while others are served', async () => {
    await ldap.add({ uid: 'crowd' });
    await ldap.group('testers', 'crowd');
    await ldap.addGroups(50_000, 'crowd');
    const arrival = { isOver: false };
    const arriving = until(
      async () => (await signIn('crowd', 'crowd password').status()) === 204,
      60,
      'a sign-in',
    ).finally(() => (arrival.isOver = true));
    const waits: number[] = [];
    while (!arrival.isOver) {
      const begun = performance.now();
      await server.api.get('/health/live').expect(200);
      waits.push(performance.now() - begun);
    }
    await arriving;
    expect(await roleOf('crowd@example.test')).toBe('USER');
    expect(Math.max(...waits)).toBeLessThan(2000);
  });
});

describe('An account that exists', () => {
  it('is linked with the person that has its address, and its former password is no longer asked', async () => {
    await ldap.add({ uid: 'eve' });
    await server.sql(
      `INSERT INTO user_account (email, password, password_encrypted, created_at, verified_at)
         VALUES ('eve@example.test', 'local password', false, now(), now())`,
    );
    await signIn('eve@example.test', 'local password').refused(401);
    await signIn('eve@example.test', 'eve password').expect(204);
    expect(await server.sql(`SELECT FROM user_account WHERE email = 'eve@example.test'`)).toHaveLength(1);
  });

  it('that is disabled here stays disabled', async () => {
    await ldap.add({ uid: 'mal' });
    await signIn('mal', 'mal password').expect(204);
    await (
      await root()
    )
      .patch(`/api/v1/users/${await userId(server, 'mal@example.test')}`, { disabled: true })
      .expect(200);
    await signIn('mal', 'mal password').refused(401);
  });

  it('is the only kind that signs in when accounts are not created; another domain is not the directory’s', async () => {
    await ldap.add({ uid: 'new' }, { uid: 'foreign', mail: 'foreign@elsewhere.test' });
    expect(await signIn('foreign', 'foreign password').expect(403)).toMatchObject({ code: 'domain-not-allowed' });
    await (await root()).patch(`${path}/${providerId}`, { provisioning: 'existing' }).expect(200);
    expect(await signIn('new', 'new password').expect(403)).toMatchObject({ code: 'account-missing' });
    await (await root()).patch(`${path}/${providerId}`, { provisioning: 'create' }).expect(200);
    await signIn('new', 'new password').expect(204);
    const events = await server.sql(
      `SELECT FROM audit_event WHERE action = 'identity.refused' AND details ->> 'email' LIKE ANY ('{new@%,foreign@%}')`,
    );
    expect(events).toHaveLength(2);
  });
});

describe('A password that was right', () => {
  it('is right without the directory for a quarter of an hour; then a change there takes effect', async () => {
    await ldap.add({ uid: 'kim' });
    await signIn('kim', 'kim password').expect(204);
    await ldap.set('kim', { userPassword: 'another password' });
    await signIn('kim', 'kim password').expect(204);
    await signIn('kim', 'another password').expect(204);
    await server.later({ minutes: 16 });
    await signIn('kim', 'kim password').refused(401);
    await signIn('kim', 'another password').expect(204);
  });

  it('confirms dangerous actions, too', async () => {
    await ldap.add({ uid: 'con' });
    const con = await server.api.browser('con@example.test', 'con password');
    await con.post('/api/v1/auth/confirm', { password: 'con password' }).expect(204);
    await con.post('/api/v1/auth/confirm', { password: 'wrong' }).refused(403);
  });
});

describe('A directory that is away', () => {
  it('keeps those out that are not remembered, in words; the rest and the local administrator go on', async () => {
    await ldap.add({ uid: 'rem' }, { uid: 'forgotten' });
    await signIn('rem@example.test', 'rem password').expect(204);
    await signIn('forgotten@example.test', 'forgotten password').expect(204);
    await server.later({ minutes: 16 });
    await ldap.stop();
    await signIn('rem@example.test', 'rem password').expect(204);
    const other = server.api.withHeaders({ 'x-any': 'x' });
    for (let attempt = 0; attempt < 12; attempt++) {
      const answer = other.post('/api/v1/auth/sign-in', { email: 'unknown@example.test', password: 'x y z' });
      expect(await answer.expect(503)).toMatchObject({ code: 'directory-unavailable' });
    }
    expect(await token('unknown@example.test', 'x y z').expect(503)).toMatchObject({
      error: 'temporarily_unavailable',
    });
    await signIn(rootAccount.email, rootAccount.password).expect(204);
    await ldap.run();
    await until(async () => (await signIn('forgotten', 'forgotten password').status()) === 204, 20, 'a sign-in');
  });

  it('is not waited for when it hangs', async () => {
    await ldap.add({ uid: 'slow' });
    ldap.hang();
    const begun = Date.now();
    await signIn('slow', 'slow password').refused(503);
    expect(Date.now() - begun).toBeLessThan(15_000);
    const again = Date.now();
    await signIn('slow', 'slow password').refused(503);
    await signIn(rootAccount.email, rootAccount.password).expect(204);
    expect(Date.now() - again).toBeLessThan(3000);
    ldap.goOn();
    await until(async () => (await signIn('slow', 'slow password').status()) === 204, 20, 'a sign-in');
  });
});

describe('The connection to a directory', () => {
  const change = async (fields: object) =>
    (await root()).patch(`${path}/${providerId}`, { ...fields, bindPassword: ldap.provider.bindPassword }).expect(200);

  it('is encrypted with StartTLS, and uses the next server when one is away', async () => {
    await ldap.add({ uid: 'tls' });
    await change({ url: `ldap://localhost:1 ${ldap.url}`, startTls: true });
    await signIn('tls', 'tls password').expect(204);
    await change({ url: ldap.url, startTls: false });
    await signIn('tls', 'tls password').expect(204);
  });

  it('is refused to a server whose certificate another authority has signed', async () => {
    await change({ url: ldap.secureUrl, caCertificate: '' });
    await signIn('tls', 'tls password').refused(503);
    await change({ caCertificate: ldap.authority.ca, url: ldap.secureUrl.replace('localhost', '127.0.0.1') });
    await signIn('tls', 'tls password').refused(503);
    await change({ url: ldap.secureUrl });
    await signIn('tls', 'tls password').expect(204);
  });
});
