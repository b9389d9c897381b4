import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenLdap } from './support/identity/open-ldap.js';
import { SlowDirectory } from './support/identity/slow-directory.js';
import { readyServer, type ReadyServer, rootAccount } from './support/test-server.js';
import { until } from './support/until.js';

let ldap: OpenLdap;
let slow: SlowDirectory;
let server: ReadyServer;

beforeAll(async () => {
  ldap = await OpenLdap.start();
  slow = await SlowDirectory.before(ldap.url);
  server = await readyServer(undefined, {}, { CLIENT_HOLD_SECONDS: '0' });
  const groups = [{ group: 'testers', organizationId: server.organizationId, role: 'USER' }];
  const fields = { ...ldap.provider, url: slow.url, provisioning: 'create', groups };
  await server.root.post('/api/v1/identity-providers', fields).expect(201);
});
afterAll(async () => {
  await server.close();
  await slow.close();
  await ldap.close();
});
afterEach(async () => {
  slow.passage = { delayMillis: 0 };
  await until(async () => (await signIn('probe').status()) !== 503, 30, 'an answer of the directory');
});

const signIn = (uid: string) =>
  server.api.post('/api/v1/auth/sign-in', { email: `${uid}@example.test`, password: `${uid} password` });

/** @returns the status, and milliseconds until it was there */
async function timed(uid: string): Promise<{ status: number; millis: number }> {
  const begun = performance.now();
  return { status: await signIn(uid).status(), millis: performance.now() - begun };
}

async function expectQuickForOthers(): Promise<void> {
  const begun = performance.now();
  await server.api.browser(rootAccount.email, rootAccount.password);
  await server.api.get('/health/live').expect(200);
  expect(performance.now() - begun).toBeLessThan(2000);
}

describe('A directory that answers slowly', () => {
  it('is asked by a few at a time; those that would wait for too long are told so, and nobody else waits', async () => {
    const uids = Array.from({ length: 30 }, (_, index) => `late-${index}`);
    await ldap.add(...uids.map((uid) => ({ uid })));
    slow.passage = { delayMillis: 1500 };
    const all = Promise.all(uids.map(timed));
    await expectQuickForOthers();
    const answers = await all;
    expect(answers.filter(({ status }) => ![204, 503].includes(status))).toEqual([]);
    expect(answers.filter(({ status }) => status === 204).length).toBeGreaterThanOrEqual(6);
    expect(Math.max(...answers.map(({ millis }) => millis))).toBeLessThan(75_000);
    expect(slow.mostOpen).toBeLessThanOrEqual(16);
  });

  it('does not keep a person with very many groups waiting without end', async () => {
    await ldap.add({ uid: 'crowd' });
    await ldap.addGroups(4000, 'crowd');
    await until(async () => (await signIn('probe').status()) !== 503, 30, 'an answer of the directory');
    slow.passage = { delayMillis: 3000 };
    const { status, millis } = await timed('crowd');
    expect(status).toBe(503);
    // To connect, to find the person, to check the password; and the groups of the person.
    expect(millis).toBeLessThan(15_000 + 6 * 3000);
  });
});

describe.each(['half-then-silence', 'half-then-end'] as const)('A directory that breaks off: %s', (passage) => {
  it('is not waited for; who is remembered goes on, and others are told so', async () => {
    const [known, stranger] = [`known-${passage}`, `new-${passage}`];
    await ldap.add({ uid: known }, { uid: stranger });
    await signIn(known).expect(204);
    await server.later({ minutes: 16 });
    slow.passage = passage;
    const first = await timed(stranger);
    expect(first).toMatchObject({ status: 503 });
    expect(first.millis).toBeLessThan(15_000);
    // From here on it is known to be away.
    expect(await signIn(stranger).expect(503)).toMatchObject({ code: 'directory-unavailable' });
    await signIn(known).expect(204);
    await expectQuickForOthers();
    slow.passage = { delayMillis: 0 };
    await until(async () => (await signIn(stranger).status()) === 204, 30, 'a sign-in');
  });
});
