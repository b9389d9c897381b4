import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Readable } from 'node:stream';
import { DataSource } from 'typeorm';
import { csvLine } from '../http/csv.js';
import { containing, pageOfRows } from '../http/paging.js';
import { type AuditEventPage, type AuditEventView, type AuditQuery } from './dto/audit.js';

/** Rows that are fetched at once for an export. */
const exportBatch = 2000;

/** Reads the audit log. Nothing here, or anywhere, changes it. */
@Injectable()
export class AuditLogService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @param organizationId undefined: of the whole server */
  async list(organizationId: number | undefined, query: AuditQuery): Promise<AuditEventPage> {
    return pageOfRows<AuditEventView>(
      this.dataSource.manager,
      {
        select: columns,
        from: filtered,
        parameters: parametersOf(organizationId, query),
        tieBreaker: 'e.id DESC',
        sort: 'occurredAt,desc',
      },
      query,
      { occurredAt: 'e.occurred_at', action: 'e.action', actor: 'e.actor', id: 'e.id' },
    );
  }

  /** The same as CSV, oldest first, fetched piece by piece. */
  export(organizationId: number | undefined, query: AuditQuery): Readable {
    return Readable.from(this.lines(parametersOf(organizationId, query)));
  }

  private async *lines(parameters: readonly unknown[]): AsyncGenerator<string> {
    yield csvLine(['Time', 'Action', 'Organization', 'By', 'From address', 'Target type', 'Target', 'Details']);
    for (let last = 0; ;) {
      const rows = await this.dataSource.query<AuditEventView[]>(
        `SELECT ${columns} FROM ${filtered} AND e.id > $7 ORDER BY e.id LIMIT ${exportBatch}`,
        [...parameters, last],
      );
      const newest = rows.at(-1);
      if (!newest) return;
      last = newest.id;
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

const columns = `e.id, e.occurred_at AS "occurredAt", e.action, e.organization_id AS "organizationId", e.actor,
  e.target_type AS "targetType", e.target_id AS "targetId", e.details, e.address`;

const filtered = `audit_event e
  WHERE ($1::bigint IS NULL OR e.organization_id = $1) AND ($2::text IS NULL OR lower(e.actor) = lower($2))
    AND ($3::text IS NULL OR starts_with(e.action, $3)) AND ($4::timestamptz IS NULL OR e.occurred_at >= $4)
    AND ($5::timestamptz IS NULL OR e.occurred_at < $5)
    AND ($6::text IS NULL OR concat_ws(' ', e.actor, e.action, e.target_id, e.details::text) ILIKE $6)`;

function parametersOf(organizationId: number | undefined, { actor, action, from, to, search }: AuditQuery): unknown[] {
  return [
    organizationId ?? null,
    actor ?? null,
    action ?? null,
    from ?? null,
    to ?? null,
    search === undefined ? null : containing(search),
  ];
}
