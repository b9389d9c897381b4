import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { type Api } from './support/api.js';
import { metricsOf } from './support/metrics.js';
import { Program } from './support/program.js';
import {
  member,
  type ReadyServer,
  readyServer,
  rootAccount,
  usualSeats,
  vendor,
  withinASecond,
} from './support/test-server.js';
import { until } from './support/until.js';

/** A server behind a proxy, so that requests can come from anywhere. */
let server: ReadyServer;
/** Started with the first, so that both clocks are stepped together. */
let second: Api;
beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { TRUSTED_PROXIES: '127.0.0.1' });
  second = await server.second();
});
afterAll(() => server.close());
// What one test has guessed must not slow down the next.
beforeEach(() => server.sql('DELETE FROM rate_limit'));

interface Refused {
  status: number;
  wait: number;
  code?: string;
  message?: string;
  limit?: string;
}

async function signIn(email: string, password: string, from: string): Promise<Refused> {
  const answer = server.api.post('/api/v1/auth/sign-in', { email, password }, { 'x-forwarded-for': from });
  const status = await answer.status();
  const body = (await answer.expect<Partial<Refused> | ''>(status)) || {};
  return { ...body, status, wait: Number((await answer.headers()).get('retry-after')) };
}

const clientSignIn = (email: string, password: string, from: string) =>
  server.api.token({ grant_type: 'password', username: email, password }, { 'x-forwarded-for': from });

/** Guesses until one is refused unseen. @returns how many were looked at */
async function guessesOf(times: number, guess: (time: number) => Promise<Refused>): Promise<number> {
  for (let time = 0; time < times; time++) {
    const { status } = await guess(time);
    if (status === 429) return time;
    expect(status).toBe(401);
  }
  return times;
}

async function account(email: string): Promise<string> {
  await member(server, email, 'USER');
  await server.sql('DELETE FROM sign_in_place');
  await server.sql('DELETE FROM rate_limit');
  return `${email} password`;
}

/** As many failures of an account, everywhere, as throttle it for a while. */
async function attack(email: string): Promise<void> {
  for (let time = 0; time < 40; time++) {
    const { status } = await signIn(email, 'a guess', `198.51.${time}.1`);
    if (status === 429) return;
  }
  throw new Error('The attack was not noticed');
}

async function waiting(): Promise<number | undefined> {
  return (await metricsOf(server.root)).value('license_server_sign_ins_waiting');
}

/** Steps the clock until a request is answered. */
async function answeredWhileTimeGoesOn(answer: ReturnType<typeof clientSignIn>): Promise<void> {
  let isAnswered = false;
  void answer.status().then(() => (isAnswered = true));
  const step = async (): Promise<boolean> => {
    await server.later({ seconds: 10 });
    return isAnswered;
  };
  await until(step, 30, 'the answer');
}

async function events(action: string): Promise<Record<string, unknown>[]> {
  return server.sql(`SELECT actor, address, details FROM audit_event WHERE action = $1 ORDER BY id DESC`, [action]);
}

describe('Guessing passwords in the console', () => {
  it.each(['exists@example.com', 'unknown@example.com'])(
    'is refused after five failures, whether the account exists or not: %s',
    async (email) => {
      if (email.startsWith('exists')) await account(email);
      for (let time = 1; time <= 6; time++) expect((await signIn(email, 'x', '192.0.2.1')).status).toBe(401);
      const refused = await signIn(email, 'x', '192.0.2.1');
      expect(refused).toMatchObject({ status: 429, wait: 1, code: 'too-many-attempts', limit: 'account-and-address' });
      expect(refused.message).toContain('to this account from your address. Try again in 1 second');
    },
  );

  it('has to wait twice as long each time, and never longer than a minute', async () => {
    for (let time = 1; time <= 6; time++) await signIn('doubling@example.com', 'x', '192.0.2.2');
    for (const seconds of [1, 2, 4, 8, 16, 32, 45, 45, 45]) {
      const { status, wait } = await signIn('doubling@example.com', 'x', '192.0.2.2');
      expect(status).toBe(429);
      expect(wait).toBeLessThanOrEqual(seconds);
      expect(wait).toBeGreaterThanOrEqual(seconds - 1);
      await server.later({ seconds });
      expect((await signIn('doubling@example.com', 'x', '192.0.2.2')).status).toBe(401);
    }
  });

  it('is counted before the password is looked at: many at once are many', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => signIn('parallel@example.com', `guess ${index}`, '192.0.2.3')),
    );
    // The sixth sets the first wait, which a slow machine may outlast once.
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(8);
  });

  it('is limited for the account, from however many addresses', async () => {
    const looked = await guessesOf(40, (time) => signIn('account@example.com', 'x', `198.51.${time}.7`));
    expect(looked).toBe(21);
    expect(await signIn('account@example.com', 'x', '203.0.113.9')).toMatchObject({ status: 429, limit: 'account' });
  });

  it('is limited for the address, and for the /64 of an IPv6 address', async () => {
    const froms = [() => '192.0.2.4', (time: number) => `2001:db8:0:4::${time.toString(16)}`];
    for (const from of froms) {
      const looked = await guessesOf(60, (time) => signIn(`someone-${time}@example.com`, 'x', from(time)));
      expect(looked).toBe(51);
      expect((await signIn('other@example.com', 'x', from(99))).limit).toBe('address');
      await server.sql('DELETE FROM rate_limit');
    }
  });

  it.each([
    ['/24', '203.0.113.200', '203.0.114.1'],
    ['/48', '2001:db8:77:ffff::1', '2001:db8:78::1'],
  ])('is limited for the network, a %s', async (_size, inside, outside) => {
    await signIn('first@example.com', 'x', inside);
    // 500 guesses would take long.
    await server.sql(`UPDATE rate_limit SET points = 500 WHERE key LIKE 'sign-in:network%'`);
    const elsewhere = inside.includes('.') ? '203.0.113.1' : '2001:db8:77:1::1';
    expect((await signIn('second@example.com', 'x', elsewhere)).status).toBe(401);
    expect(await signIn('third@example.com', 'x', inside)).toMatchObject({ status: 429, limit: 'network' });
    expect((await signIn('third@example.com', 'x', outside)).status).toBe(401);
  });

  it('is limited over all servers of a database', async () => {
    const guess = (url: string) =>
      server.api
        .at(url)
        .post('/api/v1/auth/sign-in', { email: 'both@example.com', password: 'x' }, { 'x-forwarded-for': '192.0.2.8' })
        .status();
    for (let time = 0; time < 3; time++) {
      expect(await guess(server.url)).toBe(401);
      expect(await guess(second.url)).toBe(401);
    }
    expect(await guess(second.url)).toBe(429);
  });

  it('locks nobody out where they have signed in before, be it an IPv6 address of the same /64', async () => {
    const password = await account('known@example.com');
    for (const from of ['192.0.2.10', '2001:db8:0:10::1'])
      expect((await signIn('known@example.com', password, from)).status).toBe(204);
    await attack('known@example.com');
    await server.sql(`UPDATE rate_limit SET next_at = next_at + interval '1 hour' WHERE key NOT LIKE '%pair%'`);
    // A slip of the finger, and a server that remembers no password.
    for (const from of ['192.0.2.10', '2001:db8:0:10:ffff::2']) {
      const body = { email: 'known@example.com', password };
      expect((await signIn('known@example.com', 'a slip of the finger', from)).status).toBe(401);
      await server.api.at(second.url).post('/api/v1/auth/sign-in', body, { 'x-forwarded-for': from }).expect(204);
    }
  });

  it('keeps people out elsewhere for less than a minute after it ends, however long it went on', async () => {
    const password = await account('traveller@example.com');
    for (let round = 0; round < 8; round++) {
      for (let time = 0; time < 10; time++) await signIn('traveller@example.com', 'x', `198.51.${time}.${round}`);
      await server.later({ seconds: 30 });
    }
    await server.later({ seconds: 30 });
    expect((await signIn('traveller@example.com', password, '203.0.113.77')).status).toBe(204);
  });

  it('does not find out at once, from elsewhere, that a guess is the password which the server remembers', async () => {
    const password = await account('remembered@example.com');
    expect((await signIn('remembered@example.com', password, '192.0.2.20')).status).toBe(204);
    await attack('remembered@example.com');
    expect((await signIn('remembered@example.com', password, '203.0.113.20')).status).toBe(429);
    expect((await signIn('remembered@example.com', password, '192.0.2.20')).status).toBe(204);
  });

  it('does not slow down people who know their passwords', async () => {
    const password = await account('regular@example.com');
    for (let time = 0; time < 30; time++)
      expect((await signIn('regular@example.com', password, `192.0.2.${100 + (time % 3)}`)).status).toBe(204);
  });

  it('is written down, without what was typed for an account that does not exist', async () => {
    await account('written@example.com');
    for (let time = 0; time < 8; time++) await signIn('written@example.com', 'x', '192.0.2.30');
    await signIn('secret-in-wrong-field@x.yz', 'p', '192.0.2.31');
    const failed = await events('sign-in.failed');
    expect(failed[0]).toMatchObject({ actor: 'unknown account', address: '192.0.2.31' });
    expect(failed[1]).toMatchObject({ actor: 'written@example.com', address: '192.0.2.30' });
    const throttled = async () =>
      (await events('sign-in.throttled')).some(({ actor }) => actor === 'written@example.com');
    expect(await withinASecond(throttled, true)).toBe(true);
    const rows = await server.sql<{ all: string }>(
      `SELECT (SELECT string_agg(key, ' ') FROM rate_limit) || (SELECT string_agg(a::text, ' ') FROM audit_event a) AS all`,
    );
    expect(rows[0]?.all).not.toContain('secret-in-wrong-field');
  });
});

describe('A throttled Katalon client', () => {
  it('is never refused with 429: it waits for its turn, and is answered then', async () => {
    const password = await account('studio@example.com');
    await attack('studio@example.com');
    const answer = clientSignIn('studio@example.com', password, '203.0.113.30');
    expect(await withinASecond(waiting, 1)).toBe(1);
    await server.later({ seconds: 45 });
    await answer.expect(200);
    expect(await waiting()).toBe(0);
  });

  it('has its password looked at when its turn comes, not before', async () => {
    const email = 'changed@example.com';
    const password = await account(email);
    await attack(email);
    const answer = clientSignIn(email, password, '203.0.113.31');
    expect(await withinASecond(waiting, 1)).toBe(1);
    await server.sql(
      `UPDATE user_account SET password = 'a newer password', password_encrypted = false WHERE email = $1`,
      [email],
    );
    await server.later({ seconds: 45 });
    await answer.refused(401);
  });

  it('is accepted at once, where the account has signed in before, with a password that the server remembers', async () => {
    const password = await account('office@example.com');
    await clientSignIn('office@example.com', password, '192.0.2.40').expect(200);
    for (let time = 0; time < 8; time++) await signIn('office@example.com', 'x', '192.0.2.40');
    await clientSignIn('office@example.com', password, '192.0.2.40').expect(200);
  });

  it('is told with 503 that its turn would come too late, but not before it has waited for as long as clients are held', async () => {
    await attack('crowded@example.com');
    await server.sql(`UPDATE rate_limit SET next_at = next_at + interval '1 hour' WHERE key LIKE 'sign-in:account%'`);
    const answer = clientSignIn('crowded@example.com', 'x', '203.0.113.32');
    expect(await withinASecond(waiting, 1)).toBe(1);
    await answeredWhileTimeGoesOn(answer);
    expect(await answer.refused(503)).toContain('to this account');
    expect(await answer.expect(503)).toMatchObject({
      code: 'temporarily_unavailable',
      error: 'temporarily_unavailable',
    });
    expect(Number((await answer.headers()).get('retry-after'))).toBeGreaterThan(200);
    expect(await waiting()).toBe(0);
  });

  it('has its turn earlier when an attempt before it was right', async () => {
    const password = await account('shared@example.com');
    await attack('shared@example.com');
    await server.sql(`UPDATE rate_limit SET next_at = next_at + interval '1 hour' WHERE key LIKE 'sign-in:account%'`);
    const answer = clientSignIn('shared@example.com', password, '203.0.113.36');
    expect(await withinASecond(waiting, 1)).toBe(1);
    // As a right password does where the account has signed in before.
    await server.sql(`DELETE FROM rate_limit WHERE key LIKE 'sign-in:%'`);
    await server.later({ seconds: 10 });
    await answer.expect(200);
  });

  it('is refused at once when many at the same account wait already', async () => {
    await attack('flooded@example.com');
    await server.sql(`UPDATE rate_limit SET next_at = next_at + interval '1 hour' WHERE key LIKE 'sign-in:account%'`);
    const gone = new AbortController();
    const form = new URLSearchParams({ grant_type: 'password', username: 'flooded@example.com', password: 'x' });
    const headers = { 'x-forwarded-for': '203.0.113.37' };
    const request = { method: 'POST', body: form, headers, signal: gone.signal };
    const held = Array.from({ length: 20 }, () => fetch(`${server.url}/oauth/token`, request).catch(() => undefined));
    await until(async () => (await waiting()) === 20, 30, '20 sign-ins to wait');
    await clientSignIn('flooded@example.com', 'x', '203.0.113.38').refused(503);
    gone.abort();
    await Promise.all(held);
    await until(async () => (await waiting()) === 0, 30, 'them to leave');
  });

  it('makes nobody else at its address wait', async () => {
    const password = await account('neighbour@example.com');
    await attack('throttled@example.com');
    const answer = clientSignIn('throttled@example.com', 'x', '203.0.113.34');
    expect(await withinASecond(waiting, 1)).toBe(1);
    expect((await signIn('neighbour@example.com', password, '203.0.113.34')).status).toBe(204);
    await server.later({ seconds: 45 });
    await answer.refused(401);
  });

  it('leaves when it disconnects', async () => {
    await attack('leaving@example.com');
    const gone = new AbortController();
    const form = new URLSearchParams({ grant_type: 'password', username: 'leaving@example.com', password: 'x' });
    const headers = { 'x-forwarded-for': '203.0.113.33' };
    const answer = fetch(`${server.url}/oauth/token`, { method: 'POST', body: form, headers, signal: gone.signal });
    answer.catch(() => undefined);
    expect(await withinASecond(waiting, 1)).toBe(1);
    gone.abort();
    await expect(answer).rejects.toThrow();
    expect(await withinASecond(waiting, 0)).toBe(0);
  });
});

describe('Throttled Katalon clients at a server of their own', () => {
  let program: Program;
  let own: Api;
  beforeAll(async () => {
    program = new Program({
      DATABASE_URL: server.databaseUrl,
      DATA_DIR: path.join(server.dataDir, 'own'),
      SECRET_KEY_FILE: path.join(server.dataDir, 'secret.key'),
      VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      TRUSTED_PROXIES: '127.0.0.1',
      MAX_HELD_REQUESTS: '2',
    });
    own = await program.ready();
  });
  afterAll(() => Program.endAll());

  it('wait up to the limit of held requests, also while the server stops, and then lose their connection', async () => {
    const clients: { email: string; password: string }[] = [];
    for (const name of ['soon', 'late', 'surplus']) {
      const email = `${name}@example.com`;
      clients.push({ email, password: await account(email) });
    }
    for (const { email } of clients) await attack(email);
    // In the time of this server, which nobody has stepped: one has its turn before the server ends, the others later.
    await server.sql(
      `UPDATE rate_limit SET next_at = clock_timestamp() + interval '50 seconds' WHERE key LIKE 'sign-in:account%'`,
    );
    const asks = ({ email, password }: { email: string; password: string }, from: string) =>
      own.token({ grant_type: 'password', username: email, password }, { 'x-forwarded-for': from });
    const waitingHere = async (count: number): Promise<void> => {
      const asked = own.withHeaders(server.root.credentials);
      const held = async (): Promise<boolean> =>
        (await metricsOf(asked)).value('license_server_sign_ins_waiting') === count;
      await until(held, 30, `${count} sign-ins to wait`);
    };
    const dropped = expect(asks(clients[1]!, '203.0.141.1').status()).rejects.toThrow('fetch failed');
    await waitingHere(1);
    await server.sql(
      `UPDATE rate_limit SET next_at = clock_timestamp() + interval '12 seconds' WHERE key LIKE 'sign-in:account%'`,
    );
    const answered = asks(clients[0]!, '203.0.140.1').expect(200);
    await waitingHere(2);
    expect(await asks(clients[2]!, '203.0.142.1').refused(503)).toContain('Too many throttled sign-ins');
    const ended = program.end('SIGTERM');
    await answered;
    await dropped;
    await ended;
  });
});

describe('The root administrator', () => {
  it('is protected in the same way', async () => {
    await signIn(rootAccount.email, rootAccount.password, '192.0.2.50');
    await attack(rootAccount.email);
    expect((await signIn(rootAccount.email, rootAccount.password, '192.0.2.50')).status).toBe(204);
  });
});
