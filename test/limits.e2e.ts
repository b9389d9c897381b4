import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import net from 'node:net';
import { type Answer, Api } from './support/api.js';
import { form, keywordsJar } from './support/packages.js';
import { Mailbox } from './support/network/smtp-server.js';
import {
  cli,
  everybodyCreatesOrganizations,
  gui,
  member,
  readyServer,
  type ReadyServer,
  userId,
} from './support/test-server.js';
import { until } from './support/until.js';

const privatePlugin = { key: 'private_plugin', name: 'Private plugins' };
const metricsToken = 'a token for the metrics';

/** Limits as an administrator could set them, small enough to be reached in a test. */
const settings = {
  MAX_API_KEYS_PER_USER: '2',
  MAX_SESSIONS_PER_USER: '3',
  MAX_EVENT_STREAMS_PER_USER: '2',
  MAX_WAITING_PER_USER: '2',
  MAX_WAITING_PER_ORGANIZATION: '3',
  MAX_LEASES_PER_USER: '2',
  MAX_ORGANIZATIONS_PER_USER: '2',
  MAX_TEAMS_PER_ORGANIZATION: '2',
  MAX_MEMBERS_PER_ORGANIZATION: '6',
  MAX_INVITATIONS_PER_DAY: '5',
  MAX_RESENDS_PER_DAY: '2',
  MAX_MAILS_PER_DAY: '8',
  PLUGIN_MAX_TOTAL_MB: '1',
  REQUEST_TIMEOUT_SECONDS: '2',
  METRICS_TOKEN: metricsToken.replaceAll(' ', '-'),
};

const entitlements = [
  { product: 'KSE', model: 'floating', quantity: 3, features: [gui, privatePlugin] },
  { product: 'KRE', model: 'floating', quantity: 3, features: [cli] },
];

let server: ReadyServer;
let path: string;
let admin: Api;

beforeAll(async () => {
  server = await readyServer(entitlements, {}, settings);
  path = `/api/v1/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
});
afterAll(() => server.close());

interface Problem {
  code: string;
  message: string;
  most: number;
  retryAfter?: number;
}

/** The code of a refusal. */
async function refusedAs(answer: Answer, status: number): Promise<string> {
  await answer.refused(status);
  return (await answer.expect<Problem>(status)).code;
}

/** What became of requests that were made at the same moment: how often each status. */
async function statuses(answers: readonly Answer[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const status of await Promise.all(answers.map((answer) => answer.status()))) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

/** An answer that never ends is left after its first bytes. */
async function stream(
  api: Api,
): Promise<{ status: number; left: () => void; text: () => string; ended: () => boolean }> {
  const abort = new AbortController();
  const response = await fetch(`${api.url}${path}/events`, { headers: api.credentials, signal: abort.signal });
  let text = '';
  let ended = false;
  const read = async (): Promise<void> => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  };
  void read()
    .catch(() => undefined)
    .finally(() => (ended = true));
  return { status: response.status, left: () => abort.abort(), text: () => text, ended: () => ended };
}

describe('An account', () => {
  it('has so many sessions: one more sign-in ends the oldest, and none is refused', async () => {
    await member(server, 'sessions@example.com', 'USER');
    const signIn = () => server.api.browser('sessions@example.com', 'sessions@example.com password');
    const browsers: Api[] = [];
    for (let count = 0; count < 4; count++) {
      await server.later({ seconds: 1 });
      browsers.push(await signIn());
    }
    const me = async () => Promise.all(browsers.map((browser) => browser.get('/api/v1/users/me').status()));
    expect(await me()).toEqual([401, 200, 200, 200]);
    const ended = await server.sql<{ details: object }>(
      `SELECT details FROM audit_event WHERE action = 'session.ended' AND actor_id = $1`,
      [await userId(server, 'sessions@example.com')],
    );
    expect(ended).toEqual([{ details: { reason: 'too-many-sessions' } }]);
    // Also when they come at the same moment.
    await Promise.all([signIn(), signIn(), signIn(), signIn(), signIn()]);
    const left = await server.sql('SELECT FROM session WHERE user_id = $1', [
      await userId(server, 'sessions@example.com'),
    ]);
    expect(left).toHaveLength(3);
  });

  it('has so many API keys', async () => {
    const keys = await member(server, 'keys@example.com', 'USER');
    const answers = [1, 2, 3, 4].map((index) => keys.post('/api/v1/users/me/api-keys', { name: `Key ${index}` }));
    expect(await statuses(answers)).toEqual({ 201: 2, 409: 2 });
    expect(await refusedAs(keys.post('/api/v1/users/me/api-keys', { name: 'Key 5' }), 409)).toBe('too-many-api-keys');
  });

  it('has so many event streams open, which go on for longer than a request may take to arrive', async () => {
    const streams = [await stream(admin), await stream(admin)];
    const third = admin.get(`${path}/events`);
    expect(await third.expect(429)).toMatchObject({ code: 'too-many-event-streams', most: 2 });
    expect((await third.headers()).get('retry-after')).toBe('10');
    // Another account's streams are its own.
    const other = await stream(server.root);
    expect(other.status).toBe(200);

    // A request that began after the streams is cut off in the meantime.
    const slow = net.connect(Number(new URL(server.url).port), '127.0.0.1');
    const cut = new Promise<string>((resolve) => slow.on('data', (chunk: Buffer) => resolve(chunk.toString())));
    slow.write('GET /health/live HTTP/1.1\r\nHost: x\r\n');
    expect(await cut).toContain('408 Request Timeout');
    await admin.post(`${path}/teams`, { name: 'Heard of' }).expect(201);
    for (const each of streams) {
      await until(() => each.text().includes('event: changed'), 20, 'the event');
      expect(each.ended()).toBe(false);
    }

    streams[0]!.left();
    await until(async () => (await admin.get(`${path}/events`).status()) === 200, 20, 'a free place');
    streams[1]!.left();
    other.left();
  });

  it('owns so many organizations, also by transfer; root any number', async () => {
    await everybodyCreatesOrganizations(server);
    const founder = await member(server, 'founder@example.com', 'USER');
    const answers = [1, 2, 3, 4].map((index) => founder.post('/api/v1/organizations', { name: `Founded ${index}` }));
    expect(await statuses(answers)).toEqual({ 201: 2, 409: 2 });
    expect(await founder.post('/api/v1/organizations', {}).expect(409)).toMatchObject({
      code: 'too-many-organizations',
      most: 2,
    });
    const transfer = server.root.post(`${path}/transfer-ownership`, {
      userId: await userId(server, 'founder@example.com'),
    });
    expect(await refusedAs(transfer, 409)).toBe('too-many-organizations');
    for (const index of [1, 2, 3]) {
      await server.root.post('/api/v1/organizations', { name: `Of root ${index}` }).expect(201);
    }
  });
});

describe('Seats of one account', () => {
  const lease = (api: Api, index: number, more: object = {}): Answer =>
    api.post('/api/v1/leases', {
      organizationId: server.organizationId,
      product: 'KRE',
      machineId: `machine-${index}`,
      sessionId: `session-${index}`,
      ...more,
    });
  const releaseAll = async (): Promise<void> => {
    await server.sql('DELETE FROM lease');
    await server.sql('UPDATE seat_pool SET in_use = 0');
  };

  it('are so many at once, of all products and on all servers', async () => {
    const other = admin.at((await server.second()).url);
    // More at once than one account may have, of both products, at both servers.
    const answers = [0, 1, 2, 3, 4, 5].map((index) =>
      lease(index % 2 ? admin : other, index, { product: index < 3 ? 'KRE' : 'KSE' }),
    );
    expect(await statuses(answers)).toEqual({ 201: 2, 409: 4 });
    const refused = await lease(admin, 7).expect<Problem>(409);
    expect(refused.code).toBe('user-limit-reached');
    expect(refused.message).toContain('You hold as many seats as one account may hold at once');
    // Who waits for it would wait for themselves.
    expect(await refusedAs(lease(admin, 7, { waitSeconds: 60 }), 409)).toBe('user-limit-reached');
    const denials = await admin.get(`${path}/denials`).expect<{ content: { code: string }[] }>(200);
    expect(denials.content[0]?.code).toBe('user-limit-reached');

    // What they have goes on, and a seat that is given back, or has run out, makes room.
    const [held] = await server.sql<{ id: string; machine: string }>('SELECT id, machine_id AS machine FROM lease');
    await admin.post(`/api/v1/leases/${held?.id}/renew`).expect(200);
    await admin.delete(`/api/v1/leases/${held?.id}`).expect(204);
    await lease(admin, 8).expect(201);
    expect(await refusedAs(lease(admin, 9), 409)).toBe('user-limit-reached');
    await releaseAll();
  });

  it('that have run out count no longer, and no more than the limit comes back to life', async () => {
    const ids: string[] = [];
    for (const index of [0, 1]) ids.push((await lease(admin, index).expect<{ id: string }>(201)).id);
    await server.sql(`UPDATE lease SET expires_at = now() - interval '1 second'`);
    await server.sql(`UPDATE seat_pool SET earliest_expiry = '-infinity'`);
    await lease(admin, 2).expect(201);
    await admin.post(`/api/v1/leases/${ids[0]}/renew`).expect(200);
    expect(await refusedAs(admin.post(`/api/v1/leases/${ids[1]}/renew`), 409)).toBe('user-limit-reached');
    await releaseAll();
  });

  it('are waited for by so many requests of an account, and of an organization', async () => {
    const [holder, waiter, third] = [
      await member(server, 'holder@example.com', 'USER'),
      await member(server, 'waiter@example.com', 'USER'),
      await member(server, 'third@example.com', 'USER'),
    ];
    await lease(admin, 0).expect(201);
    await lease(admin, 1).expect(201);
    const last = await lease(holder, 2).expect<{ id: string }>(201);
    const waiting = [3, 4].map((index) => lease(waiter, index, { waitSeconds: 100 }));
    const count = async () => (await server.sql('SELECT FROM seat_waiter')).length;
    await until(async () => (await count()) === 2, 20, 'two to wait');
    expect(await lease(waiter, 5, { waitSeconds: 100 }).expect(429)).toMatchObject({
      code: 'too-many-waiting',
      most: 2,
    });
    waiting.push(lease(holder, 6, { waitSeconds: 100 }));
    await until(async () => (await count()) === 3, 20, 'three to wait');
    expect(await refusedAs(lease(third, 7, { waitSeconds: 100 }), 429)).toBe('too-many-waiting-here');
    // Who does not wait is refused as ever.
    expect(await refusedAs(lease(third, 7), 409)).toBe('seats-exhausted');
    await holder.delete(`/api/v1/leases/${last.id}`).expect(204);
    await until(async () => (await count()) === 2, 20, 'one to be served');
    await releaseAll();
    await server.sql(`SELECT pg_notify('seat_freed', $1)`, [`${server.organizationId} KRE`]);
    expect(await statuses(waiting)).toEqual({ 201: 3 });
    await releaseAll();
  });
});

describe('An organization', () => {
  let organizationId: number;
  let own: string;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ id: organizationId } = await server.root
      .post('/api/v1/organizations', { name: 'Limited' })
      .expect<{ id: number }>(201));
    own = `/api/v1/organizations/${organizationId}`;
    mailbox = await Mailbox.open();
    const mailServer = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
    await server.root.put('/api/v1/mail-server', mailServer).expect(200);
  });
  afterAll(() => mailbox.close());

  const invite = (...names: string[]): Answer =>
    server.root.post(`${own}/invitations`, { emails: names.map((name) => `${name}@example.com`), role: 'USER' });

  it('has so many teams', async () => {
    const answers = [1, 2, 3, 4].map((index) => server.root.post(`${own}/teams`, { name: `Team ${index}` }));
    expect(await statuses(answers)).toEqual({ 201: 2, 409: 2 });
    expect(await refusedAs(server.root.post(`${own}/teams`, { name: 'Team 5' }), 409)).toBe('too-many-teams');
  });

  it('invites so many people a day, and sends so many invitations again, whichever server is asked', async () => {
    const [first] = await invite('one', 'two', 'three').expect<{ invitation: { id: number } }[]>(201);
    // All or nothing.
    const refused = invite('four', 'five', 'six');
    expect(await refused.expect(429)).toMatchObject({ code: 'too-many-invitations-today', most: 5 });
    expect(Number((await refused.headers()).get('retry-after'))).toBeGreaterThan(0);
    const { totalElements } = await server.root.get(`${own}/invitations`).expect<{ totalElements: number }>(200);
    expect(totalElements).toBe(3);
    expect(await statuses([invite('four'), invite('five'), invite('six')])).toEqual({ 201: 2, 429: 1 });
    const resend = (): Answer => server.root.post(`${own}/invitations/${first?.invitation.id}/resend`);
    expect(await statuses([resend(), resend(), resend()])).toEqual({ 200: 2, 429: 1 });
    expect(await refusedAs(resend(), 429)).toBe('too-many-resends-today');
  });

  it('sends so many mails a day; what needs no mail still works, and the next day begins anew', async () => {
    // Seven are sent: five invitations, and two of them again.
    const notify = (): Answer =>
      server.root.post(`${own}/execution-notifications`, {
        suite: 'Nightly',
        status: 'PASSED',
        totals: { total: 1, passed: 1 },
        url: 'https://ci.example.com/1',
      });
    await notify().expect(202);
    expect(await notify().expect(429)).toMatchObject({ code: 'too-many-mails-today', most: 8 });
    const colleague = await userId(server, 'admin@example.com');
    await server.sql(`INSERT INTO membership VALUES ($1, $2, 'USER', now())`, [organizationId, colleague]);
    await server.root.delete(`${own}/members/${colleague}`).expect(204);
    // Mails about accounts are none of the organization's.
    await server.api.post('/api/v1/auth/forgot-password', { email: 'admin@example.com' }).expect(202);
    const arrived = (name: string) => mailbox.to(`${name}@example.com`);
    const sent = async () =>
      (await server.sql(`SELECT FROM outbox_mail WHERE organization_id = $1 AND state = 'sent'`, [organizationId]))
        .length;
    await until(async () => (await sent()) === 8, 20, 'the mails of today');
    const reset = async () => (await arrived('admin')).some(({ subject }) => subject?.includes('assword'));
    await until(reset, 20, 'the link');
    await server.sql(`UPDATE daily_count SET day = day - 1`);
    await notify().expect(202);
    await invite('seven').expect(201);
    await arrived('seven');
    await until(async () => (await sent()) === 10, 20, 'the mails of tomorrow');
  });

  it('has so many members: more cannot accept, and nobody is kept from signing in', async () => {
    await server.sql('DELETE FROM daily_count');
    const links: string[] = [];
    for (const name of ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7']) {
      await member(server, `${name}@example.com`, null);
      await server.sql('DELETE FROM daily_count');
      const [invited] = await invite(name).expect<{ link: string }[]>(201);
      links.push(invited?.link.split('/').pop() ?? '');
    }
    const accept = async (index: number): Promise<Answer> => {
      const name = `m${index + 1}@example.com`;
      const person = await server.api.signedIn(name, `${name} password`);
      return person.post(`/api/v1/invitations/${links[index]}/accept`, {});
    };
    // The owner is a member, too: five more have a place.
    const answers = await Promise.all([0, 1, 2, 3, 4, 5].map(accept));
    expect(await statuses(answers)).toEqual({ 200: 5, 409: 1 });
    const came: string[] = [];
    for (const [index, answer] of answers.entries()) {
      if ((await answer.status()) === 200) came.push(`m${index + 1}@example.com`);
    }
    expect(await refusedAs(await accept(6), 409)).toBe('too-many-members');
    // A new account signs in, and is a member from the first sign-in on at which there is room.
    await server.sql('DELETE FROM daily_count');
    const [invited] = await invite('m8').expect<{ link: string }[]>(201);
    const password = 'a long enough phrase';
    await server.api.post(`/api/v1/invitations/${invited?.link.split('/').pop()}/accept`, { password }).expect(200);
    const organizations = async (): Promise<unknown[]> => {
      const newcomer = await server.api.signedIn('m8@example.com', password);
      return (await newcomer.get('/api/v1/users/me').expect<{ organizations: unknown[] }>(200)).organizations;
    };
    expect(await organizations()).toEqual([]);
    await server.root.delete(`${own}/members/${await userId(server, came[1]!)}`).expect(204);
    expect(await organizations()).toHaveLength(1);

    // The link is good once there is room.
    await server.root.delete(`${own}/members/${await userId(server, came[0]!)}`).expect(204);
    await (await accept(6)).expect(200);
  });

  it('keeps so many bytes of private plugins', async () => {
    const upload = async (name: string, kilobytes: number): Promise<Answer> => {
      const jar = await keywordsJar(
        {},
        { 'data.bin': Array.from({ length: kilobytes * 1024 }, randomLetter).join('') },
      );
      return server.root.request('POST', `${path}/plugins`, form(jar, `${name}.jar`, { name, version: '1' }), {});
    };
    await (await upload('small', 600)).expect(201);
    expect(await (await upload('large', 900)).expect(409)).toMatchObject({ code: 'plugin-quota-reached', most: 1 });
    await (await upload('tiny', 1)).expect(201);
  });
});

/** Text that does not become much smaller in a package. */
function randomLetter(): string {
  return String.fromCharCode(33 + Math.floor(Math.random() * 90));
}

describe('Connections that wait', () => {
  it('are in the metrics', async () => {
    const crowded = await readyServer(entitlements, {}, { ...settings, MAX_CONNECTIONS_PER_ADDRESS: '2' });
    const { port } = new URL(crowded.url);
    // The connections that have made the server ready are still open.
    await crowded.crash(port);
    const connect = async (): Promise<net.Socket> => {
      const socket = net.connect(Number(port), '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      return socket;
    };
    const reader = await connect();
    let text = '';
    reader.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const others = [await connect(), await connect()];
    const metric = async (): Promise<boolean> => {
      text = '';
      reader.write(`GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${settings.METRICS_TOKEN}\r\n\r\n`);
      await until(() => text.includes('process_cpu_seconds_total'), 20, 'the metrics');
      return (
        text.includes('http_connections{state="waiting"} 1') && text.includes('http_connections{state="served"} 2')
      );
    };
    await until(metric, 20, 'the number of those that wait');
    for (const socket of [reader, ...others]) socket.destroy();
    await crowded.close();
  });
});
