import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { type EntityManager } from 'typeorm';
import { byteOrderMark, csvLine } from '../http/csv/csv.js';
import { countedUpTo, countLimit, cursorPageWith, placeAfter, rowsAfter } from '../http/cursor.js';
import { sortingOf } from '../http/paging.js';
import { rowsOf } from '../database/query.js';
import { ReportDatabase } from '../database/report/report-database.js';
import {
  accountsNamed,
  accountsOf,
  type AuditFilter,
  type AuditOrder,
  auditEvents,
  someAuditEvents,
  machinesNamed,
} from './audit-log.queries.js';
import { type AuditEventPage, type AuditEventView, type AuditExportQuery, type AuditQuery } from './dto/audit.js';

/** Rows that are fetched at once for an export. */
const exportBatch = 2000;

/**
 * Reads the audit log: what was recorded, and the grants and ends of leases from the tables that have them. Nothing here, or
 * anywhere, changes it.
 */
@Injectable()
export class AuditLogService {
  constructor(private readonly reports: ReportDatabase) {}

  /** @param organizationId undefined: of the whole server */
  async list(organizationId: number | undefined, query: AuditQuery): Promise<AuditEventPage> {
    const { page, size, sort = 'occurredAt,desc' } = query;
    const { column: order, direction } = sortingOf<AuditOrder>(sort, { occurredAt: 'occurredAt', id: 'id' });
    const after = placeAfter(query, sort);
    const range = { order, direction, limit: size + 1, offset: page * size, after };
    return this.reports.read(async (manager) => {
      const filter = await filterOf(manager, organizationId, query);
      const rows = await rowsAfter<AuditRow>(manager, after, auditEvents(filter, range));
      const counted = await countedUpTo(manager, countLimit(query), (most) => someAuditEvents(filter, most));
      const { content, ...rest } = cursorPageWith(rows, counted, query, sort);
      return { ...rest, content: await withPeople(manager, content) };
    });
  }

  /** The same as CSV, oldest first, fetched piece by piece. */
  export(organizationId: number | undefined, query: AuditExportQuery): Readable {
    return Readable.from(this.lines(organizationId, query));
  }

  private async *lines(organizationId: number | undefined, query: AuditExportQuery): AsyncGenerator<string> {
    const filter = await this.reports.read((manager) => filterOf(manager, organizationId, query));
    yield (
      byteOrderMark +
      csvLine(['Time', 'Action', 'Organization', 'By', 'From address', 'Target type', 'Target', 'Details'])
    );
    for (let last = '0'; ;) {
      const range = { order: 'id', direction: 'ASC', limit: exportBatch, after: { value: last, tie: last } } as const;
      const rows = await this.reports.read((manager) => rowsOf<AuditRow>(manager, auditEvents(filter, range)));
      const newest = rows.at(-1);
      if (!newest) return;
      last = String(newest.id);
      yield rows
        .map((row) =>
          csvLine([
            row.occurredAt,
            row.action,
            row.organizationId,
            row.actor,
            row.address,
            row.targetType,
            row.targetId,
            JSON.stringify(row.details),
          ]),
        )
        .join('');
    }
  }
}

type AuditRow = Omit<AuditEventView, 'actorPerson' | 'targetPerson'>;

/** Adds who the people of the events are today. */
async function withPeople(manager: EntityManager, events: readonly AuditRow[]): Promise<AuditEventView[]> {
  const ids = events.map(targetUserOf).filter((id) => id !== undefined);
  const emails = [...new Set(events.map(({ actor }) => actor))];
  const accounts = await rowsOf<{ id: number; email: string; name: string }>(manager, accountsOf(ids, emails));
  const byId = new Map(accounts.map(({ id, name }) => [id, { userId: id, name }]));
  const byEmail = new Map(accounts.map(({ id, email }) => [email, byId.get(id)]));
  return events.map((event) => ({
    ...event,
    actorPerson: byEmail.get(event.actor) ?? null,
    targetPerson: byId.get(targetUserOf(event) ?? 0) ?? null,
  }));
}

function targetUserOf({ targetType, targetId, details }: AuditRow): number | undefined {
  const id = Number(targetType === 'user' ? targetId : details.userId);
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

async function filterOf(
  manager: EntityManager,
  organizationId: number | undefined,
  { search: text, ...filter }: AuditExportQuery,
): Promise<AuditFilter> {
  if (text === undefined) return { ...filter, organizationId };
  const found = await rowsOf<{ id: number; email: string }>(manager, accountsNamed(text));
  const [userIds, emails] = [found.map(({ id }) => id), found.map(({ email }) => email)];
  const machineIds = (await rowsOf<{ id: string }>(manager, machinesNamed(text))).map(({ id }) => id);
  return { ...filter, organizationId, search: { text, userIds, emails, machineIds } };
}
