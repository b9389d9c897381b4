import { type Actor } from '../../../access/actor.js';
import { rowsWithSessionId } from '../../../audit/session-ids.js';
import { keyInSql } from '../../../database/locks.js';
import { type Statement } from '../../../database/pool/preparing-client.js';
import { type Product } from '../../../license/file/product.js';
import { heldSeat, leaseSeat } from '../../../license/pool/seats-out.queries.js';
import { leaseColumns } from '../../seat/lease-columns.js';
import { noEnder, whyEnded } from '../../seat/lease-end.js';
import { outageMillis } from '../renewal/heartbeat.service.js';
import {
  type DenialCode,
  type LeaseState,
  machineOf,
  type PoolState,
  productOf,
  type SeatPolicy,
  type SeatRequest,
} from '../../seat/seat-decision.js';
import { staleWaiterMillis } from '../queue/seat-queue.js';

// What a batch of check-outs asks the database and tells it: one statement of each kind, however many the requests.

/** Where seats are asked for. */
export interface Queue {
  organizationId: number;
  product: Product;
}

/** A waiting request, as stored in the database. */
export interface Waiter extends Queue {
  id: number;
  userId: number;
}

export interface LockedPoolRow
  extends
    Omit<
      PoolState,
      | ('endsAt' | 'reservations' | 'caps' | 'held' | 'heldTokens' | 'maxLeaseMillis' | 'freeMillis' | 'liveSeats')
      | ('borrowEndsAt' | 'borrowMaxDays' | 'lent' | 'unassigned')
    >,
    Omit<SeatPolicy, 'leaseMillis' | 'engineLeaseMillis'> {
  licensedBorrowDays: number;
  borrowEndsAt: Date | number;
  maxLeaseMinutes: number;
  freeOnReleaseMinutes: number;
  endsAt: Date | number;
  earliest: Date | number;
  name: string;
  leaseMinutes: number;
  engineLeaseMinutes: number | null;
  /** Seats of the product that are reserved for a user or team. */
  reserved: number;
  /** Whether a cap exists for this product. */
  isCapped: boolean;
}

export interface Moment {
  now: Date;
  licenseTime: Date;
  outdated: boolean;
  /** Whether no server was at work for too long. */
  away: boolean;
  /** Seats of each pool that are out as offline licenses, or as tokens that outlived their session. */
  offline: Record<string, number> | null;
  /** Pools with tokens that outlived their session. */
  charged: number[] | null;
  /** Of the organizations, whatever product they wait for. */
  waiting: Waiter[] | null;
}

/** A new lease, and for which request. */
export interface LeaseToInsert {
  request: SeatRequest;
  /** Who asked for it. */
  actor: Actor;
  lease: LeaseState;
}

// PostgreSQL keeps the plans of these statements, and may have made them for few rows. So each table is read by the index that it says:
// LATERAL with OFFSET 0 in the place of a join, and `= ANY` where rows are changed.

/** The pools `p` where seats are asked for. Parameters: organizations, products. */
const askedPools = `unnest($1::bigint[], $2::text[]) AS w(organization_id, product),
            LATERAL (SELECT * FROM seat_pool WHERE organization_id = w.organization_id AND product = w.product OFFSET 0) AS p`;

export function lockPoolsOf(queues: readonly Queue[]): Statement {
  return [
    `SELECT FROM seat_pool WHERE id = ANY(ARRAY(SELECT p.id FROM ${askedPools})) ORDER BY id FOR UPDATE`,
    columnsOf(queues),
  ];
}

/** @returns of {@link LockedPoolRow} */
export function poolsOf(queues: readonly Queue[]): Statement {
  return [
    `SELECT p.id, p.organization_id AS "organizationId", p.product, p.model, p.quota, p.in_use AS "inUse",
            p.machine_quota AS "machineQuota", p.ends_at AS "endsAt", p.earliest_expiry AS earliest, o.name,
            p.max_lease_minutes AS "maxLeaseMinutes", p.max_overage_percent AS "maxOveragePercent",
            p.free_on_release_minutes AS "freeOnReleaseMinutes",
            o.lease_minutes AS "leaseMinutes", o.renewal_share AS "renewalShare",
            o.client_renewal_share AS "clientRenewalShare",
            o.engine_lease_minutes AS "engineLeaseMinutes", o.engine_wait_seconds AS "engineWaitSeconds",
            o.over_quota_percent AS "overQuotaPercent", o.allowed_machines AS "allowedMachines",
            o.denied_machines AS "deniedMachines",
            p.borrow_max_days AS "licensedBorrowDays", p.borrow_ends_at AS "borrowEndsAt",
            o.borrow_max_days AS "borrowMaxDays", o.borrow_keep_seats AS "borrowKeepSeats", o.auto_assign AS "autoAssign",
            (SELECT coalesce(sum(r.seats), 0)::int FROM seat_reservation r
              WHERE r.organization_id = p.organization_id AND r.product = p.product) AS reserved,
            EXISTS (SELECT FROM seat_cap c
                     WHERE c.organization_id = p.organization_id AND c.product = p.product OFFSET 0) AS "isCapped"
       FROM ${askedPools}, LATERAL (SELECT * FROM organization WHERE id = p.organization_id OFFSET 0) AS o`,
    columnsOf(queues),
  ];
}

/** @returns of {@link Moment}, one */
export function momentOf(queues: readonly Queue[]): Statement {
  return [
    `SELECT now, greatest(newest_time, now) AS "licenseTime", greatest(newest_time, now) >= quotas_valid_until AS outdated,
            alive_at <= clock_timestamp() - $4 * interval '1 millisecond' AS away,
            (SELECT json_object_agg(pool_id, seats)
               FROM (SELECT p.id AS pool_id, count(DISTINCT f.seat) AS seats
                       FROM ${askedPools}, LATERAL (SELECT seat FROM charged_seat WHERE pool_id = p.id AND expires_at > now OFFSET 0) AS f
                      GROUP BY p.id) AS held) AS offline,
            (SELECT json_agg(DISTINCT p.id)
               FROM ${askedPools}
              WHERE EXISTS (SELECT FROM seat_charge c WHERE c.pool_id = p.id AND c.kind = 'session' AND c.expires_at > now OFFSET 0)) AS charged,
            (SELECT json_agg(json_build_object('id', s.id, 'organizationId', s.organization_id, 'product', s.product,
                                               'userId', s.user_id) ORDER BY s.id)
               FROM (SELECT DISTINCT organization_id FROM unnest($1::bigint[]) AS w(organization_id)) AS w,
                    LATERAL (SELECT * FROM seat_waiter WHERE organization_id = w.organization_id OFFSET 0) AS s
              WHERE s.seen_at > clock_timestamp() - $3 * interval '1 millisecond') AS waiting
       FROM installation, server_now() AS now`,
    [...columnsOf(queues), staleWaiterMillis, outageMillis],
  ];
}

/** The users' leases on the machines of the requests, or of the same containers under other machine ids. */
export function ownLeases(requests: readonly SeatRequest[], of: 'machine' | 'container'): Statement {
  const column = of === 'machine' ? 'machine_id' : 'fingerprint';
  return [
    // OFFSET 0 keeps the planner to one look into the right index for each request, whatever it believes about a user's leases.
    `SELECT ${leaseColumns}
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) AS w(user_id, product, name, organization_id),
            LATERAL (SELECT * FROM lease
                      WHERE user_id = w.user_id AND product = w.product AND ${column} = w.name OFFSET 0) AS l
      WHERE l.organization_id = w.organization_id`,
    [
      requests.map((request) => request.userId),
      requests.map((request) => productOf(request.clientPackage)),
      requests.map((request) => (of === 'machine' ? request.machineId : request.fingerprint)),
      requests.map((request) => request.organizationId),
    ],
  ];
}

/** A user whose seat there is, and how many have one assigned in the pool. */
export interface LicensedUserRow {
  poolId: number;
  userId: number;
  assigned: number;
}

/** A user or a machine with a live lease. */
export interface LiveSeat {
  poolId: number;
  /** The user of a per-user seat, the machine of a node-locked one. */
  seat: string;
}

/** @returns of {@link LicensedUserRow}; after a cut of the quota the users who were assigned first keep their seats */
export function licensedUsers(poolIds: readonly number[], userIds: readonly number[]): Statement {
  return [
    `SELECT l.pool_id AS "poolId", l.user_id AS "userId",
            (SELECT count(*)::int FROM licensed_user a WHERE a.pool_id = l.pool_id) AS assigned
       FROM licensed_user l
      WHERE l.pool_id = ANY($1) AND l.user_id = ANY($2)
        AND (SELECT quota FROM seat_pool WHERE id = l.pool_id)
            > (SELECT count(*) FROM licensed_user e
                WHERE e.pool_id = l.pool_id AND (e.assigned_at, e.user_id) < (l.assigned_at, l.user_id))`,
    [poolIds, userIds],
  ];
}

/** @returns `poolId`, `count` of assigned seats */
export function assignedCounts(poolIds: readonly number[]): Statement {
  return [
    `SELECT pool_id AS "poolId", count(*)::int FROM licensed_user WHERE pool_id = ANY($1) GROUP BY pool_id`,
    [poolIds],
  ];
}

/**
 * @returns `place` (from 1) of the requests of people that may be assigned a seat: not those of sessions that have ended because
 *   their seat was taken back
 */
export function assignableRequests(requests: readonly SeatRequest[]): Statement {
  return [
    `SELECT w.place
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) WITH ORDINALITY
              AS w(user_id, machine_id, session_id, organization_id, place)
       JOIN LATERAL (SELECT service FROM user_account WHERE id = w.user_id OFFSET 0) AS u ON NOT u.service
      WHERE NOT EXISTS (SELECT FROM ${rowsWithSessionId('ended_session', 'w.session_id')} s
                         WHERE s.user_id = w.user_id AND s.machine_id = w.machine_id
                           AND s.organization_id = w.organization_id AND s.end_reason = 'unassigned')`,
    [
      requests.map(({ userId }) => userId),
      requests.map(({ machineId }) => machineId),
      requests.map(({ sessionId }) => sessionId),
      requests.map(({ organizationId }) => organizationId),
    ],
  ];
}

/** Per-user seats that people have from now on. By the database's clock, as where an administrator assigns them. */
export function assignment(assigned: readonly { poolId: number; userId: number }[]): Statement {
  return [
    `INSERT INTO licensed_user (pool_id, user_id, assigned_at)
       SELECT *, server_now() FROM unnest($1::bigint[], $2::bigint[])`,
    [assigned.map(({ poolId }) => poolId), assigned.map(({ userId }) => userId)],
  ];
}

/** Until the commit, no other transaction grants these users a seat, in any pool. */
export function lockHolders(userIds: readonly number[]): Statement {
  return [
    `SELECT pg_advisory_xact_lock(${keyInSql('leases of', 'id')})
       FROM (SELECT DISTINCT id FROM unnest($1::bigint[]) AS u(id) ORDER BY id) AS holders`,
    [userIds],
  ];
}

/** @returns `userId`, `count` of live leases, in all organizations */
export function leaseCounts(userIds: readonly number[]): Statement {
  return [
    `SELECT user_id AS "userId", count(*)::int FROM lease
      WHERE user_id = ANY($1) AND expires_at > server_now() GROUP BY user_id`,
    [userIds],
  ];
}

export function leasesOf(poolIds: readonly number[], userIds: readonly number[]): Statement {
  return [`SELECT ${leaseColumns} FROM lease l WHERE l.pool_id = ANY($1) AND l.user_id = ANY($2)`, [poolIds, userIds]];
}

/** @returns of {@link LiveSeat}, in pools where more users or machines have a place than there are seats */
export function liveSeats(pools: readonly Pick<PoolState, 'id' | 'offline'>[], now: Date): Statement {
  return [
    `WITH crowded AS MATERIALIZED (
       SELECT p.id, p.model
         FROM unnest($1::bigint[], $2::int[]) AS o(pool_id, offline), LATERAL (SELECT * FROM seat_pool WHERE id = o.pool_id OFFSET 0) AS p
        WHERE p.quota < o.offline + CASE p.model WHEN 'per-user' THEN (SELECT count(*) FROM licensed_user WHERE pool_id = p.id)
                                                 ELSE (SELECT count(*) FROM machine WHERE pool_id = p.id) END)
     SELECT DISTINCT l.pool_id AS "poolId",
            CASE c.model WHEN 'per-user' THEN l.user_id::text ELSE coalesce(l.fingerprint, l.machine_id) END AS seat
       FROM crowded c, LATERAL (SELECT * FROM lease WHERE pool_id = c.id AND expires_at > $3 OFFSET 0) AS l`,
    [pools.map(({ id }) => id), pools.map(({ offline }) => offline), now],
  ];
}

/** The leases whose tokens the requests have signed in with, or those that have taken over their seats. */
export function leasesOfTokens(requests: readonly SeatRequest[]): Statement {
  return [
    `SELECT ${leaseColumns}
       FROM unnest($1::bigint[], $2::uuid[]) AS w(user_id, id),
            LATERAL (SELECT * FROM lease WHERE id = w.id UNION ALL SELECT * FROM lease WHERE origin_id = w.id OFFSET 0) AS l
      WHERE l.user_id = w.user_id`,
    [requests.map(({ userId }) => userId), requests.map(({ takesOver }) => takesOver ?? null)],
  ];
}

/** @returns `poolId`, `seat` of those that are borrowed, as `seatName` calls them */
export function lentSeats(poolIds: readonly number[], now: Date): Statement {
  return [
    `SELECT DISTINCT p.id AS "poolId", s.seat
       FROM seat_pool p,
            LATERAL (SELECT ${leaseSeat} AS seat FROM lease l WHERE l.pool_id = p.id AND l.borrowed_until > $2
                     UNION ALL
                     SELECT ${heldSeat} FROM seat_charge c WHERE c.pool_id = p.id AND c.lease_id IS NOT NULL AND c.expires_at > $2) AS s
      WHERE p.id = ANY($1)`,
    [poolIds, now],
  ];
}

/**
 * @returns of {@link ChargedSession}: tokens that outlived their session, of these machines, and of these users where seats are per user.
 *   Those that were borrowed hold their seat until they are surrendered
 */
export function chargedSessions(poolIds: readonly number[], requests: readonly SeatRequest[], now: Date): Statement {
  return [
    `SELECT id, pool_id AS "poolId", user_id AS "userId", machine_id AS "machineId", fingerprint, expires_at AS "expiresAt",
            lease_id IS NOT NULL AS "isBorrowed"
       FROM seat_charge
      WHERE kind = 'session' AND pool_id = ANY($1) AND expires_at > $2 AND (machine_id = ANY($3) OR model = 'per-user' AND user_id = ANY($4))
      ORDER BY expires_at DESC, id`,
    [poolIds, now, requests.map(({ machineId }) => machineId), requests.map(({ userId }) => userId)],
  ];
}

export function removeCharges(ids: readonly number[]): Statement {
  return ['DELETE FROM seat_charge WHERE id = ANY($1)', [ids]];
}

/** @returns `poolId`, `count` of registered machines */
export function machineCounts(poolIds: readonly number[]): Statement {
  return ['SELECT pool_id AS "poolId", count(*)::int FROM machine WHERE pool_id = ANY($1) GROUP BY pool_id', [poolIds]];
}

/**
 * @returns `poolId`, `machineId` of those whose place there is. After a cut of the quota those that were bound first keep
 *   theirs; an offline license cannot be revoked
 */
export function registeredMachines(
  pools: readonly Pick<PoolState, 'id' | 'offline'>[],
  requests: readonly SeatRequest[],
): Statement {
  return [
    `SELECT m.pool_id AS "poolId", m.machine_id AS "machineId"
       FROM unnest($1::bigint[], $3::int[]) AS o(pool_id, offline),
            LATERAL (SELECT * FROM seat_pool WHERE id = o.pool_id OFFSET 0) AS p,
            LATERAL (SELECT * FROM machine WHERE pool_id = o.pool_id AND machine_id = ANY($2) OFFSET 0) AS m
      WHERE least(CASE p.model WHEN 'node-locked' THEN p.quota END, p.machine_quota) - o.offline
            > (SELECT count(*) FROM machine e
                WHERE e.pool_id = m.pool_id AND (e.registered_at, e.machine_id) < (m.registered_at, m.machine_id))`,
    [pools.map(({ id }) => id), requests.map(machineOf), pools.map(({ offline }) => offline)],
  ];
}

export function removal(leases: readonly LeaseState[]): Statement {
  return [
    `DELETE FROM lease USING (SELECT set_config('license_server.end_reason', $2, true),
                  set_config('license_server.ended_by', $3, true),
                  set_config('license_server.ended_from', $4, true)) AS why WHERE id = ANY($1)`,
    [leases.map(({ id }) => id), ...whyEnded('replaced', noEnder)],
  ];
}

/** @returns `id`, `number`: the database numbers new leases */
export function insertion(inserted: readonly LeaseToInsert[], now: Date): Statement {
  return [
    `INSERT INTO lease (id, pool_id, organization_id, product, user_id, machine_id, session_id, hostname, version,
                        fingerprint, job_id, granted_from, client, started_at, renewed_at, expires_at, borrowed_until, origin_id)
       SELECT w.id, w.pool_id, w.organization_id, w.product, w.user_id, w.machine_id, w.session_id, w.hostname, w.version,
              w.fingerprint, w.job_id, w.granted_from, w.client, $11, $11, w.expires_at, w.borrowed_until,
              w.origin_id
         FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::timestamptz[], $12::text[], $13::text[], $14::text[], $15::text[],
                     $16::timestamptz[], $17::uuid[])
           AS w(id, pool_id, organization_id, product, user_id, machine_id, session_id, hostname, version, expires_at,
                fingerprint, job_id, granted_from, client, borrowed_until, origin_id)
     RETURNING id, number`,
    [
      inserted.map(({ lease }) => lease.id),
      inserted.map(({ lease }) => lease.poolId),
      inserted.map(({ lease }) => lease.organizationId),
      inserted.map(({ lease }) => lease.product),
      inserted.map(({ lease }) => lease.userId),
      inserted.map(({ lease }) => lease.machineId),
      inserted.map(({ lease }) => lease.sessionId),
      inserted.map(({ request }) => request.hostname),
      inserted.map(({ request }) => request.version),
      inserted.map(({ lease }) => lease.expiresAt),
      now,
      inserted.map(({ request }) => request.fingerprint),
      inserted.map(({ lease }) => lease.jobId),
      inserted.map(({ actor }) => actor.address),
      inserted.map(({ lease }) => lease.client),
      inserted.map(({ lease }) => lease.borrowedUntil),
      inserted.map(({ lease }) => lease.originId),
    ],
  ];
}

/** Where a user was last is where the server looks first when a client names no organization. */
export function lastOrganizations(inserted: readonly LeaseToInsert[]): Statement {
  return [
    `UPDATE user_account u SET last_organization_id = w.organization_id
       FROM unnest($1::bigint[], $2::bigint[]) AS w(id, organization_id)
      WHERE u.id = ANY($1) AND u.id = w.id AND u.last_organization_id IS DISTINCT FROM w.organization_id`,
    [inserted.map(({ lease }) => lease.userId), inserted.map(({ lease }) => lease.organizationId)],
  ];
}

export function extension(extended: readonly Omit<LeaseToInsert, 'actor'>[], now: Date): Statement {
  return [
    `UPDATE lease SET renewed_at = $2, expires_at = greatest(w.expires_at, lease.expires_at),
            hostname = coalesce(w.hostname, lease.hostname), version = coalesce(w.version, lease.version),
            job_id = coalesce(w.job_id, lease.job_id),
            borrowed_until = CASE WHEN w.is_borrowed THEN greatest(w.expires_at, lease.expires_at) END
       FROM unnest($1::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::boolean[])
              AS w(id, expires_at, hostname, version, job_id, is_borrowed)
      WHERE lease.id = ANY($1) AND lease.id = w.id`,
    [
      extended.map(({ lease }) => lease.id),
      now,
      extended.map(({ lease }) => lease.expiresAt),
      extended.map(({ request }) => request.hostname),
      extended.map(({ request }) => request.version),
      extended.map(({ request }) => request.jobId),
      extended.map(({ lease }) => lease.borrowedUntil !== null),
    ],
  ];
}

/** Machines that take a place; one that is there already was registered beyond a quota that has been cut since. */
export function registration(machines: readonly { poolId: number; request: SeatRequest }[], now: Date): Statement {
  return [
    `INSERT INTO machine (pool_id, machine_id, hostname, user_id, registered_at)
       SELECT *, $5 FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) ON CONFLICT DO NOTHING`,
    [
      machines.map(({ poolId }) => poolId),
      machines.map(({ request }) => machineOf(request)),
      machines.map(({ request }) => request.hostname),
      machines.map(({ request }) => request.userId),
      now,
    ],
  ];
}

export function denials(denied: readonly { request: SeatRequest; code: DenialCode }[], now: Date): Statement {
  const requests = denied.map(({ request }) => request);
  return [
    `INSERT INTO denial (occurred_at, organization_id, product, code, user_id, machine_id, session_id, hostname)
       SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])`,
    [
      now,
      requests.map((request) => request.organizationId),
      requests.map((request) => productOf(request.clientPackage)),
      denied.map(({ code }) => code),
      requests.map((request) => request.userId),
      requests.map((request) => request.machineId),
      requests.map((request) => request.sessionId),
      requests.map((request) => request.hostname),
    ],
  ];
}

/**
 * @param asking sessions, where they may have had a seat (null: anywhere), and why they get none now
 * @returns rows of `FormerSession`, for those of these very users, machines and session ids
 */
export function formerSessions(
  asking: readonly { request: SeatRequest; organizationId: number | null; code: DenialCode }[],
  now: Date,
): Statement {
  const session = `s.user_id = w.user_id AND s.machine_id = w.machine_id AND s.session_id = w.session_id
                      AND s.product = w.product AND s.organization_id = coalesce(w.organization_id, s.organization_id)`;
  return [
    `SELECT w.place, f.organization_id AS "organizationId",
            (SELECT name FROM organization WHERE id = f.organization_id) AS "organizationName", f.number,
            f.started_at AS "startedAt", f.reason, f.by, f.at,
            EXISTS (SELECT FROM ${rowsWithSessionId('denial', 'w.session_id')} d
                     WHERE d.user_id = w.user_id AND d.machine_id = w.machine_id
                       AND d.product = w.product AND d.code = w.code AND d.occurred_at >= f.started_at) AS recorded
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[]) WITH ORDINALITY
              AS w(user_id, product, machine_id, session_id, organization_id, code, place),
            LATERAL (SELECT s.organization_id, s.number, s.started_at, NULL AS reason, NULL AS by, NULL::timestamptz AS at
                       FROM lease s WHERE ${session}
                     UNION ALL
                     SELECT s.organization_id, 0, s.started_at, s.end_reason, s.ended_by, s.ended_at
                       FROM ${rowsWithSessionId('ended_session', 'w.session_id')} s WHERE ${session} AND s.ended_at > $7::timestamptz - interval '30 days'
                      ORDER BY at DESC NULLS FIRST LIMIT 1) AS f`,
    [
      asking.map(({ request }) => request.userId),
      asking.map(({ request }) => productOf(request.clientPackage)),
      asking.map(({ request }) => request.machineId),
      asking.map(({ request }) => request.sessionId),
      asking.map(({ organizationId }) => organizationId),
      asking.map(({ code }) => code),
      now,
    ],
  ];
}

/** @returns `place` (from 1) of the requests whose session had a seat of the organization in the last 30 days */
export function returningSessions(requests: readonly SeatRequest[], now: Date): Statement {
  return [
    `SELECT w.place
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $6::bigint[]) WITH ORDINALITY
              AS w(user_id, machine_id, session_id, product, organization_id, place)
      WHERE EXISTS (SELECT FROM ${rowsWithSessionId('ended_session', 'w.session_id')} s
                     WHERE s.user_id = w.user_id AND s.machine_id = w.machine_id
                       AND s.product = w.product AND s.organization_id = w.organization_id
                       AND s.ended_at > $5::timestamptz - interval '30 days')`,
    [
      requests.map(({ userId }) => userId),
      requests.map(({ machineId }) => machineId),
      requests.map(({ sessionId }) => sessionId),
      requests.map(({ clientPackage }) => productOf(clientPackage)),
      now,
      requests.map(({ organizationId }) => organizationId),
    ],
  ];
}

/** @param earliest milliseconds since 1970 at which the first lease of a pool expires, or some time before */
export function counts(
  pools: readonly Pick<PoolState, 'id' | 'inUse'>[],
  earliest: ReadonlyMap<number, number>,
): Statement {
  return [
    `UPDATE seat_pool SET in_use = w.in_use, earliest_expiry = w.earliest::timestamptz
       FROM unnest($1::bigint[], $2::int[], $3::text[]) AS w(id, in_use, earliest)
      WHERE seat_pool.id = ANY($1) AND seat_pool.id = w.id`,
    [
      pools.map(({ id }) => id),
      pools.map(({ inUse }) => inUse),
      pools.map(({ id }) => {
        const time = earliest.get(id) ?? Infinity;
        return Number.isFinite(time) ? new Date(time).toISOString() : time > 0 ? 'infinity' : '-infinity';
      }),
    ],
  ];
}

/** @returns `id`: the places in the queue, in the order of the requests */
export function joinQueue(requests: readonly SeatRequest[]): Statement {
  return [
    `INSERT INTO seat_waiter (organization_id, product, user_id)
       SELECT organization_id, product, user_id
         FROM unnest($1::bigint[], $2::text[], $3::bigint[]) WITH ORDINALITY AS w(organization_id, product, user_id, place)
        ORDER BY place
     RETURNING id`,
    [
      requests.map(({ organizationId }) => organizationId),
      requests.map(({ clientPackage }) => productOf(clientPackage)),
      requests.map(({ userId }) => userId),
    ],
  ];
}

export function leaveQueue(tickets: readonly number[]): Statement {
  return ['DELETE FROM seat_waiter WHERE id = ANY($1)', [tickets]];
}

function columnsOf(queues: readonly Queue[]): [number[], Product[]] {
  return [queues.map(({ organizationId }) => organizationId), queues.map(({ product }) => product)];
}
