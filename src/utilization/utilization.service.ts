import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Pool } from 'pg';
import { Readable } from 'node:stream';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { Semaphore } from '../concurrency/semaphore.js';
import { NotFoundError } from '../errors/domain-error.js';
import { byteOrderMark, csvLine } from '../http/csv.js';
import { pageOfRows } from '../http/paging.js';
import { InvalidRequestError } from '../http/validation.js';
import { poolOf } from '../database/pool-of.js';
import {
  type Interval,
  type UtilizationGroup,
  type UtilizationGroupPage,
  type UtilizationSessionView,
  type UtilizationPoint,
  type UtilizationQuery,
  type UtilizationTotals,
  type UtilizationTotalsQuery,
  type UtilizationView,
} from './dto/utilization.js';

const dayMillis = 86_400_000;
const maxPoints = 1000;
const intervalMillis: Record<Interval, number> = { hour: 3_600_000, day: dayMillis, month: 28 * dayMillis };

/** Rows that are fetched at once for an export; its memory does not grow with its length. */
const exportBatch = 2000;

/** Exports at the same time: each holds a connection to the database, and the rest are for those who hold seats. */
const maxExports = 4;

/** Milliseconds without a read, after which the client of an export counts as gone. */
const silenceMillis = 60_000;

interface Period {
  from: Date;
  to: Date;
}

/** Who used which seats, and how many at once (manual, "Utilization"). */
@Injectable()
export class UtilizationService {
  private readonly pool: Pool;
  private readonly exports = new Semaphore(maxExports);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    this.pool = poolOf(dataSource);
  }

  /** @throws InvalidRequestError when the time is turned round, or has too many intervals */
  async get(organizationId: number, query: UtilizationQuery): Promise<UtilizationView> {
    const period = this.periodOf(query);
    const interval = query.interval ?? 'day';
    if ((period.to.getTime() - period.from.getTime()) / intervalMillis[interval] > maxPoints) {
      throw invalid('interval', `there are more than ${maxPoints} intervals of this length between from and to`);
    }
    const parameters = this.parametersOf(organizationId, period, query);
    const sessions = await pageOfRows<UtilizationSessionView>(
      this.dataSource.manager,
      {
        select: '*',
        from: `(${sessionsInSql}) AS s WHERE ${hasSearched}`,
        parameters: [...parameters, query.search ?? null],
        tieBreaker: 's.id',
        sort: 'startedAt,desc',
      },
      query,
      {
        startedAt: 's."startedAt"',
        duration: 's.duration',
        email: 's.email',
        machineId: 's."machineId"',
        product: 's.product',
        model: 's.model',
      },
    );
    const series = await this.series(parameters, interval);
    return { ...period, totals: await this.together(parameters, series), sessions, series };
  }

  /**
   * The same by user, machine, model or product; the heaviest first, unless asked for otherwise.
   *
   * @throws InvalidRequestError when the time is turned round
   */
  async totals(organizationId: number, query: UtilizationTotalsQuery): Promise<UtilizationGroupPage> {
    const period = this.periodOf(query);
    const name = { user: 's.email', machine: 's."machineId"', model: 's.model', product: 's.product' }[
      query.by ?? 'user'
    ];
    return pageOfRows<UtilizationGroup>(
      this.dataSource.manager,
      {
        select: '*',
        from: `(SELECT ${name} AS name, count(*)::int AS sessions, sum(${secondsWithin})::int8 AS seconds,
                       max(s."startedAt") AS "lastStartedAt"
                  FROM (${sessionsInSql}) AS s GROUP BY 1) AS g
               WHERE $10::text IS NULL OR strpos(fold_case(g.name), fold_case($10)) > 0`,
        parameters: [...this.parametersOf(organizationId, period, query), query.search ?? null],
        tieBreaker: 'g.name',
        sort: 'seconds,desc',
      },
      query,
      { seconds: 'g.seconds', sessions: 'g.sessions', name: 'g.name', lastStartedAt: 'g."lastStartedAt"' },
    );
  }

  private async together(
    parameters: readonly unknown[],
    series: readonly UtilizationPoint[],
  ): Promise<UtilizationTotals> {
    const [sums] = await this.dataSource.query<[Omit<UtilizationTotals, 'peak' | 'denials'>]>(
      `SELECT coalesce(sum(sessions), 0)::int AS sessions, coalesce(sum(seconds), 0)::int8 AS seconds,
              count(DISTINCT user_id)::int AS users, count(DISTINCT machine_id)::int AS machines
         FROM (SELECT s."userId" AS user_id, s."machineId" AS machine_id, count(*) AS sessions,
                      sum(${secondsWithin}) AS seconds
                 FROM (${sessionsInSql}) AS s GROUP BY 1, 2) AS pairs`,
      [...parameters],
    );
    const peak = Math.max(0, ...series.map((point) => point.peak));
    return { ...sums, peak, denials: series.reduce((sum, point) => sum + point.denials, 0) };
  }

  /**
   * All sessions of a time as CSV, fetched piece by piece.
   *
   * @returns the file's name and its text
   */
  async export(organizationId: number, query: UtilizationQuery): Promise<{ fileName: string; text: Readable }> {
    const period = this.periodOf(query);
    const [organization] = await this.dataSource.query<{ name: string }[]>(
      'SELECT name FROM organization WHERE id = $1',
      [organizationId],
    );
    if (!organization) throw new NotFoundError('The organization');
    const day = (date: Date): string => date.toISOString().slice(0, 10).replaceAll('-', '');
    const name = organization.name.replace(/[/\\:*?"<>|\p{Cc}]/gu, '_');
    const rows = this.lines(
      [...this.parametersOf(organizationId, period, query), query.search ?? null],
      () => void text.destroy(new Error('The client stopped reading the export')),
    );
    const text = Readable.from(rows);
    return {
      fileName: `License Utilization_${name}_${organizationId}_${day(period.from)}-${day(period.to)}.csv`,
      text,
    };
  }

  /** @param giveUp called when the client stops reading */
  private async *lines(parameters: readonly unknown[], giveUp: () => void): AsyncGenerator<string> {
    yield (
      byteOrderMark +
      csvLine([
        'User',
        'Email',
        'Session ID',
        'Machine ID',
        'License type',
        'Start',
        'Duration (seconds)',
        'End',
        'Product',
        'Host name',
      ])
    );
    const end = await this.exports.acquire();
    try {
      yield* this.sessionLines(parameters, giveUp);
    } finally {
      end();
    }
  }

  private async *sessionLines(parameters: readonly unknown[], giveUp: () => void): AsyncGenerator<string> {
    const client = await this.pool.connect();
    let waitingSince: number | undefined;
    const watch = setInterval(() => {
      if (waitingSince !== undefined && this.clock.now().getTime() - waitingSince > silenceMillis) giveUp();
    }, 1_000);
    try {
      await client.query('BEGIN READ ONLY');
      await client.query(
        `DECLARE sessions NO SCROLL CURSOR FOR
           SELECT * FROM (${sessionsInSql}) AS s WHERE ${hasSearched} ORDER BY s."startedAt", s.id`,
        [...parameters],
      );
      for (;;) {
        const { rows } = await client.query<UtilizationSessionView>(`FETCH ${exportBatch} FROM sessions`);
        if (rows.length === 0) break;
        waitingSince = this.clock.now().getTime();
        yield rows
          .map((row) =>
            csvLine([
              row.user,
              row.email,
              row.sessionId,
              row.machineId,
              row.model,
              row.startedAt,
              row.duration,
              row.endedAt,
              row.product,
              row.hostname,
            ]),
          )
          .join('');
        waitingSince = undefined;
      }
    } finally {
      clearInterval(watch);
      // Also when the reader has gone away in the middle.
      await client.query('ROLLBACK').then(
        () => client.release(),
        (error: unknown) => client.release(error as Error),
      );
    }
  }

  /** One pass over the sessions in the order of time, however many sessions and intervals there are. */
  private async series(parameters: readonly unknown[], interval: Interval): Promise<UtilizationPoint[]> {
    return this.dataSource.query<UtilizationPoint[]>(
      `WITH points AS (SELECT at AT TIME ZONE 'UTC' AS at
                         FROM generate_series(date_trunc($11, $2::timestamptz AT TIME ZONE 'UTC'),
                                              $3::timestamptz AT TIME ZONE 'UTC', $10::interval) AS at
                        WHERE at < $3::timestamptz AT TIME ZONE 'UTC'),
            -- Hours or days first: what a million rows are grouped by must be cheap to compute. Who ends at the moment when
            -- another begins makes room for it. (No CTE of their own, for those are written to disk.)
            bins AS (SELECT bin, max(level) FILTER (WHERE step > 0) AS peak, count(*) FILTER (WHERE step > 0) AS began,
                            sum(step) AS net, count(*) FILTER (WHERE step < 0 AND at = bin) AS left_at_once
                       FROM (SELECT at, step, sum(step) OVER (ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS level,
                                    date_bin(least($10::interval, interval '1 day'), at, timestamptz '2000-01-01Z') AS bin
                               FROM (SELECT greatest(b."startedAt", $2) AS at, 1 AS step FROM (${sessionsInSql}) AS b
                                     UNION ALL
                                     SELECT e."endedAt", -1 FROM (${sessionsInSql}) AS e WHERE e."endedAt" < $3) AS steps) AS levels
                      GROUP BY bin),
            counts AS (SELECT date_trunc($11, bin, 'UTC') AS at, max(peak) AS peak, sum(began) AS began, sum(net) AS net,
                              sum(left_at_once) FILTER (WHERE bin = date_trunc($11, bin, 'UTC')) AS left_at_once
                         FROM bins GROUP BY 1),
            refused AS (SELECT date_trunc($11, d.occurred_at, 'UTC') AS at, count(*)::int AS count FROM denial d
                         WHERE d.organization_id = $1 AND d.occurred_at >= $2 AND d.occurred_at < $3
                           AND ($5::bigint IS NULL OR d.user_id = $5) AND ($6::text IS NULL OR d.machine_id = $6)
                           AND ${isOnMachine('d')}
                           AND ($8::text IS NULL OR d.product = $8)
                         GROUP BY 1),
            -- One that ends as an interval begins was not in it.
            stays AS (SELECT p.at, coalesce(c.peak, 0) AS peak, coalesce(c.began, 0) AS began,
                             sum(coalesce(c.net, 0)) OVER (ORDER BY p.at) - coalesce(c.net, 0) - coalesce(c.left_at_once, 0) AS stayed
                        FROM points p LEFT JOIN counts c USING (at))
       SELECT at, (stayed + began)::int AS sessions, greatest(peak, stayed)::int AS peak, coalesce(r.count, 0) AS denials
         FROM stays LEFT JOIN refused r USING (at)
        ORDER BY at`,
      [...parameters, `1 ${interval}`, interval],
    );
  }

  private parametersOf(organizationId: number, { from, to }: Period, query: UtilizationQuery): unknown[] {
    const { userId, machineId, machine, model, product } = query;
    return [
      organizationId,
      from,
      to,
      this.clock.offsetMillis,
      userId ?? null,
      machineId ?? null,
      model ?? null,
      product ?? null,
      machine ?? null,
    ];
  }

  private periodOf({ from, to }: UtilizationQuery): Period {
    const end = to ? new Date(to) : this.clock.now();
    const start = from ? new Date(from) : new Date(end.getTime() - 30 * dayMillis);
    if (start >= end) throw invalid('from', 'from must be before to');
    return { from: start, to: end };
  }
}

/** Whether the row of this name has what was typed, $9, in its machine id or host name. */
function isOnMachine(row: string): string {
  return `($9::text IS NULL OR strpos(fold_case(concat_ws(' ', ${row}.machine_id, ${row}.hostname)), fold_case($9)) > 0)`;
}

/**
 * Sessions that are over and that run, which touch the time from $2 to $3. The clock is read once, and apart: else the planner
 * computes every column of a million rows for a client that asks for two.
 */
const sessionsInSql = `
  SELECT a.id, a.user_id AS "userId", nullif(trim(u.first_name || ' ' || u.last_name), '') AS "user", u.email,
         a.session_id AS "sessionId", a.machine_id AS "machineId", a.hostname, a.product, a.model,
         a.started_at AS "startedAt", a.ended_at AS "endedAt",
         greatest(0, round(extract(epoch FROM coalesce(a.ended_at, clock.now) - a.started_at)))::int AS duration
    FROM (SELECT server_now($4) AS now) AS clock CROSS JOIN
         (SELECT lease_id AS id, user_id, session_id, machine_id, hostname, product, model, started_at, ended_at
            FROM ended_session WHERE organization_id = $1 AND started_at < $3 AND ended_at >= $2
          UNION ALL
          SELECT l.id, l.user_id, l.session_id, l.machine_id, l.hostname, l.product, p.model, l.started_at,
                 CASE WHEN l.expires_at <= server_now($4) THEN l.expires_at END
            FROM lease l JOIN seat_pool p ON p.id = l.pool_id
           WHERE l.organization_id = $1 AND l.started_at < $3 AND l.expires_at >= $2) AS a
    LEFT JOIN user_account u ON u.id = a.user_id
   WHERE ($5::bigint IS NULL OR a.user_id = $5) AND ($6::text IS NULL OR a.machine_id = $6)
     AND ${isOnMachine('a')}
     AND ($7::text IS NULL OR a.model = $7) AND ($8::text IS NULL OR a.product = $8)`;

/** Whether a session `s` has what was searched for, $10. */
const hasSearched = `($10::text IS NULL OR
  strpos(fold_case(concat_ws(' ', s."user", s.email, s."sessionId", s."machineId", s.hostname)), fold_case($10)) > 0)`;

/** Seconds of a session `s` that fall into the time from $2 to $3. */
const secondsWithin = `greatest(0, round(extract(epoch FROM
  least(coalesce(s."endedAt", (SELECT server_now($4))), $3::timestamptz) - greatest(s."startedAt", $2::timestamptz))))`;

function invalid(field: string, message: string): InvalidRequestError {
  return new InvalidRequestError([{ field, message }]);
}
