import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Readable } from 'node:stream';
import { DataSource } from 'typeorm';
import { byteOrderMark, csvLine } from '../http/csv.js';
import { pageOfRows } from '../http/paging.js';
import { type AuditEventPage, type AuditEventView, type AuditQuery } from './dto/audit.js';

/** Rows that are fetched at once for an export. */
const exportBatch = 2000;

/**
 * Reads the audit log: what was recorded, and the grants and ends of leases from the tables that have them. Nothing here, or
 * anywhere, changes it.
 */
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
    yield (
      byteOrderMark +
      csvLine(['Time', 'Action', 'Organization', 'By', 'From address', 'Target type', 'Target', 'Details'])
    );
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

/** A grant, from a lease or from the session that it has become; `event_id` is null where audit_event has it. */
const grant = (table: string, lease: string, model: string, join = ''): string => `
  SELECT l.event_id AS id, l.started_at AS occurred_at, 'lease.granted' AS action, l.organization_id,
         coalesce(u.email, 'user ' || l.user_id) AS actor, 'lease' AS target_type, ${lease}::text AS target_id,
         jsonb_build_object('product', l.product, 'model', ${model}, 'machineId', l.machine_id, 'sessionId', l.session_id,
                            'hostname', l.hostname) AS details,
         l.granted_from AS address
    FROM ${table} l LEFT JOIN user_account u ON u.id = l.user_id ${join} WHERE l.event_id IS NOT NULL`;

/** Ends by the hand of the one who held the seat have no name of their own. */
const ends = `
  SELECT s.ended_event_id, s.ended_at, 'lease.ended', s.organization_id,
         coalesce(s.ended_by, CASE WHEN s.end_reason IN ('released', 'ended-by-holder') THEN u.email END, 'server'),
         'lease', s.lease_id::text,
         jsonb_build_object('reason', s.end_reason, 'product', s.product, 'machineId', s.machine_id, 'holder', u.email),
         s.ended_from
    FROM ended_session s LEFT JOIN user_account u ON u.id = s.user_id WHERE s.ended_event_id IS NOT NULL`;

const sessions = `(SELECT granted_event_id AS event_id, lease_id, model, started_at, organization_id, user_id, product,
                          machine_id, session_id, hostname, granted_from FROM ended_session)`;

const events = `
  SELECT id, occurred_at, action, organization_id, actor, target_type, target_id, details, address FROM audit_event
  UNION ALL ${grant('lease', 'l.id', 'p.model', 'JOIN seat_pool p ON p.id = l.pool_id')}
  UNION ALL ${grant(sessions, 'l.lease_id', 'l.model')}
  UNION ALL ${ends}`;

const filtered = `(${events}) e
  WHERE ($1::bigint IS NULL OR e.organization_id = $1) AND ($2::text IS NULL OR fold_case(e.actor) = fold_case($2))
    AND ($3::text IS NULL OR starts_with(e.action, $3)) AND ($4::timestamptz IS NULL OR e.occurred_at >= $4)
    AND ($5::timestamptz IS NULL OR e.occurred_at < $5)
    AND ($6::text IS NULL OR strpos(fold_case(concat_ws(' ', e.actor, e.action, e.target_id, e.address, e.details::text)), fold_case($6)) > 0)`;

function parametersOf(organizationId: number | undefined, { actor, action, from, to, search }: AuditQuery): unknown[] {
  return [organizationId ?? null, actor ?? null, action ?? null, from ?? null, to ?? null, search ?? null];
}
