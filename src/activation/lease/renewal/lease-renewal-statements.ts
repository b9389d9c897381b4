import { type Statement } from '../../../database/pool/preparing-client.js';
import { type Model, type Product } from '../../../license/file/product.js';
import { leaseMinutesInSql } from '../../seat/lease-policy.js';
import { productOf, type SeatSession, takesFloatingOnly } from '../../seat/seat-decision.js';

// What renewals tell the database: one statement for all that arrive at the same moment, whose plan is kept.

/** A lease that is to be prolonged. */
export interface RenewItem {
  id: string;
  userId: number;
}

/** A lease that was prolonged. */
export interface Renewed {
  id: string;
  userId: number;
  /** Milliseconds since 1970: quicker to read than a timestamp's text. */
  renewed: number;
  expires: number;
  renewalShare: number;
  /** As {@link expires}, of a borrowed seat; null: it is not borrowed. */
  borrowed: number | null;
}

/** A session whose lease is to be prolonged. */
export interface SessionItem extends SeatSession {
  userId: number;
  organizationId: number | undefined;
}

/** A session's lease that was prolonged, with all that its client is told. */
export interface RenewedSession extends Renewed {
  clientRenewalShare: number;
  number: number;
  product: Product;
  organizationId: number;
  organizationName: string;
  model: Model;
  machineId: string;
  sessionId: string;
  quota: number;
  /** Seats of the pool, those of offline licenses included. */
  inUse: number;
}

// PostgreSQL keeps the plans, and may have made them for few rows. So each table is read by its index: LATERAL with OFFSET 0 in the place
// of a join, and `= ANY` where leases are changed.

const renewLeasesInSql = `
  WITH found AS MATERIALIZED (
    SELECT l.id, t.now, o.renewal_share,
           least(t.now + least(${leaseMinutesInSql}, p.max_lease_minutes) * interval '1 minute', p.ends_at) AS expires_at,
           p.ends_at > greatest(t.now, i.newest_time)
             -- A license has begun or ended since: whether there still is a seat is for the check-out to judge.
             AND i.quotas_valid_until > greatest(t.now, i.newest_time) AS is_licensed
      FROM server_now() AS t(now), installation i, unnest($1::uuid[], $2::bigint[]) AS w(id, user_id),
           LATERAL (SELECT id, pool_id FROM lease WHERE id = w.id AND user_id = w.user_id OFFSET 0) AS l,
           LATERAL (SELECT * FROM seat_pool WHERE id = l.pool_id OFFSET 0) AS p,
           LATERAL (SELECT * FROM organization WHERE id = p.organization_id OFFSET 0) AS o)
  UPDATE lease l
     -- Never shortened: its client may not hear of it, and the pool's earliest expiry is a lower bound.
     SET renewed_at = f.now, expires_at = coalesce(l.borrowed_until, greatest(l.expires_at, f.expires_at))
    FROM found f
   WHERE l.id = ANY($1) AND l.id = f.id AND l.expires_at > f.now
     -- A borrowed token is good whatever becomes of the license.
     AND (l.borrowed_until IS NOT NULL OR f.is_licensed)
  RETURNING l.id, l.user_id AS "userId", floor(extract(epoch FROM l.renewed_at) * 1000)::bigint AS renewed,
            floor(extract(epoch FROM l.expires_at) * 1000)::bigint AS expires,
            floor(extract(epoch FROM l.borrowed_until) * 1000)::bigint AS borrowed, f.renewal_share AS "renewalShare"`;

const renewSessionsInSql = `
  WITH found AS MATERIALIZED (
    SELECT s.id, p.id AS pool_id, t.now, o.name, o.renewal_share, o.client_renewal_share, p.model, p.quota, p.in_use, w.hostname, w.version,
           least(t.now + least(${leaseMinutesInSql}, p.max_lease_minutes) * interval '1 minute', p.ends_at) AS expires_at
      FROM server_now() AS t(now), installation i,
           unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])
             AS w(user_id, product, machine_id, session_id, organization_id, model, hostname, version),
           LATERAL (SELECT id, pool_id FROM lease
                     WHERE user_id = w.user_id AND product = w.product AND machine_id = w.machine_id AND session_id = w.session_id
                       AND organization_id = coalesce(w.organization_id, organization_id)
                     ORDER BY number DESC LIMIT 1) AS s,
           LATERAL (SELECT * FROM seat_pool WHERE id = s.pool_id OFFSET 0) AS p,
           LATERAL (SELECT * FROM organization WHERE id = p.organization_id OFFSET 0) AS o
     WHERE p.model = coalesce(w.model, p.model)
       AND p.ends_at > greatest(t.now, i.newest_time) AND i.quotas_valid_until > greatest(t.now, i.newest_time)
       -- Rules about machines are for the check-out to judge by.
       AND o.allowed_machines = '{}' AND o.denied_machines = '{}')
  UPDATE lease l
     SET renewed_at = f.now, expires_at = coalesce(l.borrowed_until, greatest(l.expires_at, f.expires_at)),
         hostname = coalesce(f.hostname, l.hostname), version = coalesce(f.version, l.version)
    FROM found f
   WHERE l.id = ANY(ARRAY(SELECT id FROM found)) AND l.id = f.id AND l.expires_at > f.now
  RETURNING l.id, l.number, l.user_id AS "userId", l.product, l.machine_id AS "machineId", l.session_id AS "sessionId",
            l.organization_id AS "organizationId", f.model, f.name AS "organizationName",
            floor(extract(epoch FROM l.renewed_at) * 1000)::bigint AS renewed,
            floor(extract(epoch FROM l.expires_at) * 1000)::bigint AS expires,
            floor(extract(epoch FROM l.borrowed_until) * 1000)::bigint AS borrowed, f.renewal_share AS "renewalShare",
            f.client_renewal_share AS "clientRenewalShare", f.quota,
            f.in_use + (SELECT count(DISTINCT c.seat) FROM charged_seat c
                         WHERE c.pool_id = f.pool_id AND c.expires_at > f.now)::int AS "inUse"`;

/** @returns of {@link Renewed} */
export function renewLeases(items: readonly RenewItem[]): Statement {
  return [renewLeasesInSql, [items.map(({ id }) => id), items.map(({ userId }) => userId)]];
}

/** @returns of {@link RenewedSession} */
export function renewSessions(items: readonly SessionItem[]): Statement {
  return [
    renewSessionsInSql,
    [
      items.map(({ userId }) => userId),
      items.map(({ clientPackage }) => productOf(clientPackage)),
      items.map(({ machineId }) => machineId),
      items.map(({ sessionId }) => sessionId),
      items.map(({ organizationId }) => organizationId ?? null),
      items.map((item) => (takesFloatingOnly(item) ? 'floating' : null)),
      items.map(({ hostname }) => hostname),
      items.map(({ version }) => version),
    ],
  ];
}
