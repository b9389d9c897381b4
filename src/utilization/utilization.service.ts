import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import sql, { type Sql } from 'sql-template-tag';
import { Readable } from 'node:stream';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { Semaphore } from '../concurrency/semaphore.js';
import { NotFoundError } from '../errors/domain-error.js';
import { Organization } from '../organization/organization.entity.js';
import { byteOrderMark, csvLine } from '../http/csv/csv.js';
import {
  countedUpTo,
  countLimit,
  cursorPageWith,
  isAfter,
  orderBy,
  type Ordered,
  placeAfter,
  placeOfRow,
  rowsAfter,
  wholeCount,
} from '../http/cursor.js';
import { isFound, pageOfRows, sortingOf, type Sorting } from '../http/paging.js';
import { rowsOf } from '../database/query.js';
import { ReportDatabase } from '../database/report/report-database.js';
import {
  type Grouping,
  type Interval,
  type UtilizationExportQuery,
  type UtilizationGroup,
  type UtilizationGroupPage,
  type UtilizationSessionPage,
  type UtilizationSessionView,
  type UtilizationPoint,
  type UtilizationTotals,
  type UtilizationTotalsExportQuery,
  type UtilizationTotalsQuery,
  type UtilizationView,
  type UtilizationSessionsQuery,
} from './dto/utilization.js';
import { invalidTime, partsOf, pastOf, periodOf } from './report-time.js';
import { type Period } from './roll-up/usage-parts.js';
import { type Edge } from './roll-up/usage-roll-up.queries.js';
import {
  distinctUsers,
  groups,
  series,
  sessionRows,
  type UsageFilter,
  usedMachinesNamed,
  usersNamed,
} from './utilization.queries.js';

const dayMillis = 86_400_000;
const maxPoints = 1000;
const intervalMillis: Record<Interval, number> = { hour: 3_600_000, day: dayMillis, month: 28 * dayMillis };

/** Rows that are fetched at once for an export; its memory does not grow with its length. */
const exportBatch = 2000;

/** Exports at the same time: each holds a connection to the database, and the rest are for those who hold seats. */
const maxExports = 4;

/** Milliseconds without a read, after which the client of an export counts as gone. */
const silenceMillis = 60_000;

type DistinctUsers = Pick<UtilizationTotals, 'users' | 'machines'>;

/** A point with what the totals need beside it. */
interface CountedPoint extends UtilizationPoint {
  began: number;
  micros: number;
}

/** Who used which seats, and how many at once (manual, "Utilization"). */
@Injectable()
export class UtilizationService {
  private readonly exports = new Semaphore(maxExports);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly reports: ReportDatabase,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidRequestError when the time is turned round, or has too many intervals */
  async get(organizationId: number, query: UtilizationSessionsQuery): Promise<UtilizationView> {
    const period = periodOf(query, this.clock.now());
    const interval = query.interval ?? 'day';
    if ((period.to.getTime() - period.from.getTime()) / intervalMillis[interval] > maxPoints) {
      throw invalidTime('interval', `there are more than ${maxPoints} intervals of this length between from and to`);
    }
    return this.reports.readAtOnce(async (manager) => {
      const filter = await filterOf(manager, organizationId, query);
      const parts = await partsOf(manager, organizationId, pastOf(period, this.clock.now()));
      const isRolledUp = filter.userId === undefined && filter.machineIds === undefined;
      const hours = isRolledUp ? parts.hours : { edges: [parts.whole] };
      const points = await rowsOf<CountedPoint>(manager, series(filter, hours, period, interval));
      const [distinct] = await rowsOf<DistinctUsers>(manager, distinctUsers(filter, parts.months));
      const totals = totalsOf(points, distinct);
      const sessions = await this.sessionsOf(manager, filter, { ...parts.whole, to: period.to }, query);
      // Where nothing is searched for, they are counted already.
      if (!filter.search) Object.assign(sessions, wholeCount(totals.sessions, query));
      return {
        ...period,
        totals,
        sessions,
        series: points.map(({ at, sessions, peak, denials }) => ({ at, sessions, peak, denials })),
      };
    });
  }

  /**
   * The same by user, team, machine, model or product; the heaviest first, unless asked for otherwise.
   *
   * @throws InvalidRequestError when the time is turned round
   */
  async totals(organizationId: number, query: UtilizationTotalsQuery): Promise<UtilizationGroupPage> {
    const period = periodOf(query, this.clock.now());
    return this.reports.readAtOnce(async (manager) =>
      pageOfRows<UtilizationGroup>(
        manager,
        {
          select: sql`*`,
          from: await this.groupsOf(manager, organizationId, query, period),
          tieBreaker: 'g.name',
          sort: 'seconds,desc',
          countedAlong: true,
        },
        query,
        sortableGroups,
      ),
    );
  }

  private async sessionsOf(
    manager: EntityManager,
    filter: UsageFilter,
    whole: Edge,
    query: UtilizationSessionsQuery,
  ): Promise<UtilizationSessionPage> {
    const { page, size, sort = 'startedAt,desc' } = query;
    const { column, direction } = sortingOf(sort, sortableSessions);
    const tie = { column: 's.id', direction: 'ASC' } as const;
    const ordered: Ordered = { column, direction, tie, neverNull: column !== sortableSessions.email };
    const after = placeAfter(query, sort);
    const byStart = column === sortableSessions.startedAt;
    const some = byStart ? { direction, limit: page * size + size + 1, after } : undefined;
    const now = this.clock.now();
    const rows = await rowsAfter<UtilizationSessionView>(
      manager,
      after,
      sql`SELECT *, ${placeOfRow(ordered)} FROM ${sessionRows(filter, whole, now, some)}
          WHERE ${after ? isAfter(ordered, after) : sql`true`} ${orderBy(ordered)} LIMIT ${size + 1} OFFSET ${page * size}`,
    );
    const limit = filter.search ? countLimit(query) : undefined;
    const counted = await countedUpTo(
      manager,
      limit,
      (most) => sql`SELECT FROM ${sessionRows(filter, whole, now)} LIMIT ${most}`,
    );
    return cursorPageWith(rows, counted, query, sort);
  }

  /**
   * All sessions of a time as CSV, fetched piece by piece.
   *
   * @returns the file's name and its text
   */
  async export(organizationId: number, query: UtilizationExportQuery): Promise<{ fileName: string; text: Readable }> {
    const period = periodOf(query, this.clock.now());
    const fileName = await this.fileNameOf(organizationId, 'License Utilization', period);
    const sessions = await this.reports.read(async (manager) => {
      const filter = await filterOf(manager, organizationId, query);
      const { whole } = await partsOf(manager, organizationId, period);
      return sessionRows(filter, whole, this.clock.now());
    });
    const rows = this.lines(sessions, () => void text.destroy(new Error('The client stopped reading the export')));
    const text = Readable.from(rows);
    return { fileName, text };
  }

  /**
   * All totals as CSV, as {@link totals} has them page by page.
   *
   * @returns the file's name and its text
   */
  async exportTotals(
    organizationId: number,
    query: UtilizationTotalsExportQuery,
  ): Promise<{ fileName: string; text: Readable }> {
    const period = periodOf(query, this.clock.now());
    const { by = 'user' } = query;
    const fileName = await this.fileNameOf(organizationId, `License Utilization by ${by}`, period);
    const end = await this.exports.acquire();
    try {
      const rows = await this.reports.readAtOnce(async (manager) => {
        const wanted = await this.groupsOf(manager, organizationId, query, period);
        return rowsOf<UtilizationGroup>(manager, sql`SELECT * FROM ${wanted} ORDER BY g.seconds DESC, g.name`);
      });
      const lines = rows.map((row) => csvLine([row.name, row.sessions, row.seconds, row.lastStartedAt]));
      const header = csvLine([groupTitle[by], 'Sessions', 'Duration (seconds)', 'Last start']);
      return { fileName, text: Readable.from([byteOrderMark + header, ...lines]) };
    } finally {
      end();
    }
  }

  private async fileNameOf(organizationId: number, title: string, { from, to }: Period): Promise<string> {
    const organization = await this.dataSource.manager.findOneBy(Organization, { id: organizationId });
    if (!organization) throw new NotFoundError('The organization');
    const day = (date: Date): string => date.toISOString().slice(0, 10).replaceAll('-', '');
    const name = organization.name.replace(/[/\\:*?"<>|\p{Cc}]/gu, '_');
    return `${title}_${name}_${organizationId}_${day(from)}-${day(to)}.csv`;
  }

  /** Groups as the row `g`, with the condition that finds those searched for. */
  private async groupsOf(
    manager: EntityManager,
    organizationId: number,
    { search, ...query }: UtilizationTotalsExportQuery,
    period: Period,
  ): Promise<Sql> {
    const filter = await filterOf(manager, organizationId, query);
    const { months } = await partsOf(manager, organizationId, pastOf(period, this.clock.now()));
    return sql`${groups(filter, months, query.by ?? 'user')} WHERE ${isFound('g.name', search)}`;
  }

  /** @param giveUp called when the client stops reading */
  private async *lines(rows: Sql, giveUp: () => void): AsyncGenerator<string> {
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
      yield* this.sessionLines(rows, giveUp);
    } finally {
      end();
    }
  }

  private async *sessionLines(sessions: Sql, giveUp: () => void): AsyncGenerator<string> {
    const client = await this.reports.connect();
    let waitingSince: number | undefined;
    const watch = setInterval(() => {
      if (waitingSince !== undefined && this.clock.now().getTime() - waitingSince > silenceMillis) giveUp();
    }, 1_000);
    try {
      await client.query('BEGIN READ ONLY');
      const { text, values } =
        sql`DECLARE sessions NO SCROLL CURSOR FOR SELECT * FROM ${sessions} ORDER BY s."startedAt", s.id`;
      await client.query(text, values);
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
}

const groupTitle: Record<Grouping, string> = {
  user: 'Email',
  team: 'Team',
  machine: 'Machine ID',
  model: 'License type',
  product: 'Product',
};

const sortableGroups: Sorting<UtilizationTotalsQuery> = {
  seconds: 'g.seconds',
  sessions: 'g.sessions',
  name: 'g.name',
  lastStartedAt: 'g."lastStartedAt"',
};

const sortableSessions: Sorting<UtilizationSessionsQuery> = {
  startedAt: 's."startedAt"',
  duration: 's.duration',
  email: 's.email',
  machineId: 's."machineId"',
  product: 's.product',
  model: 's.model',
};

/** Machines and people first, by their names: sessions have no index of texts. */
async function filterOf(
  manager: EntityManager,
  organizationId: number,
  query: UtilizationExportQuery,
): Promise<UsageFilter> {
  const { userId, machineId, machine, model, product, search: text } = query;
  const idsOf = async <Id>(statement: Sql): Promise<Id[]> =>
    (await rowsOf<{ id: Id }>(manager, statement)).map(({ id }) => id);
  const named = machine === undefined ? undefined : await idsOf<string>(usedMachinesNamed(machine, organizationId));
  const machineIds =
    machineId === undefined ? named : [machineId].filter((id) => named === undefined || named.includes(id));
  const filter = { organizationId, userId, machineIds, model, product };
  if (text === undefined) return filter;
  const userIds = await idsOf<number>(usersNamed(text));
  return {
    ...filter,
    search: { text, userIds, machineIds: await idsOf<string>(usedMachinesNamed(text, organizationId)) },
  };
}

function totalsOf(points: readonly CountedPoint[], distinct: DistinctUsers | undefined): UtilizationTotals {
  const sum = (field: 'began' | 'micros' | 'denials'): number =>
    points.reduce((total, point) => total + point[field], 0);
  const [first] = points;
  return {
    sessions: sum('began') + (first ? first.sessions - first.began : 0),
    seconds: Math.round(sum('micros') / 1e6),
    ...(distinct ?? { users: 0, machines: 0 }),
    peak: Math.max(0, ...points.map(({ peak }) => peak)),
    denials: sum('denials'),
  };
}
