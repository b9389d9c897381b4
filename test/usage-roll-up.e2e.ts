import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Api } from './support/api.js';
import { randomFrom } from './support/random.js';
import { everybodyCreatesOrganizations, member, readyServer, type ReadyServer, userId } from './support/test-server.js';
import { until } from './support/until.js';

const hour = 3_600_000;
const day = 24 * hour;
/** Of the first history; the others count on from it. */
const firstSeed = Number(process.env.USAGE_SEED ?? 7);
const histories = Number(process.env.USAGE_HISTORIES ?? 2);

interface Used {
  product: string;
  model: string;
  machine: string;
  from: number;
  to: number;
}

interface Report {
  totals: object;
  series: { at: string; sessions: number; peak: number; denials: number }[];
}

let server: ReadyServer;
let owner: Api;
let path: string;
let holder: number;

beforeAll(async () => {
  server = await readyServer();
  await everybodyCreatesOrganizations(server);
  owner = await member(server, 'reports@example.com', null);
  holder = await userId(server, 'reports@example.com');
});

afterAll(() => server.stop());

/** Sessions and refusals of two months: short and long ones, some that begin or end with an hour or as another one ends. */
function historyOf(random: () => number): { sessions: Used[]; refusals: { at: number; product: string }[] } {
  const start = Math.floor((Date.now() - 60 * day) / day) * day;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const time = (): number => {
    const at = start + random() * 55 * day;
    return Math.round(random() < 0.3 ? Math.floor(at / hour) * hour : at);
  };
  const sessions: Used[] = [];
  for (let count = 0; count < 120; count++) {
    const from = random() < 0.1 && sessions.length > 0 ? pick(sessions).to : time();
    const length = pick([0, hour, 20 * 60_000, 90 * 60_000, 9 * hour, 5 * day]) * (random() < 0.5 ? 1 : random());
    const to = Math.min(Math.round(from + length), Date.now() - hour);
    const seat = { product: pick(['KSE', 'KRE']), model: pick(['floating', 'per-user', 'node-locked']) };
    sessions.push({ ...seat, machine: pick(['m1', 'm2', 'm3', 'm4']), from, to });
  }
  const refusals = Array.from({ length: 40 }, () => ({ at: time(), product: pick(['KSE', 'KRE']) }));
  return { sessions, refusals };
}

/** When the year (UTC) of a time began. */
function yearOf(time: number): number {
  return Date.UTC(new Date(time).getUTCFullYear(), 0);
}

/** What a report must say, counted session by session. */
function plainReport(
  { sessions, refusals }: ReturnType<typeof historyOf>,
  from: number,
  to: number,
  interval: number,
): Report {
  const within = (begin: number, end: number): Used[] =>
    sessions.filter((used) => used.from < end && (used.to > begin || used.from >= begin));
  const peakOf = (begin: number, end: number): number => {
    const found = within(begin, end).filter((used) => used.to > used.from);
    const running = (at: number): number => found.filter((used) => used.from <= at && used.to > at).length;
    return Math.max(0, running(begin), ...found.filter((used) => used.from >= begin).map((used) => running(used.from)));
  };
  const series = [];
  for (let at = Math.floor(from / interval) * interval; at < to; at += interval) {
    const [begin, end] = [Math.max(at, from), Math.min(at + interval, to)];
    const denials = refusals.filter((refusal) => refusal.at >= begin && refusal.at < end).length;
    const point = { sessions: within(begin, end).length, peak: peakOf(begin, end), denials };
    series.push({ at: new Date(at).toISOString(), ...point });
  }
  const found = within(from, to);
  const millis = found.reduce((sum, used) => sum + Math.min(used.to, to) - Math.max(used.from, from), 0);
  return {
    series,
    totals: {
      sessions: found.length,
      seconds: Math.round(millis / 1000),
      users: found.length > 0 ? 1 : 0,
      machines: new Set(found.map(({ machine }) => machine)).size,
      peak: Math.max(0, ...series.map(({ peak }) => peak)),
      denials: series.reduce((sum, { denials }) => sum + denials, 0),
    },
  };
}

async function record({ sessions, refusals }: ReturnType<typeof historyOf>): Promise<void> {
  const { id } = await owner.post('/api/v1/organizations', { name: 'Reports' }).expect<{ id: number }>(201);
  path = `/api/v1/organizations/${id}/utilization`;
  const rows = sessions.map((used) => ({ ...used, from: new Date(used.from), to: new Date(used.to) }));
  await server.sql(
    `INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, started_at, ended_at)
       SELECT gen_random_uuid(), $1, r.product, r.model, $2, r.machine, 's', r."from", r."to"
         FROM jsonb_to_recordset($3::jsonb) AS r(product text, model text, machine text, "from" timestamptz, "to" timestamptz)`,
    [id, holder, JSON.stringify(rows)],
  );
  await server.sql(
    `INSERT INTO denial (occurred_at, organization_id, product, code, machine_id, session_id)
       SELECT r.at, $1, r.product, 'seats-exhausted', 'm1', 's' FROM jsonb_to_recordset($2::jsonb) AS r(at timestamptz, product text)`,
    [id, JSON.stringify(refusals.map(({ at, product }) => ({ at: new Date(at), product })))],
  );
}

/** Sets the time until which sessions are added up, and waits until the server has gone on from there. */
async function rollUpFrom(time: string): Promise<void> {
  await server.sql(`UPDATE usage_roll_up SET rolled_until = ${time}, oldest_start = '-infinity'`);
  if (time.includes('infinity'))
    await server.sql('TRUNCATE usage_hour, usage_month, usage_year, rolled_up_year, known_machine');
  await server.later({ minutes: 5 });
  await until(
    async () => {
      const [row] = await server.sql<{ isDone: boolean }>(
        `SELECT rolled_until BETWEEN now() - interval '2 hours' AND now() + interval '20 hours'
                  AND (SELECT max(until) FROM rolled_up_year) = date_trunc('month', rolled_until, 'UTC') AS "isDone" FROM usage_roll_up`,
      );
      return row!.isDone;
    },
    60,
    'the hours to be added up',
  );
}

describe('Reports', () => {
  const seeds = Array.from({ length: histories }, (_, index) => firstSeed + index);

  it.each(seeds)('say the same from what is added up as from every single session (history %d)', async (seed) => {
    const random = randomFrom(seed);
    const history = historyOf(random);
    const yearBegins = yearOf(Date.now() - 60 * day);
    if (seed === firstSeed) {
      const [from, to] = [yearBegins - hour / 2, yearBegins + hour / 2];
      history.sessions.push({ product: 'KSE', model: 'floating', machine: 'm1', from, to });
    }
    await record(history);
    const periods = Array.from({ length: 8 }, (_, index) => {
      const cut = index % 2 === 0 ? hour : 1;
      const from = Math.floor((Date.now() - (15 + random() * 45) * day) / cut) * cut;
      return { from, to: Math.floor((from + random() * 14 * day + hour) / cut) * cut };
    });
    const month = { from: Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 1), to: Date.now() - hour };
    const years = [yearBegins, yearBegins - 40 * day].map((from) => ({ from, to: Date.now() - hour }));
    const reports = async (): Promise<unknown[]> => {
      const answers: unknown[] = [];
      for (const { from, to } of [...periods, month, ...years]) {
        const time = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
        for (const [interval, millis] of [
          ['day', day],
          ['hour', hour],
        ] as const) {
          if ((to - from) / millis > 1000) continue;
          const { totals, series } = await owner.get(`${path}?${time}&interval=${interval}`).expect<Report>(200);
          expect({ totals, series }).toEqual(plainReport(history, from, to, millis));
          const some = { ...history, sessions: history.sessions.filter(({ product }) => product === 'KSE') };
          const kse = await owner
            .get(`${path}?${time}&interval=${interval}&product=KSE&model=floating`)
            .expect<Report>(200);
          const floating = some.sessions.filter(({ model }) => model === 'floating');
          const refusals = history.refusals.filter(({ product }) => product === 'KSE');
          const plain = plainReport({ sessions: floating, refusals }, from, to, millis);
          expect({ totals: kse.totals, series: kse.series }).toEqual(plain);
        }
        for (const by of ['user', 'machine', 'model', 'product']) {
          answers.push(await owner.get(`${path}/totals?${time}&by=${by}`).expect(200));
        }
      }
      return answers;
    };
    await server.sql(`UPDATE usage_roll_up SET rolled_until = '-infinity', oldest_start = '-infinity'`);
    await server.sql('TRUNCATE usage_hour, usage_month, usage_year, rolled_up_year, known_machine');
    const plain = await reports();
    await rollUpFrom(`'-infinity'`);
    expect(await reports()).toEqual(plain);
    // What a month of it adds up to has changed, as when people are forgotten.
    const changed = new Date(Date.now() - 58 * day);
    await server.sql(`UPDATE usage_month SET began = began WHERE month = date_trunc('month', $1::timestamptz, 'UTC')`, [
      changed,
    ]);
    const ofYear = await server.sql(
      `SELECT year FROM usage_year WHERE year = date_trunc('year', $1::timestamptz, 'UTC')
        UNION ALL SELECT year FROM rolled_up_year WHERE $1 >= year AND $1 < until`,
      [changed],
    );
    expect(ofYear).toEqual([]);
    expect(await reports()).toEqual(plain);
    // The clock was ahead for some time.
    await rollUpFrom(`now() + interval '40 days'`);
    expect(await reports()).toEqual(plain);
    // What comes next need not add up the whole year again.
    await server.sql('DELETE FROM ended_session WHERE started_at < $1', [new Date(yearBegins)]);
  });

  it('find a machine by its name that was only ever refused, before its hour is added up and after', async () => {
    await record({ sessions: [], refusals: [] });
    const at = new Date(Date.now() - 3 * hour);
    await server.sql(
      `INSERT INTO denial (occurred_at, organization_id, product, code, machine_id, session_id, hostname)
         SELECT $1, max(id), 'KRE', 'seats-exhausted', 'm9', 's', 'Build-Nine' FROM organization`,
      [at],
    );
    const found = async (): Promise<unknown> => {
      const list = path.replace('utilization', 'denials?search=build-n');
      const { totals } = await owner.get(`${path}?machine=build-n`).expect<{ totals: { denials: number } }>(200);
      const { totalElements } = await owner.get(list).expect<{ totalElements: number }>(200);
      return { refused: totals.denials, listed: totalElements };
    };
    await server.sql('TRUNCATE usage_hour, usage_month, usage_year, rolled_up_year, known_machine');
    await server.sql('UPDATE usage_roll_up SET rolled_until = $1, oldest_start = $1', [new Date(at.getTime() - hour)]);
    expect(await found()).toEqual({ refused: 1, listed: 1 });
    await rollUpFrom(`'-infinity'`);
    expect(await found()).toEqual({ refused: 1, listed: 1 });
  });

  it('count a session once whose hour is added up while they are read', async () => {
    const monthStart = Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 1);
    const end = monthStart + 15 * day;
    const used = { product: 'KSE', model: 'floating', machine: 'm1', from: end - hour, to: end };
    await record({ sessions: [used], refusals: [] });
    await server.sql('TRUNCATE usage_hour, usage_month, usage_year, rolled_up_year');
    await server.sql('UPDATE usage_roll_up SET rolled_until = $1, oldest_start = $1', [new Date(end - 10 * hour)]);
    const follower = new pg.Client({ connectionString: server.databaseUrl });
    await follower.connect();
    await follower.query('BEGIN');
    await follower.query('LOCK TABLE usage_month IN ACCESS EXCLUSIVE MODE');
    const time = `from=${new Date(monthStart).toISOString()}&to=${new Date(end + hour).toISOString()}`;
    const report = owner.get(`${path}/totals?${time}&by=user`).expect<{ content: { sessions: number }[] }>(200);
    const isWaiting = async (): Promise<boolean> => {
      const waiting = await server.sql(`SELECT FROM pg_locks WHERE relation = 'usage_month'::regclass AND NOT granted`);
      return waiting.length > 0;
    };
    await until(isWaiting, 20, 'the report to read the sums of the month');
    await follower.query(
      `INSERT INTO usage_month (organization_id, month, user_id, machine_id, product, model, carried, began, micros, last_started_at)
         VALUES ($1, $2, $3, 'm1', 'KSE', 'floating', 0, 1, 3600000000, $4)`,
      [path.split('/')[4], new Date(monthStart), holder, new Date(used.from)],
    );
    await follower.query('UPDATE usage_roll_up SET rolled_until = $1, oldest_start = $1', [new Date(end)]);
    await follower.query('COMMIT');
    await follower.end();
    expect((await report).content).toMatchObject([{ sessions: 1 }]);
  });
});
