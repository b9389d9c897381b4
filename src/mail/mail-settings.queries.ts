import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../database/query.js';
import { isFound, type RowQuery, type Sorting } from '../http/paging.js';
import { type OutboxQuery } from './dto/mail-server.js';

/** The mails of an organization, or of the whole server, for a list. */
export function mailsOf(
  owner: number | null,
  { state = null, search = null }: { [Key in 'state' | 'search']?: OutboxQuery[Key] | null },
): RowQuery {
  return {
    select: sql`m.id, m.kind, m.recipient, m.subject, m.state, m.attempts, m.created_at AS "createdAt",
                CASE WHEN m.state = 'waiting' THEN m.next_attempt_at END AS "nextAttemptAt", m.last_error AS "lastError",
                m.sent_at AS "sentAt"`,
    from: sql`outbox_mail m
              WHERE m.organization_id IS NOT DISTINCT FROM ${owner}::bigint
                AND (${state}::text IS NULL OR m.state = ${state})
                AND ${isFound('m.recipient, m.subject, m.kind, m.last_error', search)}`,
    tieBreaker: 'm.id DESC',
    sort: 'createdAt,desc',
  };
}

/** What the list of mails can be sorted by. */
export const mailSorting: Sorting<OutboxQuery> = {
  createdAt: 'm.created_at',
  sentAt: 'm.sent_at',
  recipient: 'm.recipient',
  kind: 'm.kind',
  state: 'm.state',
};

export async function organizationExists(manager: EntityManager, organizationId: number): Promise<boolean> {
  const found = await rowsOf(manager, sql`SELECT FROM organization WHERE id = ${organizationId}`);
  return found.length > 0;
}
