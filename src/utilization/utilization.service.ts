import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Pool } from 'pg';
import { Readable } from 'node:stream';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { NotFoundError } from '../errors/domain-error.js';
import { csvLine } from '../http/csv.js';
import { pageOfRows } from '../http/paging.js';
import { InvalidRequestError } from '../http/validation.js';
import {
  type Interval,
  type UtilizationSessionView,
  type UtilizationPoint,
  type UtilizationQuery,
  type UtilizationView,
} from './dto/utilization.js';

const dayMillis = 86_400_000;
const mostPoints = 1000;
const intervalMillis: Record<Interval, number> = { hour: 3_600_000, day: dayMillis, month: 28 * dayMillis };

/** Rows that are fetched at once for an export; its memory does not grow with its length. */
const exportBatch = 2000;

interface Period {
  from: Date;
  to: Date;
}

/** Who used which seats, and how many at once (manual, "Utilization"). */
@Injectable()
export class UtilizationService {
  private readonly pool: Pool;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
  }

  /** @throws InvalidRequestError when the time is turned round, or has too many intervals */
  async get(organizationId: number, query: UtilizationQuery): Promise<UtilizationView> {
    const period = this.periodOf(query);
    const interval = query.interval ?? 'day';
    if ((period.to.getTime() - period.from.getTime()) / intervalMillis[interval] > mostPoints) {
      throw invalid('interval', `there are more than ${mostPoints} intervals of this length between from and to`);
    }
    const parameters = this.parametersOf(organizationId, period, query);
    const sessions = await pageOfRows<UtilizationSessionView>(
      this.dataSource.manager,
      { select: '*', from: `(${sessionsInSql}) AS s`, parameters, tieBreaker: 's.id', sort: 'startedAt,desc' },
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
    return { ...period, sessions, series: await this.series(parameters, interval) };
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
    return {
      fileName: `License Utilization_${name}_${organizationId}_${day(period.from)}-${day(period.to)}.csv`,
      text: Readable.from(this.lines(this.parametersOf(organizationId, period, query))),
    };
  }

  private async *lines(parameters: readonly unknown[]): AsyncGenerator<string> {
    yield csvLine([
      'User',
      'Email',
      'Session ID',
      'Machine ID',
      'Host name',
      'License type',
      'Product',
      'Start',
      'End',
      'Duration (seconds)',
    ]);
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN READ ONLY');
      await client.query(
        `DECLARE sessions NO SCROLL CURSOR FOR SELECT * FROM (${sessionsInSql}) AS s ORDER BY s."startedAt", s.id`,
        [...parameters],
      );
      for (;;) {
        const { rows } = await client.query<UtilizationSessionView>(`FETCH ${exportBatch} FROM sessions`);
        if (rows.length === 0) break;
        yield rows
          .map((row) =>
            csvLine([
              row.user,
              row.email,
              row.sessionId,
              row.machineId,
              row.hostname,
              row.model,
              row.product,
              row.startedAt,
              row.endedAt,
              row.duration,
            ]),
          )
          .join('');
      }
    } finally {
      // Also when the reader has gone away in the middle.
      await client.query('ROLLBACK').then(
        () => client.release(),
        (error: unknown) => client.release(error as Error),
      );
    }
  }

  private async series(parameters: readonly unknown[], interval: Interval): Promise<UtilizationPoint[]> {
    return this.dataSource.query<UtilizationPoint[]>(
      `WITH s AS MATERIALIZED (${sessionsInSql}),
            spans AS (SELECT greatest("startedAt", $2) AS began, least(coalesce("endedAt", $3), $3) AS ended FROM s),
            points AS (SELECT at, least(at + $9::interval, $3::timestamptz) AS until
                         FROM generate_series(date_trunc($10, $2::timestamptz, 'UTC'), $3::timestamptz, $9::interval) AS at
                        WHERE at < $3),
            steps AS (SELECT began AS at, 1 AS step FROM spans UNION ALL SELECT ended, -1 FROM spans),
            levels AS (SELECT at, sum(sum(step)) OVER (ORDER BY at) AS level FROM steps GROUP BY at)
       SELECT p.at, (SELECT count(*)::int FROM spans WHERE began < p.until AND ended > p.at) AS sessions,
              greatest(
                coalesce((SELECT level FROM levels WHERE levels.at <= p.at ORDER BY levels.at DESC LIMIT 1), 0),
                coalesce((SELECT max(level) FROM levels WHERE levels.at > p.at AND levels.at < p.until), 0))::int AS peak,
              (SELECT count(*)::int FROM denial d
                WHERE d.organization_id = $1 AND d.occurred_at >= p.at AND d.occurred_at < p.until
                  AND ($5::bigint IS NULL OR d.user_id = $5) AND ($6::text IS NULL OR d.machine_id = $6)
                  AND ($8::text IS NULL OR d.product = $8)) AS denials
         FROM points p ORDER BY p.at`,
      [...parameters, `1 ${interval}`, interval],
    );
  }

  private parametersOf(organizationId: number, { from, to }: Period, query: UtilizationQuery): unknown[] {
    const { userId, machineId, model, product } = query;
    return [
      organizationId,
      from,
      to,
      this.clock.offsetMillis,
      userId ?? null,
      machineId ?? null,
      model ?? null,
      product ?? null,
    ];
  }

  private periodOf({ from, to }: UtilizationQuery): Period {
    const end = to ? new Date(to) : this.clock.now();
    const start = from ? new Date(from) : new Date(end.getTime() - 30 * dayMillis);
    if (start >= end) throw invalid('from', 'from must be before to');
    return { from: start, to: end };
  }
}

/** Sessions that are over and that run, which touch the time from $2 to $3. */
const sessionsInSql = `
  SELECT a.id, a.user_id AS "userId", nullif(trim(u.first_name || ' ' || u.last_name), '') AS "user", u.email,
         a.session_id AS "sessionId", a.machine_id AS "machineId", a.hostname, a.product, a.model,
         a.started_at AS "startedAt", a.ended_at AS "endedAt",
         greatest(0, round(extract(epoch FROM coalesce(a.ended_at, server_now($4)) - a.started_at)))::int AS duration
    FROM (SELECT lease_id AS id, user_id, session_id, machine_id, hostname, product, model, started_at, ended_at
            FROM ended_session WHERE organization_id = $1 AND started_at < $3 AND ended_at >= $2
          UNION ALL
          SELECT l.id, l.user_id, l.session_id, l.machine_id, l.hostname, l.product, p.model, l.started_at,
                 CASE WHEN l.expires_at <= server_now($4) THEN l.expires_at END
            FROM lease l JOIN seat_pool p ON p.id = l.pool_id
           WHERE l.organization_id = $1 AND l.started_at < $3 AND l.expires_at >= $2) AS a
    LEFT JOIN user_account u ON u.id = a.user_id
   WHERE ($5::bigint IS NULL OR a.user_id = $5) AND ($6::text IS NULL OR a.machine_id = $6)
     AND ($7::text IS NULL OR a.model = $7) AND ($8::text IS NULL OR a.product = $8)`;

function invalid(field: string, message: string): InvalidRequestError {
  return new InvalidRequestError([{ field, message }]);
}
