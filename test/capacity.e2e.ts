import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { Mailbox } from './support/network/smtp-server.js';
import { cli, gui, member, readyServer, type ReadyServer, userId } from './support/test-server.js';
import { until } from './support/until.js';

interface Capacity {
  product: string;
  model: string;
  subscribed: number;
  inUse: number;
  peak: number;
  p95: number;
  p99: number;
  denials: number;
  deniedUsers: number;
  suggestedSeats: number;
  forecast: { at: string; expected: number; low: number; high: number }[];
  fullOn: string | null;
}

const hour = 3_600_000;
const week = 168 * hour;

let server: ReadyServer;
let path: string;
let ada: number;
let grace: number;
let manager: Api;

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'floating', quantity: 6, features: [gui] },
    { product: 'KSE', model: 'per-user', quantity: 4, features: [gui] },
    { product: 'KRE', model: 'node-locked', quantity: 3, features: [cli] },
  ]);
  path = `/api/v1/organizations/${server.organizationId}`;
  await member(server, 'ada@example.com', 'USER');
  await member(server, 'grace@example.com', 'USER');
  manager = await member(server, 'billing@example.com', 'BILLING_MANAGER');
  [ada, grace] = [await userId(server, 'ada@example.com'), await userId(server, 'grace@example.com')];
});
afterAll(() => server.close());

/** Sessions that are over: of whom, of what, on which machine, from and to (ISO 8601). */
async function used(
  ...sessions: [user: number, product: string, model: string, machine: string, from: string, to: string][]
) {
  await server.sql(
    `INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, started_at, ended_at)
       SELECT gen_random_uuid(), $1, s->>1, s->>2, (s->>0)::bigint, s->>3, 's', (s->>4)::timestamptz, (s->>5)::timestamptz
         FROM jsonb_array_elements($2::jsonb) AS s`,
    [server.organizationId, JSON.stringify(sessions)],
  );
}

/** Refusals: of whom, of what, why, when. */
async function refused(...denials: [user: number, product: string, code: string, at: string][]) {
  await server.sql(
    `INSERT INTO denial (organization_id, user_id, product, code, occurred_at, machine_id, session_id)
       SELECT $1, (d->>0)::bigint, d->>1, d->>2, (d->>3)::timestamptz, 'm', 's' FROM jsonb_array_elements($2::jsonb) AS d`,
    [server.organizationId, JSON.stringify(denials)],
  );
}

const capacity = (query = '', api: Api = server.root) => api.get(`${path}/capacity${query}`).expect<Capacity[]>(200);

async function of(product: string, model: string, query = ''): Promise<Capacity> {
  const found = (await capacity(query)).find((each) => each.product === product && each.model === model);
  if (!found) throw new Error(`There is nothing about ${model} seats of ${product}`);
  return found;
}

/** What was written into the past is added up from its beginning. */
async function rollUp(): Promise<void> {
  await server.sql('TRUNCATE usage_hour, usage_month, known_machine');
  await server.sql(`UPDATE usage_roll_up SET rolled_until = '-infinity', oldest_start = '-infinity'`);
  await server.later({ minutes: 6 });
  await until(
    async () =>
      (await server.sql(`SELECT FROM usage_roll_up WHERE rolled_until > now() - interval '2 hours'`)).length > 0,
    30,
    'the sums of all hours',
  );
}

describe('The capacity', () => {
  it('of seats that were never used is what there is', async () => {
    expect(
      (await capacity()).map(({ product, model, subscribed, peak }) => [product, model, subscribed, peak]),
    ).toEqual([
      ['KRE', 'node-locked', 3, 0],
      ['KSE', 'floating', 6, 0],
      ['KSE', 'per-user', 4, 0],
    ]);
    expect(await of('KSE', 'floating')).toMatchObject({ suggestedSeats: 0, denials: 0, forecast: [], fullOn: null });
  });

  it('says how many seats are in use now', async () => {
    const seat = { userIds: [ada], product: 'KSE', model: 'per-user' };
    await server.root.post(`${path}/licensed-users/bulk`, { ...seat, assign: true }).expect(200);
    expect(await of('KSE', 'per-user')).toMatchObject({ subscribed: 4, inUse: 1, peak: 0 });
    expect(await of('KSE', 'floating')).toMatchObject({ inUse: 0 });
    await server.root.post(`${path}/licensed-users/bulk`, { ...seat, assign: false }).expect(200);
    expect(await of('KSE', 'per-user')).toMatchObject({ inUse: 0 });
  });

  it('says how many seats were enough, and who did not get one', async () => {
    // A hundred hours: three seats in one of them, two in four more, one in another five.
    await used(
      [ada, 'KSE', 'floating', 'a', '2026-03-01T00:00:00Z', '2026-03-01T10:00:00Z'],
      [grace, 'KSE', 'floating', 'b', '2026-03-01T00:00:00Z', '2026-03-01T05:00:00Z'],
      [grace, 'KSE', 'floating', 'c', '2026-03-01T02:10:00Z', '2026-03-01T02:20:00Z'],
    );
    await refused(
      [ada, 'KSE', 'seats-exhausted', '2026-03-01T02:12:00Z'],
      [ada, 'KSE', 'seats-exhausted', '2026-03-01T02:13:00Z'],
      [grace, 'KSE', 'seats-exhausted', '2026-03-01T02:59:00Z'],
      [grace, 'KSE', 'machine-denied', '2026-03-01T08:00:00Z'],
    );
    const time = '?from=2026-03-01T00:00:00Z&to=2026-03-05T04:00:00Z';
    const figures = { subscribed: 6, peak: 3, p95: 1, p99: 2, denials: 4, deniedUsers: 2, suggestedSeats: 5 };
    expect(await of('KSE', 'floating', time)).toMatchObject(figures);
    await rollUp();
    expect(await of('KSE', 'floating', time)).toMatchObject(figures);
    expect(await of('KSE', 'floating', '?from=2026-03-01T05:00:00Z&to=2026-03-01T06:00:00Z')).toMatchObject({
      ...{ peak: 1, p95: 1, p99: 1, denials: 0, deniedUsers: 0, suggestedSeats: 1 },
    });
  });

  it('counts people for seats of people, and machines for seats of machines', async () => {
    // Never two at the same time.
    await used(
      [ada, 'KSE', 'per-user', 'a', '2026-04-01T08:00:00Z', '2026-04-01T09:00:00Z'],
      [ada, 'KSE', 'per-user', 'b', '2026-04-01T10:00:00Z', '2026-04-01T11:00:00Z'],
      [grace, 'KSE', 'per-user', 'b', '2026-04-01T12:00:00Z', '2026-04-01T13:00:00Z'],
      [ada, 'KRE', 'node-locked', 'agent-1', '2026-04-01T08:00:00Z', '2026-04-01T09:00:00Z'],
      [ada, 'KRE', 'node-locked', 'agent-2', '2026-04-01T09:30:00Z', '2026-04-01T10:00:00Z'],
    );
    await refused([ada, 'KRE', 'seats-exhausted', '2026-04-01T09:00:00Z']);
    await rollUp();
    const time = '?from=2026-04-01T00:00:00Z&to=2026-04-02T00:00:00Z';
    expect(await of('KSE', 'per-user', time)).toMatchObject({ peak: 1, suggestedSeats: 2 });
    // The two, and the one that was refused.
    expect(await of('KRE', 'node-locked', time)).toMatchObject({ peak: 1, denials: 1, suggestedSeats: 3 });
  });

  it('foretells the next two weeks from ten, and when the seats run out', async () => {
    // Each Thursday (the epoch began on one) at nine, for an hour: one seat, and one more every other week.
    const last = Math.floor((Date.now() - 11 * hour) / week) * week + 9 * hour;
    const sessions = Array.from({ length: 10 }, (_, index) => {
      const at = last - (9 - index) * week;
      const from = new Date(at).toISOString();
      const to = new Date(at + hour).toISOString();
      const count = 1 + Math.floor(index / 2);
      return Array.from({ length: count }, (__, each) => [ada, 'KSE', 'floating', `m-${each}`, from, to] as const);
    }).flat();
    await used(...sessions.map((each) => [...each] as [number, string, string, string, string, string]));
    await rollUp();
    const { forecast, fullOn, suggestedSeats } = await of('KSE', 'floating');
    expect(forecast).toHaveLength(336);
    const [first] = forecast;
    expect(new Date(first!.at).getTime() % hour).toBe(0);
    const busy = forecast.filter(({ at }) => (new Date(at).getTime() - 9 * hour) % week === 0);
    expect(busy).toHaveLength(2);
    for (const { expected, low, high } of busy) {
      expect(expected).toBeGreaterThanOrEqual(4);
      expect(low).toBeLessThanOrEqual(expected);
      expect(high).toBeGreaterThanOrEqual(expected);
    }
    expect(forecast.filter((each) => !busy.includes(each)).every(({ expected }) => expected === 0)).toBe(true);
    expect(suggestedSeats).toBeGreaterThanOrEqual(5);
    expect((new Date(fullOn!).getTime() - 9 * hour) % week).toBe(0);
  });

  it.each([
    ['?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z', /from must be before to/],
    ['?from=2020-03-02T00:00:00Z&to=2026-03-01T00:00:00Z', /more than 731 days/],
    ['?from=yesterday', /from must be a valid ISO 8601/],
  ])('refuses %s', async (query, message) => {
    expect(await server.root.get(`${path}/capacity${query}`).refused(400)).toMatch(message);
  });

  it('is for those who see the utilization', async () => {
    expect(await capacity('', manager)).toHaveLength(3);
    const user = await member(server, 'nosy@example.com', 'USER');
    await user.get(`${path}/capacity`).refused(403);
    const stranger = await member(server, 'stranger@example.com', null);
    await stranger.get(`${path}/capacity`).refused(404);
  });
});

describe('The use by team', () => {
  it('comes as CSV too, recorded as an export', async () => {
    const { id } = await server.root.post(`${path}/teams`, { name: '=Back office' }).expect<{ id: number }>(201);
    await server.root.put(`${path}/teams/${id}/members/${ada}`, { role: 'USER' }).expect(200);
    const totals = `${path}/utilization/totals`;
    const time = 'from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z';
    const answer = server.root.get(`${totals}.csv?by=team&${time}`);
    const csv = await answer.expect<string>(200);
    expect(csv.replace('\uFEFF', '').trim().split('\r\n')).toEqual([
      'Team,Sessions,Duration (seconds),Last start',
      expect.stringMatching(/^'=Back office,1,36000,2026-03-01T/),
      expect.stringMatching(/^,2,18600,2026-03-01T/),
    ]);
    const headers = await answer.headers();
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toContain('License Utilization by team_');
    const asked = server.root.get(`${totals}?by=team&${time}`, { accept: 'text/csv' });
    expect(await asked.expect<string>(200)).toBe(csv);
    const byUser = await server.root.get(`${totals}.csv?${time}&search=nobody-of-this-name`).expect<string>(200);
    expect(byUser.trim()).toMatch(/^\uFEFF?Email,Sessions,Duration \(seconds\),Last start$/);
    const events = await server.root
      .get(`${path}/audit-events?action=utilization.exported`)
      .expect<{ content: { details: object }[] }>(200);
    expect(events.content).toContainEqual(
      expect.objectContaining({ details: expect.objectContaining({ by: 'team' }) }),
    );
    await server.root.get(`${totals}.csv?by=nothing`).refused(400);
    await server.root.delete(`${path}/teams/${id}`).expect(204);
  });

  it('counts a user in each team of today, and those without one together', async () => {
    const teamOf = async (name: string, userIds: number[]) => {
      const { id } = await server.root.post(`${path}/teams`, { name }).expect<{ id: number }>(201);
      for (const each of userIds)
        await server.root.put(`${path}/teams/${id}/members/${each}`, { role: 'USER' }).expect(200);
    };
    await teamOf('Web', [ada]);
    await teamOf('Mobile', [ada, grace]);
    const time = 'from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z';
    const byTeam = (sort = '') => server.root.get(`${path}/utilization/totals?by=team&${time}${sort}`).expect(200);
    // Ada ten hours, Grace five hours and ten minutes.
    expect(await byTeam()).toMatchObject({
      totalElements: 2,
      content: [
        { name: 'Mobile', sessions: 3, seconds: 54_600 },
        { name: 'Web', sessions: 1, seconds: 36_000 },
      ],
    });
    await server.sql('DELETE FROM team_member WHERE user_id = $1', [grace]);
    expect(await byTeam('&sort=seconds,asc')).toMatchObject({
      content: [
        { name: null, sessions: 2, seconds: 18_600 },
        { name: expect.any(String), seconds: 36_000 },
        { name: expect.any(String), seconds: 36_000 },
      ],
    });
  });
});

describe('The report of months', () => {
  interface Report {
    until: string | null;
    rows: object[];
  }
  const report = (query = ''): Promise<Report> => manager.get(`${path}/reports/months${query}`).expect<Report>(200);
  const winter = '?from=2026-01-31T12:00:00Z&to=2026-03-01T00:00:00Z';

  it('says what was used in each month, and what was refused', async () => {
    // January has 744 hours, February 672.
    await used(
      [ada, 'KSE', 'floating', 'a', '2026-01-10T00:00:00Z', '2026-01-13T00:00:00Z'],
      [grace, 'KSE', 'floating', 'b', '2026-01-10T00:00:00Z', '2026-01-13T02:24:00Z'],
      [ada, 'KRE', 'node-locked', 'c', '2026-01-31T00:00:00Z', '2026-02-15T00:00:00Z'],
    );
    const { id: bot } = await server.root.post(`${path}/service-accounts`, { name: 'CI' }).expect<{ id: number }>(201);
    await used([bot, 'KRE', 'node-locked', 'd', '2026-01-30T00:00:00Z', '2026-01-30T00:10:00Z']);
    await refused([ada, 'KSE', 'seats-exhausted', '2026-01-10T13:00:00Z']);
    await rollUp();
    const of = { seats: null, denials: 0 };
    expect((await report(winter)).rows).toEqual([
      { ...of, month: '2026-01', product: 'KSE', model: 'floating', peak: 2, averageUse: 0.2, people: 2, denials: 1 },
      { ...of, month: '2026-01', product: 'KRE', model: 'node-locked', peak: 1, averageUse: 0.03, people: 1 },
      { ...of, month: '2026-02', product: 'KRE', model: 'node-locked', peak: 1, averageUse: 0.5, people: 1 },
    ]);
  });

  it('remembers the most seats of the month that runs, after there are fewer', async () => {
    const { rows, until: counted } = await report();
    expect(rows.slice(-3)).toMatchObject([
      { product: 'KSE', model: 'per-user', seats: 4 },
      { product: 'KSE', model: 'floating', seats: 6 },
      { product: 'KRE', model: 'node-locked', seats: 3 },
    ]);
    expect(counted).toMatch(/:00:00\.000Z$/);
    await server.root.put(`${path}/allocations`, [{ product: 'KSE', model: 'floating', quantity: 1 }]).expect(200);
    await server.later({ minutes: 6 });
    expect((await report()).rows.slice(-2)[0]).toMatchObject({ product: 'KSE', model: 'floating', seats: 6 });
    await server.root.put(`${path}/allocations`, [{ product: 'KSE', model: 'floating', quantity: 6 }]).expect(200);
  });

  it('is a file for spreadsheets, too, and the audit log says who has taken it', async () => {
    const answer = manager.get(`${path}/reports/months${winter}`, { accept: 'text/csv' });
    const [header, ...lines] = (await answer.expect<string>(200)).replace('\uFEFF', '').trim().split('\r\n');
    expect(header).toBe('month,product,model,seats,peak,averageUse,people,denials');
    expect(lines.length).toBe((await report(winter)).rows.length);
    expect((await answer.headers()).get('content-disposition')).toContain(`months_`);
    const { content } = await server.root
      .get(`${path}/audit-events?action=utilization.exported`)
      .expect<{ content: object[] }>(200);
    expect(content[0]).toMatchObject({ actor: 'billing@example.com', details: { report: 'months' } });
  });

  it.each([
    ['a time that is turned round', '?from=2026-03-01T00:00:00Z&to=2026-02-01T00:00:00Z'],
    ['more than sixty months', '?from=2020-01-01T00:00:00Z'],
    ['a time that is none', '?from=January'],
  ])('is refused for %s', async (_, query) => {
    await manager.get(`${path}/reports/months${query}`).refused(400);
  });
});

describe('The monthly mail', () => {
  const mine = '/api/v1/users/me/capacity-mails';
  let mailbox: Mailbox;
  const written = () =>
    server.sql(
      `SELECT recipient, count(*)::int FROM outbox_mail WHERE kind = 'monthly-capacity' GROUP BY 1 ORDER BY 1`,
    );
  const subscribed = async (api: Api) =>
    (await api.get(mine).expect<{ subscribed: boolean }[]>(200)).map((each) => each.subscribed);
  /** Lets the month end in which people subscribed, or got their last mail. @returns when it began and ended */
  const nextMonth = async () => {
    const [row] = await server.sql<{ at: Date }>('SELECT max(mailed_at) AS at FROM capacity_mail');
    const [year, month] = [row!.at.getUTCFullYear(), row!.at.getUTCMonth()];
    const [from, to] = [new Date(Date.UTC(year, month)), new Date(Date.UTC(year, month + 1))];
    await server.later({ minutes: Math.ceil((to.getTime() - row!.at.getTime()) / 60_000) + 5 });
    return { from: from.toISOString(), to: to.toISOString() };
  };

  beforeAll(async () => {
    mailbox = await Mailbox.open();
  });
  afterAll(() => mailbox.close());

  it('is for those who see the capacity, and want it', async () => {
    expect(await subscribed(manager)).toEqual([false]);
    await manager.put(`${path}/capacity/mail`, {}).expect(204);
    await manager.put(`${path}/capacity/mail`, {}).expect(204);
    expect(await manager.get(mine).expect(200)).toEqual([
      { organization: { id: server.organizationId, name: 'Acme' }, subscribed: true },
    ]);
    const user = await member(server, 'curious@example.com', 'USER');
    await user.put(`${path}/capacity/mail`, {}).refused(403);
    expect(await user.get(mine).expect(200)).toEqual([]);
    await manager.delete(`${path}/capacity/mail`).expect(204);
    expect(await subscribed(manager)).toEqual([false]);
  });

  it('comes once after each month, to those who may still see the capacity', async () => {
    const former = await member(server, 'former@example.com', 'ADMIN');
    for (const api of [manager, server.root, former]) await api.put(`${path}/capacity/mail`, {}).expect(204);
    await former.put('/api/v1/users/me/mail-preferences', { language: 'de' }).expect(200);
    await server.root
      .patch(`${path}/members/${await userId(server, 'former@example.com')}`, { role: 'USER' })
      .expect(200);
    const settings = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
    await server.root.put('/api/v1/mail-server', settings).expect(200);
    // Both look, and one writes.
    await server.second();

    const { from, to } = await nextMonth();
    const [mail] = await mailbox.to('billing@example.com');
    await mailbox.to('root@example.com');
    const { subject, html, text, attachments } = mail!;
    expect(subject).toMatch(/^Capacity of Acme in [A-Z][a-z]+ 2\d{3}$/);
    expect(html).toContain('Katalon Studio Enterprise · Floating');
    expect(text).toMatch(
      /Katalon Studio Enterprise · Floating\n\n(Enough|With)[^]*Subscribed +6\nIn use at the time of this e-mail +0\nMost in use at once +\d/,
    );
    expect(text).toContain('/profile#mail');

    const root = await server.api.signedIn('root@example.com', 'correct horse battery');
    const figures = await root.get(`${path}/capacity?from=${from}&to=${to}`).expect<Capacity[]>(200);
    const [file] = attachments;
    expect(file).toMatchObject({ filename: `capacity_${server.organizationId}_${from.slice(0, 7)}.csv` });
    const rows = file!.content.toString().replace('\uFEFF', '').trim().split('\r\n');
    expect(rows[0]).toBe('month,product,model,subscribed,inUse,peak,p95,p99,denials,deniedUsers,suggestedSeats,fullOn');
    expect(rows.slice(1).map((row) => row.split(',').slice(0, 9))).toEqual(
      figures.map(({ product, model, subscribed, inUse, peak, p95, p99, denials }) =>
        [from.slice(0, 7), product, model, subscribed, inUse, peak, p95, p99, denials].map(String),
      ),
    );

    await root.delete(`${path}/capacity/mail`).expect(204);
    await nextMonth();
    await mailbox.to('billing@example.com', 2);
    expect(await written()).toEqual([
      { recipient: 'billing@example.com', count: 2 },
      { recipient: 'root@example.com', count: 1 },
    ]);
  });
});
