import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { type Api } from './support/api.js';
import { metricsOf, type Samples } from './support/metrics.js';
import { type ReadyServer, member, readyServer, usualSeats } from './support/test-server.js';

const metricsToken = 'prometheus-of-this-site';
let server: ReadyServer;
let prometheus: Api;
beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { METRICS_TOKEN: metricsToken });
  prometheus = server.api.withBearer(metricsToken);
});
afterAll(() => server.close());

const read = (): Promise<Samples> => metricsOf(prometheus);
const seat = (machineId: string): object => ({
  organizationId: server.organizationId,
  product: 'KSE',
  machineId,
  sessionId: machineId,
});

/** What has been counted since. */
async function growth(name: string, labels: Record<string, string>, work: () => Promise<unknown>): Promise<number> {
  const before = (await read()).value(name, labels) ?? 0;
  await work();
  return ((await read()).value(name, labels) ?? 0) - before;
}

describe('GET /metrics', () => {
  it('is for the token of METRICS_TOKEN and for root, nobody else', async () => {
    await server.root.get('/metrics').expect(200);
    await server.api.get('/metrics').refused(401);
    await server.api.withBearer(`${metricsToken}!`).get('/metrics').refused(401);
    await server.api.withBearer(metricsToken.slice(1)).get('/metrics').refused(401);
    await (await member(server, 'user@example.com', 'ADMIN')).get('/metrics').refused(403);
    // It opens this page alone.
    await prometheus.get('/api/v1/users').refused(401);
  });

  it('is in the text format of Prometheus', async () => {
    const answer = prometheus.get('/metrics');
    expect((await answer.headers()).get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const samples = await read();
    for (const [name, type] of samples.types) {
      expect(name).toMatch(/^(license_server|http|process|nodejs)_[a-z0-9_]+$/);
      if (type === 'counter') expect(name).toMatch(/_total$/);
      else if (!name.startsWith('nodejs_')) expect(name).not.toMatch(/_(total|count|sum|bucket)$/);
    }
  });

  it('says what runs', async () => {
    const { version } = await server.api.get('/info').expect<{ version: string }>(200);
    const samples = await read();
    expect(samples.value('license_server_build_info', { version, node_version: process.version })).toBe(1);
    expect(samples.value('license_server_database_up')).toBe(1);
    expect(samples.value('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(samples.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(samples.value('license_server_database_connections_max')).toBeGreaterThan(1);
  });

  it('counts requests by the pattern of their route, not by the tokens and ids in it', async () => {
    const labels = { method: 'GET', route: '/api/v1/invitations/:token', status: '404' };
    const asked = await growth('http_request_duration_seconds_count', labels, async () => {
      for (const token of ['a', 'b', 'c']) await server.api.get(`/api/v1/invitations/${token}`).refused(404);
    });
    expect(asked).toBe(3);
    await server.api.post('/no/such/page').refused(404);
    const samples = await read();
    expect(samples.value('http_request_duration_seconds_count', { route: '(unknown)', status: '404' })).toBe(1);
    expect(samples.value('http_requests_in_flight')).toBe(1);
  });

  it('tells what becomes of leases, and how many seats are in use', async () => {
    const operations = 'license_server_lease_operations_total';
    const take = (machine: string) => server.root.post('/api/v1/leases', seat(machine));
    const ids: string[] = [];
    const created = await growth(operations, { outcome: 'created' }, async () => {
      for (const machine of ['m1', 'm2']) ids.push((await take(machine).expect<{ id: string }>(201)).id);
    });
    expect(created).toBe(2);
    const pool = { organization: 'Acme', product: 'KSE', model: 'floating' };
    expect((await readFresh()).value('license_server_seats_in_use', pool)).toBe(2);
    expect((await read()).value('license_server_seats_quota', pool)).toBe(2);

    const denials = { product: 'KSE', code: 'seats-exhausted' };
    expect(
      await growth('license_server_lease_denials_total', denials, async () => {
        expect(await growth(operations, { outcome: 'denied' }, () => take('m3').refused(409))).toBe(1);
      }),
    ).toBe(1);
    const extended = await growth(operations, { outcome: 'extended' }, async () => {
      await server.root.post(`/api/v1/leases/${ids[0]}/renew`).expect(200);
      // Asking again is renewing.
      await take('m2').expect(200);
    });
    expect(extended).toBe(2);
    expect(
      await growth(operations, { outcome: 'released' }, () =>
        server.root.delete(`/api/v1/leases/${ids[0]}`).expect(204),
      ),
    ).toBe(1);
    const online = `/api/v1/organizations/${server.organizationId}/online-licenses/${ids[1]}`;
    expect(await growth(operations, { outcome: 'terminated' }, () => server.root.delete(online).expect(204))).toBe(1);
    expect((await readFresh()).value('license_server_seats_in_use', pool)).toBe(0);
    expect((await read()).value('license_server_batch_items_count', { operation: 'renew' })).toBe(1);
    expect((await read()).value('license_server_batch_items_count', { operation: 'check-out' })).toBe(4);
  });

  it('counts a lease that nobody renewed as expired, when its seat is taken by the next', async () => {
    for (const machine of ['d1', 'd2']) await server.root.post('/api/v1/leases', seat(machine)).expect(201);
    await server.later({ minutes: 16 });
    const expired = await growth('license_server_lease_operations_total', { outcome: 'expired' }, () =>
      server.root.post('/api/v1/leases', seat('d3')).expect(201),
    );
    expect(expired).toBe(2);
  });

  it('tells the days that the license has left, and the mails that wait', async () => {
    const samples = await readFresh();
    expect(
      samples.value('license_server_license_days_left', { license_id: 'license-1', customer: 'Acme' }),
    ).toBeCloseTo(365, 0);
    expect(samples.value('license_server_outbox_mails', { state: 'waiting' })).toBe(0);
    await server.sql(
      `INSERT INTO outbox_mail (kind, recipient, subject, message_id, created_at, next_attempt_at)
         VALUES ('test', 'a@example.com', 'Late', '<1@test>', now() - interval '2 hours', now() + interval '1 day')`,
    );
    const later = await readFresh();
    expect(later.value('license_server_outbox_mails', { state: 'waiting' })).toBe(1);
    expect(later.value('license_server_outbox_oldest_waiting_seconds')).toBeGreaterThan(7100);
  });

  it('has every metric that the dashboard and the alerts ask for', async () => {
    const folder = path.join(import.meta.dirname, '..', 'deploy');
    const dashboard = JSON.parse(readFileSync(path.join(folder, 'grafana', 'license-server.json'), 'utf8')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const alerts = parse(readFileSync(path.join(folder, 'prometheus', 'alerts.yml'), 'utf8')) as {
      groups: { rules: { alert: string; expr: string }[] }[];
    };
    const expressions = [
      ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ];
    expect(expressions.length).toBeGreaterThan(25);
    const { types } = await read();
    const names = expressions.flatMap((text) => text.match(/\b(license_server|http|process|nodejs)_\w+/g) ?? []);
    const known = (name: string): boolean => {
      const histogram = name.replace(/_(bucket|sum|count)$/, '');
      return types.has(name) || (histogram !== name && types.get(histogram) === 'histogram');
    };
    const withoutHttps = names.filter((name) => !name.startsWith('license_server_certificate_'));
    expect(withoutHttps.filter((name) => !known(name))).toEqual([]);
    // And nothing that this server tells is left out of them without a thought.
    const own = [...types.keys()].filter((name) => name.startsWith('license_server_'));
    expect(own.filter((name) => !names.some((each) => each.startsWith(name)) && !derived.has(name))).toEqual([]);
  });
});

/** The days say the same. */
const derived = new Set(['license_server_license_expiry_timestamp_seconds']);

/** What the database tells is good for a second. */
async function readFresh(): Promise<Samples> {
  await server.later({ seconds: 2 });
  return read();
}

describe('A request id', () => {
  it('is made for each request, and told in the header and in every refusal', async () => {
    const answer = server.api.get('/no/such/page');
    const { requestId } = await answer.expect<{ requestId: string }>(404);
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await answer.headers()).get('x-request-id')).toBe(requestId);
    expect((await server.api.get('/info').headers()).get('x-request-id')).not.toBe(requestId);
  });

  it('is the one that the client gives, if it is sane', async () => {
    const idFor = async (given: string): Promise<string | null> =>
      (await server.api.get('/info', { 'x-request-id': given }).headers()).get('x-request-id');
    expect(await idFor('build-42/step:7')).toBe('build-42/step:7');
    const id = { 'x-request-id': 'trace-1' };
    expect(await server.api.get('/api/v1/users/me', id).expect(401)).toMatchObject({ requestId: 'trace-1' });
    for (const hostile of ['x'.repeat(129), 'a b', '"}{"level":"fatal', 'ü']) {
      expect(await idFor(hostile)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
