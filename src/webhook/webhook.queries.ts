import sql, { type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { type Database, rowsOf } from '../database/query.js';
import { type CursorRows } from '../http/cursor.js';
import { type Sorting } from '../http/paging.js';
import { type DeliveryQuery, type WebhookQuery } from './dto/webhook.js';
import { type WebhookDelivery } from './delivery/webhook-delivery.entity.js';
import { type Occurrence, type WebhookEvent } from './webhook-events.js';

/** The events that enabled webhooks want, each with whose webhook it is. */
export function wantedEvents(database: Database): Promise<{ organizationId: number | null; event: WebhookEvent }[]> {
  return rowsOf(
    database,
    sql`SELECT DISTINCT organization_id AS "organizationId", unnest(events) AS event FROM webhook WHERE enabled`,
  );
}

/** Writes events for the webhooks that want them. A webhook that is being deleted is waited for, and then left out. */
export function insertDeliveries(occurrences: readonly Occurrence[], now: Date): Sql {
  const events = sql`unnest(${occurrences.map(({ event }) => event)}::text[],
                            ${occurrences.map(({ organizationId }) => organizationId)}::bigint[],
                            ${occurrences.map(({ isForAll }) => isForAll)}::boolean[],
                            ${occurrences.map(({ userId }) => userId)}::bigint[],
                            ${occurrences.map(({ data }) => JSON.stringify(data))}::jsonb[])
                     AS e(event, organization_id, is_for_all, user_id, data)`;
  return sql`
    INSERT INTO webhook_delivery (webhook_id, message_id, event, organization_id, user_id, data, occurred_at, next_attempt_at)
    SELECT w.id, 'msg_' || replace(gen_random_uuid()::text, '-', ''), e.event, e.organization_id, e.user_id, e.data,
           ${now}::timestamptz, ${now}::timestamptz
      FROM ${events}
      JOIN webhook w ON w.enabled AND e.event = ANY(w.events)
                    AND (w.organization_id IS NULL OR w.organization_id = e.organization_id OR e.is_for_all)
       FOR KEY SHARE OF w`;
}

/** A delivery, with the names that it tells. */
export interface NamedDelivery extends Pick<
  WebhookDelivery,
  'id' | 'messageId' | 'event' | 'data' | 'occurredAt' | 'attempts' | 'organizationId' | 'userId'
> {
  organizationName: string | null;
  userEmail: string | null;
  /** Whom an invitation or a mail is for. */
  recipient: string | null;
  /** Why a mail has failed. */
  mailError: string | null;
}

const named = sql`d.id, d.message_id AS "messageId", d.event, d.data, d.occurred_at AS "occurredAt", d.attempts,
  d.organization_id AS "organizationId", d.user_id AS "userId", o.name AS "organizationName", u.email AS "userEmail",
  coalesce(i.email, m.recipient) AS recipient, m.last_error AS "mailError"`;

const names = sql`LEFT JOIN organization o ON o.id = d.organization_id
  LEFT JOIN user_account u ON u.id = d.user_id
  LEFT JOIN invitation i ON i.id = (d.data ->> 'invitationId')::bigint
  LEFT JOIN outbox_mail m ON m.id = (d.data ->> 'mailId')::bigint`;

const isDue = (now: Date): Sql => sql`d.state = 'waiting' AND d.next_attempt_at <= ${now}
  AND (d.claimed_until IS NULL OR d.claimed_until <= ${now})`;

/** The webhooks to which something is to be sent now. */
export async function dueWebhooks(database: Database, now: Date): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    database,
    sql`SELECT w.id FROM webhook w
         WHERE w.enabled AND (w.retry_at IS NULL OR w.retry_at <= ${now})
           AND EXISTS (SELECT FROM webhook_delivery d WHERE d.webhook_id = w.id AND ${isDue(now)})
         ORDER BY w.id`,
  );
  return rows.map(({ id }) => id);
}

/** Which deliveries to claim, and for how long. */
export interface DeliveryClaim {
  webhookId: number;
  now: Date;
  until: Date;
  /** At most this many. */
  limit: number;
}

/** Claims the next deliveries of a webhook for this server: the oldest first, but those that have failed after the others. */
export function claimDeliveries(
  database: Database,
  { webhookId, now, until, limit }: DeliveryClaim,
): Promise<NamedDelivery[]> {
  return rowsOf(
    database,
    sql`
      WITH claimed AS (
        UPDATE webhook_delivery SET claimed_until = ${until}, attempts = attempts + 1
         WHERE id IN (SELECT d.id FROM webhook_delivery d WHERE d.webhook_id = ${webhookId} AND ${isDue(now)}
                       ORDER BY d.attempts, d.id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING *)
      SELECT ${named} FROM claimed d ${names} ORDER BY d.id`,
  );
}

/** What a list shows of a delivery beside what it tells. */
export type DeliveryRow = NamedDelivery &
  Pick<WebhookDelivery, 'state' | 'nextAttemptAt' | 'attemptedAt' | 'durationMillis' | 'status' | 'response' | 'error'>;

export const deliverySorting: Sorting<DeliveryQuery> = { id: 'd.id', event: 'd.event', occurredAt: 'd.occurred_at' };

export function deliveriesOf(webhookId: number, { state, event }: DeliveryQuery): CursorRows {
  return {
    select: sql`${named}, d.state, d.next_attempt_at AS "nextAttemptAt", d.attempted_at AS "attemptedAt",
      d.duration_millis AS "durationMillis", d.status, d.response, d.error`,
    from: sql`webhook_delivery d ${names} WHERE d.webhook_id = ${webhookId}
      AND (${state ?? null}::text IS NULL OR d.state = ${state ?? null}) AND (${event ?? null}::text IS NULL OR d.event = ${event ?? null})`,
    tie: { column: 'd.id', direction: 'DESC' },
    sort: 'id,desc',
    neverNull: Object.values(deliverySorting),
  };
}

/** The addresses of the server's administrators. */
export async function rootAddresses(manager: EntityManager): Promise<string[]> {
  const rows = await rowsOf<{ email: string }>(
    manager,
    sql`SELECT email FROM user_account WHERE root AND disabled_at IS NULL AND NOT service ORDER BY id`,
  );
  return rows.map(({ email }) => email);
}

/** What the list of webhooks is sorted by. */
export const webhookSorting: Sorting<WebhookQuery> = { id: 'w.id', host: 'w.host', createdAt: 'w.createdAt' };
