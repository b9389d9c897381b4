import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ParsedMail } from 'mailparser';
import { type Api } from './support/api.js';
import { ForwardProxy } from './support/network/forward-proxy.js';
import { machineIdOf } from './support/machine-id.js';
import { keywordsJar } from './support/packages.js';
import { privateAuthority } from './support/network/private-authority.js';
import { Mailbox, steppingOverTheWait } from './support/network/smtp-server.js';
import {
  issue,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  specification,
  usualSeats,
} from './support/test-server.js';
import { until } from './support/until.js';
import { type Arrival, verified, WebhookReceiver } from './support/network/webhook-receiver.js';

let server: ReadyServer;
let path: string;
let admin: Api;
let receiver: WebhookReceiver;

beforeAll(async () => {
  server = await readyServer(undefined, {}, { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8, ::1' });
  path = `/api/v1/organizations/${server.organizationId}`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
});
beforeEach(async () => {
  receiver = await WebhookReceiver.open();
});
afterEach(async () => {
  receiver.close();
  await server.sql('DELETE FROM webhook');
  await server.sql('DELETE FROM lease');
  await server.sql('UPDATE seat_pool SET in_use = 0');
  await server.sql(`DELETE FROM rate_limit WHERE key LIKE 'webhook-test%'`);
});
afterAll(() => server.close());

interface Created {
  id: number;
  secret: string;
  url: string;
  enabled: boolean;
  failingSince: string | null;
  disabledAt: string | null;
}

interface Delivery {
  id: number;
  messageId: string;
  event: string;
  state: string;
  attempts: number;
  status: number | null;
  durationMillis: number | null;
  nextAttemptAt: string | null;
  request: string;
  response: string | null;
  error: string | null;
}

const create = (body: object = {}, api = admin, at = path): Promise<Created> =>
  api.post(`${at}/webhooks`, { url: receiver.url, events: ['lease.granted'], ...body }).expect<Created>(201);
const deliveriesOf = async ({ id }: Created, at = path): Promise<Delivery[]> =>
  (await server.root.get(`${at}/webhooks/${id}/deliveries`).expect<{ content: Delivery[] }>(200)).content;
const current = (id: number): Promise<Created> => server.root.get(`${path}/webhooks/${id}`).expect<Created>(200);

let sessions = 0;
const takeSeat = (api = admin): Promise<{ id: string }> => {
  const sessionId = `session-${++sessions}`;
  const body = { organizationId: server.organizationId, product: 'KSE', machineId: machineIdOf(sessionId), sessionId };
  return api.post('/api/v1/leases', body).expect<{ id: string }>(201);
};

/** The one delivery of a webhook, once it is in this state. */
async function deliveryIn(webhook: Created, state: string): Promise<Delivery> {
  await until(async () => (await deliveriesOf(webhook))[0]?.state === state, 20, `a delivery that is ${state}`);
  return (await deliveriesOf(webhook))[0]!;
}

/** The one delivery of a webhook, once so many attempts have failed. The clock stands still: none follows before it is stepped. */
async function failedAttempts(webhook: Created, attempts: number): Promise<Delivery> {
  const isThere = async (): Promise<boolean> => {
    const [delivery] = await deliveriesOf(webhook);
    return delivery !== undefined && delivery.attempts >= attempts && delivery.error !== null;
  };
  await until(isThere, 20, `${attempts} failed attempts`);
  return (await deliveriesOf(webhook))[0]!;
}

describe('A webhook', () => {
  it('is sent what it wants, signed as the Standard Webhooks specification says, and nothing else', async () => {
    const webhook = await create({ events: ['lease.granted', 'lease.ended'] });
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const { id } = await takeSeat();
    await admin.delete(`/api/v1/leases/${id}`).expect(204);
    const arrivals = await receiver.arrived(2);
    const [granted, ended] = arrivals.map((arrival) => verified(webhook.secret, arrival));
    const [account] = await server.sql<{ id: string }>(`SELECT id FROM user_account WHERE email = 'admin@example.com'`);
    const user = { id: Number(account!.id), email: 'admin@example.com' };
    const organization = { id: server.organizationId, name: 'Acme' };
    expect(granted).toEqual({
      type: 'lease.granted',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      data: {
        ...{ organization, user, leaseId: id, product: 'KSE', model: 'floating' },
        ...{ machineId: machineIdOf(`session-${sessions}`), sessionId: `session-${sessions}` },
      },
    });
    expect(ended).toMatchObject({ type: 'lease.ended', data: { organization, user, leaseId: id, reason: 'released' } });
    expect(arrivals[0]!.headers).toMatchObject({ 'content-type': 'application/json' });
    const [second, first] = await deliveriesOf(webhook);
    expect(first).toMatchObject({ event: 'lease.granted', state: 'delivered', attempts: 1, status: 204, error: null });
    expect(first!.messageId).toBe(arrivals[0]!.headers['webhook-id']);
    expect(first!.request).toBe(arrivals[0]!.body);
    expect(second).toMatchObject({ event: 'lease.ended', state: 'delivered' });
    expect(second!.durationMillis).toBeLessThan(10_000);
  });

  it('has messages that a forger cannot make, and that are no good another day', async () => {
    const { secret } = await create();
    await takeSeat();
    const [arrival] = (await receiver.arrived(1)) as [Arrival];
    const { headers, body } = arrival;
    expect(verified(secret, arrival)).toBeDefined();
    const forged = { headers, body: body.replace('KSE', 'KRE') };
    expect(() => verified(secret, forged)).toThrow('No matching signature');
    const otherId = { headers: { ...headers, 'webhook-id': 'msg_other' }, body };
    expect(() => verified(secret, otherId)).toThrow('No matching signature');
    const late = { headers: { ...headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 3600) }, body };
    expect(() => verified(secret, late)).toThrow('Message timestamp too old');
    expect(() => verified(`whsec_${Buffer.alloc(24).toString('base64')}`, arrival)).toThrow('No matching signature');
  });

  it('signs with the old secret, too, for a day after it was replaced', async () => {
    const webhook = await create();
    const rotated = await admin.post(`${path}/webhooks/${webhook.id}/rotate-secret`).expect<Created>(200);
    expect(rotated.secret).not.toBe(webhook.secret);
    await takeSeat();
    const [both] = await receiver.arrived(1);
    expect(verified(rotated.secret, both!)).toBeDefined();
    expect(verified(webhook.secret, both!)).toBeDefined();
    await server.sql(`UPDATE webhook SET previous_secret_until = now() - interval '1 second'`);
    await takeSeat();
    const [, one] = await receiver.arrived(2);
    expect(verified(rotated.secret, one!)).toBeDefined();
    expect(() => verified(webhook.secret, one!)).toThrow('No matching signature');
  });

  it('keeps its secrets: they are in no other answer, not in the audit log, and encrypted in the database', async () => {
    const webhook = await create({ url: `${receiver.url}?token=hush` });
    await admin.post(`${path}/webhooks/${webhook.id}/test`).expect(200);
    await admin.patch(`${path}/webhooks/${webhook.id}`, { url: receiver.url }).expect(200);
    const chat = await create({ format: 'slack', url: 'https://hooks.slack.com/services/T0/B0/hush' });
    expect(chat.url).toBe('https://hooks.slack.com/…');
    await admin.patch(`${path}/webhooks/${chat.id}`, { format: 'standard' }).refused(400);
    const listed = JSON.stringify(await admin.get(`${path}/webhooks`).expect(200));
    const recorded = JSON.stringify(await server.sql(`SELECT * FROM audit_event WHERE target_type = 'webhook'`));
    const stored = JSON.stringify(
      (await server.sql<{ row: string }>('SELECT w::text AS row FROM webhook w')).map(({ row }) => row),
    );
    for (const text of [listed, recorded, stored]) {
      expect(text).not.toContain(webhook.secret);
      expect(text).not.toContain('hush');
    }
    expect(recorded).toContain('webhook.created');
    expect(recorded).toContain('webhook.tested');
  });

  it('is tested as it is on the screen, and tells what the receiver answered', async () => {
    const webhook = await create({ url: 'http://localhost:1/elsewhere' });
    receiver.answer = (response) => response.writeHead(418).end('short and stout');
    const test = admin.post(`${path}/webhooks/${webhook.id}/test`, { url: receiver.url, format: 'slack' });
    expect(await test.expect(200)).toMatchObject({
      delivered: false,
      status: 418,
      response: 'short and stout',
      error: 'The receiver answered 418.',
    });
    const [arrival] = await receiver.arrived(1);
    expect(JSON.parse(arrival!.body)).toEqual({
      text: 'This is a test message from the license server. The webhook works.',
      mrkdwn: false,
    });
    expect(await deliveriesOf(webhook)).toEqual([]);
    for (let more = 0; more < 5; more++)
      await admin.post(`${path}/webhooks/${webhook.id}/test`, { url: receiver.url }).expect(200);
    expect(await admin.post(`${path}/webhooks/${webhook.id}/test`).refused(429)).toContain('6 times a minute');
  });

  it('gets an event again when somebody asks for it, with the same id', async () => {
    const webhook = await create();
    await takeSeat();
    const delivery = await deliveryIn(webhook, 'delivered');
    await admin.post(`${path}/webhooks/${webhook.id}/deliveries/${delivery.id}/redeliver`).expect(204);
    await receiver.arrived(2);
    await admin.post(`${path}/webhooks/deliveries/${delivery.id}/redeliver`).expect(204);
    const ids = (await receiver.arrived(3)).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids)).toEqual(new Set([delivery.messageId]));
    await admin.patch(`${path}/webhooks/${webhook.id}`, { enabled: false }).expect(200);
    await admin.post(`${path}/webhooks/deliveries/${delivery.id}/redeliver`).refused(409);
  });

  it('that is disabled hears of nothing, and of what follows once it is enabled', async () => {
    const webhook = await create();
    await admin.patch(`${path}/webhooks/${webhook.id}`, { enabled: false }).expect(200);
    const { id } = await takeSeat();
    await admin.delete(`/api/v1/leases/${id}`).expect(204);
    await admin.patch(`${path}/webhooks/${webhook.id}`, { enabled: true }).expect(200);
    const next = await takeSeat();
    await receiver.arrived(1);
    expect((await receiver.told('lease.granted')).map(({ data }) => data.leaseId)).toEqual([next.id]);
  });

  it('can be over HTTPS with a certificate of a private authority', async () => {
    const { ca, key, cert } = privateAuthority();
    const secure = await WebhookReceiver.open({ key, cert });
    const webhook = await create({ url: secure.url, caCertificate: ca }, server.root, '/api/v1');
    const tested = await server.root.post(`/api/v1/webhooks/${webhook.id}/test`).expect(200);
    expect(tested).toMatchObject({ delivered: true, status: 204 });
    const distrusted = server.root.post(`/api/v1/webhooks/${webhook.id}/test`, { caCertificate: '' });
    expect(await distrusted.expect(200)).toMatchObject({
      delivered: false,
      status: null,
      error: expect.stringContaining('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
    });
    secure.close();
  });

  it('is refused when its address or events make no sense, or there are too many', async () => {
    const wrong = (body: object) =>
      admin.post(`${path}/webhooks`, { url: receiver.url, events: ['lease.granted'], ...body }).refused(400);
    for (const url of [
      'ftp://example.com',
      'not a url',
      'http://user:pass@example.com',
      'https://example.com/#a',
      'https://',
    ]) {
      expect(await wrong({ url })).toContain('url');
    }
    for (const host of ['10.1.2.3', '192.168.0.1', '169.254.169.254', '[fd00::1]', '[::ffff:10.0.0.1]', '0xa000001']) {
      expect(await wrong({ url: `http://${host}/` })).toContain('WEBHOOK_ALLOWED_NETWORKS');
    }
    expect(await wrong({ events: ['lease.stolen'] })).toContain('events must be some of');
    await wrong({ events: [] });
    await wrong({ events: ['lease.granted', 'lease.granted'] });
    await wrong({ events: 'lease.granted' });
    await wrong({ format: 'carrier-pigeon' });
    await wrong({ caCertificate: 'nothing' });
    await wrong({ secret: 'mine' });
    await server.sql(
      `INSERT INTO webhook (organization_id, url_sealed, host, events, format, secret_sealed, created_at, updated_at)
         SELECT $1, '', 'host', '{}', 'standard', '', now(), now() FROM generate_series(1, 30)`,
      [server.organizationId],
    );
    const one = { url: receiver.url, events: ['lease.granted'] };
    expect(await admin.post(`${path}/webhooks`, one).refused(409)).toContain('at most 30 webhooks');
  });

  it('belongs to its organization, and to its administrators', async () => {
    const webhook = await create();
    await takeSeat();
    const delivery = await deliveryIn(webhook, 'delivered');
    const user = await member(server, 'user@example.com', 'USER');
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Elsewhere' }).expect<{ id: number }>(201);
    const stranger = await member({ ...server, organizationId: id }, 'stranger@example.com', 'ADMIN');
    const elsewhere = `/api/v1/organizations/${id}`;
    await user.get(`${path}/webhooks`).refused(403);
    await stranger.get(`${path}/webhooks`).refused(404);
    for (const at of [`${elsewhere}/webhooks/${webhook.id}`, `${elsewhere}/webhooks/${webhook.id}/deliveries`]) {
      await stranger.get(at).refused(404);
    }
    await stranger.delete(`${elsewhere}/webhooks/${webhook.id}`).refused(404);
    await stranger.post(`${elsewhere}/webhooks/deliveries/${delivery.id}/redeliver`).refused(404);
    await server.root.get(`/api/v1/webhooks/${webhook.id}`).refused(404);
    await server.root.post(`/api/v1/webhooks/deliveries/${delivery.id}/redeliver`).refused(404);
    await admin.get('/api/v1/webhooks').refused(403);
    // What happens in one organization is told to its own webhooks and to those of the server.
    const other = await create({ events: ['member.removed'] }, stranger, elsewhere);
    const whole = await create({ events: ['member.removed'] }, server.root, '/api/v1');
    const [account] = await server.sql<{ id: string }>(`SELECT id FROM user_account WHERE email = 'user@example.com'`);
    await admin.delete(`${path}/members/${account!.id}`).expect(204);
    expect(await receiver.told('member.removed')).toMatchObject([
      { data: { organization: { id: server.organizationId }, user: { email: 'user@example.com' }, role: 'USER' } },
    ]);
    expect(await deliveriesOf(whole, '/api/v1')).toHaveLength(1);
    expect(await deliveriesOf(other, elsewhere)).toEqual([]);
  });
});

describe('A webhook is told once, and in its own words,', () => {
  const organizationPart = () => ({ organization: { id: server.organizationId, name: 'Acme' } });
  const seat = (sessionId: string) => ({
    ...{ organizationId: server.organizationId, product: 'KRE', machineId: machineIdOf(sessionId), sessionId },
  });

  /** Everything that the receiver was told, by the kind of event. */
  const kinds = (): string[] => receiver.arrivals.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort();

  it('that a session got no seat, that all seats are taken, and that some are free again', async () => {
    await create({ events: ['lease.denied', 'seats.exhausted', 'seats.available'] });
    const ids: string[] = [];
    for (const name of ['one', 'two']) {
      ids.push((await admin.post('/api/v1/leases', seat(name)).expect<{ id: string }>(201)).id);
    }
    await admin.post('/api/v1/leases', seat('three')).refused(409);
    await admin.post('/api/v1/leases', seat('four')).refused(409);
    const denied = await receiver.told('lease.denied', 2);
    expect(denied.map(({ data }) => data)).toContainEqual({
      ...organizationPart(),
      user: { id: expect.any(Number), email: 'admin@example.com' },
      ...{ machineId: machineIdOf('three'), product: 'KRE', code: 'seats-exhausted' },
    });
    await server.later({ seconds: 5 });
    const [exhausted] = await receiver.told('seats.exhausted');
    expect(exhausted!.data).toEqual({ ...organizationPart(), product: 'KRE', seats: 2 });
    // Refused no more, and still no seat free.
    await server.sql(`UPDATE denial SET occurred_at = occurred_at - interval '6 minutes'`);
    await server.later({ seconds: 5 });
    await admin.delete(`/api/v1/leases/${ids[0]!}`).expect(204);
    await server.later({ seconds: 5 });
    const [available] = await receiver.told('seats.available');
    expect(available!.data).toEqual({ ...organizationPart(), product: 'KRE', seats: 2, free: 1 });
    expect(kinds()).toEqual(['lease.denied', 'lease.denied', 'seats.available', 'seats.exhausted']);
  });

  it('of an invitation, its acceptance and the new member', async () => {
    await create({ events: ['invitation.created', 'invitation.accepted', 'member.joined'] });
    const email = 'new@example.com';
    const [invited] = await admin
      .post(`${path}/invitations`, { emails: [email], role: 'USER' })
      .expect<{ link: string; invitation: { id: number } }[]>(201);
    const token = invited!.link.split('/').pop()!;
    const password = 'correct horse battery';
    await server.api.post(`/api/v1/invitations/${token}/accept`, { password }).expect(200);
    await server.api.signedIn(email, password);
    const { id: invitationId } = invited!.invitation;
    const [created] = await receiver.told('invitation.created');
    expect(created!.data).toEqual({ ...organizationPart(), invitationId, email, role: 'USER' });
    const [accepted] = await receiver.told('invitation.accepted');
    expect(accepted!.data).toMatchObject({ ...organizationPart(), invitationId, email, role: 'USER' });
    const [joined] = await receiver.told('member.joined');
    expect(joined!.data).toEqual({ ...organizationPart(), user: { id: expect.any(Number), email }, role: 'USER' });
    expect(kinds()).toEqual(['invitation.accepted', 'invitation.created', 'member.joined']);
  });

  it('of a mail that cannot be sent', async () => {
    const mailbox = await Mailbox.open({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error('5.1.1 User unknown'), { responseCode: 550 })),
    });
    await create({ events: ['mail.failed'] });
    const mailServer = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
    await admin.put(`${path}/mail-server`, mailServer).expect(200);
    await admin.post(`${path}/invitations`, { emails: ['ghost@example.com'], role: 'USER' }).expect(201);
    const [failed] = await receiver.told('mail.failed');
    expect(failed!.data).toEqual({
      ...organizationPart(),
      ...{ mailId: expect.any(Number), kind: 'invitation', recipient: 'ghost@example.com' },
      error: 'The mail server refuses the recipient: 550 5.1.1 User unknown',
    });
    await admin.delete(`${path}/mail-server`).expect(204);
    await mailbox.close();
    expect(kinds()).toEqual(['mail.failed']);
  });

  it('of what concerns all organizations: plugins for all, and licenses', async () => {
    await create({ events: ['plugin.published', 'license.installed'] });
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(await keywordsJar())]), 'keywords.jar');
    form.append('name', 'Keywords');
    form.append('version', '1.2.0');
    await server.root.post('/api/v1/plugins', form).expect(201);
    const license = await issue(specification(usualSeats, { id: 'license-2' }));
    await server.root.post('/api/v1/licenses', { license }).expect(201);
    const [published] = await receiver.told('plugin.published');
    expect(published!.data).toEqual({ pluginId: expect.any(Number), name: 'Keywords', version: '1.2.0' });
    const [installed] = await receiver.told('license.installed');
    expect(installed!.data).toEqual({
      ...{ licenseId: 'license-2', customer: 'Acme', expiresAt: expect.stringMatching(/^\d{4}-/) },
    });
    expect(kinds()).toEqual(['license.installed', 'plugin.published']);
  });
});

describe('A change that is rolled back', () => {
  it('is not told', async () => {
    const webhook = await create({ events: ['invitation.created'] });
    await server.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$`);
    // Deferred: the change, its audit event and its delivery are written before the commit fails.
    await server.sql(
      `CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON webhook_delivery DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    const invitation = { emails: ['two@example.com'], role: 'USER' };
    await admin.post(`${path}/invitations`, invitation).refused(500);
    await server.sql('DROP FUNCTION refuse CASCADE');
    await admin.post(`${path}/invitations`, invitation).expect(201);
    const told = await receiver.told('invitation.created');
    expect(told).toMatchObject([{ data: { email: 'two@example.com', role: 'USER' } }]);
    expect(await deliveriesOf(webhook)).toHaveLength(1);
  });
});

describe('A receiver', () => {
  it('that answers 500 is asked again after 5 seconds, and gets the same message', async () => {
    const webhook = await create();
    receiver.answer = (response) => response.writeHead(500).end('<h1>Oops</h1>');
    await takeSeat();
    const failed = await failedAttempts(webhook, 1);
    expect(failed).toMatchObject({ state: 'waiting', status: 500, response: '<h1>Oops</h1>' });
    expect((await current(webhook.id)).failingSince).not.toBeNull();
    receiver.answer = (response) => response.writeHead(200).end();
    await server.later({ seconds: 5 });
    const [first, second] = await receiver.arrived(2);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.body).toBe(first!.body);
    await deliveryIn(webhook, 'delivered');
    expect((await current(webhook.id)).failingSince).toBeNull();
  });

  it('that redirects is not followed', async () => {
    const elsewhere = await WebhookReceiver.open();
    const webhook = await create();
    receiver.answer = (response) => response.writeHead(307, { location: elsewhere.url }).end();
    await takeSeat();
    expect(await failedAttempts(webhook, 1)).toMatchObject({
      status: 307,
      error: 'The receiver redirects (307). Enter the address that it leads to.',
    });
    expect(elsewhere.arrivals).toEqual([]);
    elsewhere.close();
  });

  it('that answers with 10 MB is believed, and what it says is not read to the end', async () => {
    const webhook = await create();
    let written = 0;
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = (): void => {
        if (written >= 10_000_000 || response.destroyed) return;
        written += 10_000;
        response.write('x'.repeat(10_000), more);
      };
      more();
    };
    await takeSeat();
    const delivery = await deliveryIn(webhook, 'delivered');
    expect(delivery).toMatchObject({ status: 200, response: 'x'.repeat(4096) });
    expect(written).toBeLessThan(10_000_000);
  });

  it('that hangs counts as one that gave no answer', async () => {
    const webhook = await create();
    receiver.answer = () => undefined;
    await takeSeat();
    await receiver.arrived(1);
    const failed = await steppingOverTheWait(server, failedAttempts(webhook, 1));
    expect(failed).toMatchObject({ status: null, response: null, error: expect.stringContaining('no HTTP answer') });
    receiver.answer = (response) => response.writeHead(204).end();
    // Another attempt may have begun that hangs, too.
    await steppingOverTheWait(server, deliveryIn(webhook, 'delivered'));
  });

  it('that fails for a day is given up: the webhook is disabled, and its administrators are told by mail', async () => {
    const mailbox = await Mailbox.open();
    const mailServer = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
    await server.root.put('/api/v1/mail-server', mailServer).expect(200);
    const webhook = await create();
    receiver.answer = (response) => response.writeHead(500).end();
    await takeSeat();
    let hours = 0;
    for (let attempts = 1; ; attempts++) {
      const isOver = async (): Promise<boolean> =>
        (await server.sql('SELECT FROM webhook_delivery WHERE attempts >= $1 AND claimed_until IS NULL', [attempts]))
          .length > 0;
      await until(isOver, 20, `attempt ${attempts}`);
      if ((await server.sql('SELECT FROM webhook WHERE enabled')).length === 0) break;
      // At most half an hour between two attempts.
      await server.later({ minutes: 30 });
      hours += 0.5;
    }
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    expect(hours).toBeGreaterThanOrEqual(24);
    expect(await deliveryIn(webhook, 'failed')).toMatchObject({ status: 500, nextAttemptAt: null });
    expect((await current(webhook.id)).disabledAt).not.toBeNull();
    const events = await server.root
      .get(`${path}/audit-events?action=webhook.disabled`)
      .expect<{ content: { actor: string }[] }>(200);
    expect(events.content).toMatchObject([{ actor: 'server' }]);
    const subject = `The webhook to localhost:${receiver.port} is disabled`;
    const mails = (): ParsedMail[] => mailbox.mails.filter((mail) => mail.subject === subject);
    // Also root, who owns the organization.
    await until(() => mails().length === 2, 20, 'the mails');
    const [mail] = mails();
    expect(mail!.text).toContain('The receiver answered 500.');
    expect(mail!.text).toContain(`/organizations/${server.organizationId}/webhooks`);
    await mailbox.close();
  });
});

describe('Another server', () => {
  let other: ReadyServer;
  let proxy: ForwardProxy;

  beforeAll(async () => {
    proxy = await ForwardProxy.open('gate:keeper', ['hooks.invalid']);
    const settings = { WEBHOOK_ALLOWED_NETWORKS: '192.0.2.0/24', OUTGOING_PROXY: proxy.url };
    other = await readyServer(undefined, {}, settings);
  });
  afterAll(async () => {
    proxy.close();
    await other.close();
  });

  it('that is killed while it sends loses nothing', async () => {
    const body = { url: receiver.url, events: ['lease.granted'] };
    await other.root.post('/api/v1/webhooks', body).expect(201);
    receiver.answer = () => undefined;
    const lease = (name: string): Promise<{ id: string }> => {
      const seat = { organizationId: other.organizationId, product: 'KSE', machineId: machineIdOf(name) };
      return other.root.post('/api/v1/leases', { ...seat, sessionId: name }).expect<{ id: string }>(201);
    };
    const ids = [(await lease('one')).id, (await lease('two')).id];
    await receiver.arrived(1);
    await other.crash(new URL(other.url).port);
    receiver.answer = (response) => response.writeHead(204).end();
    // What the dead server has claimed is free after a minute.
    await other.later({ seconds: 61 });
    const isOver = async (): Promise<boolean> =>
      (await other.sql(`SELECT FROM webhook_delivery WHERE state = 'delivered'`)).length === 2;
    await until(isOver, 20, 'both deliveries');
    const told = new Set((await receiver.told('lease.granted', 2)).map(({ data }) => data.leaseId));
    expect(told).toEqual(new Set(ids));
  });

  it('has webhooks of organizations reach nothing inside its network, and tells nothing about it', async () => {
    const at = `/api/v1/organizations/${other.organizationId}/webhooks`;
    const body = { url: receiver.url, events: ['lease.granted'] };
    // The name is good; only the address that it has at the time of the connection is not.
    const { id } = await other.root.post(at, body).expect<{ id: number }>(201);
    const results = [];
    for (const url of [receiver.url, 'http://localhost:1/', 'https://nowhere.invalid/']) {
      const answer = other.root.post(`${at}/${id}/test`, { url }).expect<object>(200);
      results.push(await steppingOverTheWait(other, answer));
    }
    for (const result of results) {
      expect(result).toMatchObject({ delivered: false, status: null, response: null, durationMillis: 12_000 });
      expect(result).toMatchObject({ error: expect.stringContaining('There was no HTTP answer.') });
    }
    expect(receiver.arrivals).toEqual([]);
    const whole = await other.root.post('/api/v1/webhooks', body).expect<{ id: number }>(201);
    expect(await other.root.post(`/api/v1/webhooks/${whole.id}/test`).expect(200)).toMatchObject({ delivered: true });
  });

  it('reaches what is outside through a proxy, over HTTP and HTTPS', async () => {
    const { ca, key, cert } = privateAuthority('DNS:hooks.invalid');
    const secure = await WebhookReceiver.open({ key, cert });
    const { id } = await other.root
      .post('/api/v1/webhooks', { url: receiver.url, events: ['lease.granted'] })
      .expect<{ id: number }>(201);
    proxy.requests.length = 0;
    const test = (body: object) => other.root.post(`/api/v1/webhooks/${id}/test`, body).expect<object>(200);
    const plain = `http://hooks.invalid:${receiver.port}/hook`;
    expect(await test({ url: plain })).toMatchObject({ delivered: true, status: 204 });
    expect(receiver.arrivals[0]!.headers).toMatchObject({ host: `hooks.invalid:${receiver.port}` });
    expect(JSON.stringify(receiver.arrivals)).not.toContain('proxy-authorization');
    const url = `https://hooks.invalid:${secure.port}/hook`;
    expect(await test({ url, caCertificate: ca })).toMatchObject({ delivered: true, status: 204 });
    expect(secure.arrivals).toHaveLength(1);
    expect(await test({ url: 'https://elsewhere.invalid/' })).toMatchObject({
      status: null,
      error: expect.stringContaining('refuses a connection to elsewhere.invalid:443 (403)'),
    });
    // What is inside is reached directly.
    expect(await test({})).toMatchObject({ delivered: true });
    expect(proxy.requests).toEqual([
      `POST ${plain}`,
      `CONNECT hooks.invalid:${secure.port}`,
      'CONNECT elsewhere.invalid:443',
    ]);
    const metrics = await other.root.get('/metrics').expect<string>(200);
    expect(metrics).toMatch(/license_server_webhook_deliveries_total\{outcome="delivered"\} [1-9]/);
    expect(metrics).toMatch(/license_server_webhook_deliveries_total\{outcome="unanswered"\} [1-9]/);
    secure.close();
  });

  it('tells that its license is about to expire, and that it has, also without a mail server', async () => {
    const body = { url: receiver.url, events: ['license.expiring', 'license.expired'] };
    other.root = await other.api.signedIn(rootAccount.email, rootAccount.password);
    await other.root.post('/api/v1/webhooks', body).expect(201);
    await other.later({ days: 340 });
    const [expiring] = await receiver.told('license.expiring');
    expect(expiring!.data).toMatchObject({ licenseId: 'license-1', customer: 'Acme', daysLeft: 25 });
    await other.later({ days: 26 });
    const [expired] = await receiver.told('license.expired');
    expect(expired!.data).toMatchObject({ licenseId: 'license-1', customer: 'Acme' });
  });
});
