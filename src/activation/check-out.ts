import { randomUUID } from 'node:crypto';
import { type EntityManager } from 'typeorm';
import { type Actor, server } from '../audit/actor.js';
import { type AuditEvent, AuditService, type Change } from '../audit/audit.service.js';
import { pipeline } from '../database/pipeline.js';
import { type Statement } from '../database/preparing-client.js';
import { type Model, type Product } from '../license/product.js';
import { type Outcome } from '../database/group-commit.js';
import {
  decide,
  type Decision,
  type DenialCode,
  type LeaseState,
  machineOf,
  passesByItself,
  type PoolState,
  productOf,
  registersMachines,
  type SeatPolicy,
  type SeatRequest,
} from './seat-decision.js';
import { outageMillis } from './outage.service.js';
import { defaultPolicy } from './lease-policy.js';
import { endReasonInSql } from './end-leases.js';

/** A request as it comes into a batch. */
export interface CheckOutItem {
  request: SeatRequest;
  actor: Actor;
  /** Whether a refusal is final, and so a denial to be counted. */
  recordDenial: boolean;
  /** Whether it waits its turn when there is no seat; not with {@link recordDenial}. */
  mayWait?: boolean;
  /** Its place among those who wait, once it does. */
  ticket?: number;
}

export interface Granted {
  outcome: 'created' | 'extended';
  id: string;
  number: number;
  model: Model;
  /** Name of the organization whose seat it is. */
  organizationName: string;
  renewedAt: Date;
  expiresAt: Date;
  /** Share of the lease after which its renewal is due. */
  renewalShare: number;
  /** Seats of its pool that are in use beyond the quota. */
  beyond: number;
  quota: number;
}

export interface Denied {
  outcome: 'denied';
  code: DenialCode;
  now: Date;
  /** The place among those who wait; undefined: it does not wait. */
  ticket?: number;
}

export type CheckOutResult = Granted | Denied;

/** Somebody who waits for a seat, as the database has it. */
interface Waiter {
  id: number;
  organizationId: number;
  product: Product;
  userId: number;
}

interface PoolRow extends Omit<PoolState, 'endsAt' | 'reservations' | 'held'>, Omit<SeatPolicy, 'leaseMillis'> {
  endsAt: Date | number;
  earliest: Date | number;
  name: string;
  leaseMinutes: number;
  /** Seats of the product that are reserved for somebody. */
  reserved: number;
}

interface Moment {
  now: Date;
  licenseTime: Date;
  outdated: boolean;
  /** Whether no server was at work for too long. */
  away: boolean;
  offline: Record<string, number> | null;
  waiting: Waiter[] | null;
}

/** The quotas in the database are of yesterday: a license has begun or ended since. */
export class QuotasOutdatedError extends Error {}

/** No server was at work for a while; the time is to be credited to the leases before any of them counts as expired. */
export class OutageError extends Error {}

/** Milliseconds after which somebody who waits, and of whom no server has said so again, is taken to be gone. */
export const unseenMillis = 5_000;

const leaseColumns = `l.id, l.number, l.pool_id AS "poolId", l.organization_id AS "organizationId", l.product,
  l.user_id AS "userId", l.machine_id AS "machineId", l.fingerprint, l.session_id AS "sessionId", l.renewed_at AS "renewedAt",
  l.expires_at AS "expiresAt"`;

/** A plan that is kept from the days of a dozen leases would read the whole table when there are thousands. */
const useIndexesInSql = 'SET LOCAL enable_seqscan = off';

const lockPoolsInSql = `
  SELECT FROM seat_pool p JOIN unnest($1::bigint[], $2::text[]) AS w(organization_id, product)
      ON p.organization_id = w.organization_id AND p.product = w.product
   ORDER BY p.id FOR UPDATE OF p`;

const poolsInSql = `
  SELECT p.id, p.organization_id AS "organizationId", p.product, p.model, p.quota, p.in_use AS "inUse",
         p.machine_quota AS "machineQuota", p.ends_at AS "endsAt", p.earliest_expiry AS earliest, o.name,
         o.lease_minutes AS "leaseMinutes", o.renewal_share AS "renewalShare",
         o.over_quota_percent AS "overQuotaPercent", o.allowed_machines AS "allowedMachines",
         o.denied_machines AS "deniedMachines",
         (SELECT coalesce(sum(r.seats), 0)::int FROM seat_reservation r
           WHERE r.organization_id = p.organization_id AND r.product = p.product) AS reserved
    FROM unnest($1::bigint[], $2::text[]) AS w(organization_id, product)
    JOIN seat_pool p ON p.organization_id = w.organization_id AND p.product = w.product
    JOIN organization o ON o.id = p.organization_id`;

const momentInSql = `
  SELECT now, greatest(newest_time, now) AS "licenseTime", greatest(newest_time, now) >= quotas_valid_until AS outdated,
         alive_at <= clock_timestamp() - $5 * interval '1 millisecond' AS away,
         (SELECT json_object_agg(pool_id, seats)
            FROM (SELECT f.pool_id, count(DISTINCT f.machine_id) AS seats
                    FROM unnest($1::bigint[], $2::text[]) AS w(organization_id, product)
                    JOIN seat_pool p ON p.organization_id = w.organization_id AND p.product = w.product
                    JOIN offline_license f ON f.pool_id = p.id
                   WHERE f.expires_at > now GROUP BY f.pool_id) AS held) AS offline,
         (SELECT json_agg(json_build_object('id', s.id, 'organizationId', s.organization_id, 'product', s.product,
                                            'userId', s.user_id) ORDER BY s.id)
            FROM seat_waiter s JOIN unnest($1::bigint[], $2::text[]) AS w(organization_id, product)
              ON s.organization_id = w.organization_id AND s.product = w.product
           WHERE s.seen_at > clock_timestamp() - $4 * interval '1 millisecond') AS waiting
    FROM installation, server_now($3) AS now`;

/** The users' leases on the machines of the requests, or of the same containers under other machine ids. */
function ownLeases(requests: readonly SeatRequest[], of: 'machine' | 'container'): Statement {
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

/**
 * One batch of check-outs in one transaction. It first locks the pools it is about, always in the same order; whoever gives
 * or takes a seat of a pool holds that lock, on whichever server, so what is counted here stays true until the commit.
 */
export class CheckOutBatch {
  private now!: Date;
  private licenseTime!: Date;
  private pools: PoolState[] = [];
  private earliest = new Map<number, number>();
  private readonly names = new Map<number, string>();
  private readonly policies = new Map<number, SeatPolicy>();
  private own: LeaseState[] = [];
  private licensed = new Set<string>();
  /** Pool and machine, of machines that have their place. */
  private registered = new Set<string>();
  private readonly reserved = new Map<number, number>();
  private waiting: Waiter[] = [];
  private readonly inUseBefore = new Map<number, number>();
  private readonly changes: AuditEvent[] = [];

  constructor(
    private readonly manager: EntityManager,
    private readonly audit: AuditService,
    private readonly offsetMillis: number,
  ) {}

  /**
   * @throws QuotasOutdatedError
   * @throws OutageError
   */
  async run(items: readonly CheckOutItem[]): Promise<Outcome<CheckOutResult>[]> {
    await this.lockAndLook(items);
    await this.reclaimExpired(items);
    await this.lookCloser(items);
    const inserted: { item: CheckOutItem; lease: LeaseState; pool: PoolState }[] = [];
    const extended: { request: SeatRequest; lease: LeaseState }[] = [];
    const removed: LeaseState[] = [];
    const machines: { poolId: number; request: SeatRequest }[] = [];
    const denied: { item: CheckOutItem; code: DenialCode }[] = [];
    const queued: { item: CheckOutItem; result: Denied }[] = [];

    const results = items.map((item): CheckOutResult => {
      const decision = this.decide(item);
      if (decision.outcome === 'deny') {
        const result: Denied = { outcome: 'denied', code: decision.code, now: this.now, ticket: item.ticket };
        if (item.recordDenial) {
          denied.push({ item, code: decision.code });
          this.leaveQueue(item);
        } else if (item.mayWait && item.ticket === undefined && passesByItself(decision.code)) {
          queued.push({ item, result });
          const { organizationId, userId, clientPackage } = item.request;
          this.waiting.push({ id: Infinity, organizationId, product: productOf(clientPackage), userId });
        }
        return result;
      }
      this.leaveQueue(item);
      const { pool } = decision;
      const { leaseMillis } = this.policyOf(pool.organizationId);
      const expiresAt = new Date(Math.min(this.now.getTime() + leaseMillis, pool.endsAt));
      if (decision.outcome === 'extend') {
        const { lease } = decision;
        Object.assign(lease, { renewedAt: this.now, expiresAt });
        // One that was only just made is written with its newest times anyway.
        if (lease.number > 0) extended.push({ request: item.request, lease });
        return this.granted('extended', lease, pool);
      }
      const former = decision.outcome === 'take-over' ? decision.lease : decision.replaces;
      if (former) this.remove(former, removed, inserted);
      const lease = this.newLease(item.request, pool, expiresAt);
      if (decision.outcome === 'grant' && decision.register) {
        pool.boundMachines++;
        this.registered.add(`${pool.id} ${machineOf(item.request)}`);
        machines.push({ poolId: pool.id, request: item.request });
      }
      inserted.push({ item, lease, pool });
      return this.granted('created', lease, pool);
    });

    await this.write(inserted, extended, removed, machines, denied);
    await this.writeQueue(items, results, queued);
    // The database numbers new leases; those that were extended in the same batch have their number from there too.
    const numbers = new Map(inserted.map(({ lease }) => [lease.id, lease.number]));
    for (const result of results) {
      if (result.outcome !== 'denied') result.number = numbers.get(result.id) ?? result.number;
    }
    return results.map((result) => ({ result }));
  }

  private granted(outcome: Granted['outcome'], lease: LeaseState, pool: PoolState): Granted {
    const { id, number, renewedAt, expiresAt } = lease;
    const organizationName = this.names.get(pool.organizationId) ?? '';
    const beyond = pool.model === 'floating' ? Math.max(0, pool.inUse + pool.offline - pool.quota) : 0;
    return {
      outcome,
      id,
      number,
      model: pool.model,
      organizationName,
      renewedAt,
      expiresAt,
      renewalShare: this.policyOf(pool.organizationId).renewalShare,
      beyond,
      quota: pool.quota,
    };
  }

  private decide({ request, ticket = Infinity }: CheckOutItem): Decision {
    const machine = machineOf(request);
    const product = productOf(request.clientPackage);
    const pools = new Map(
      this.pools
        .filter((pool) => pool.organizationId === request.organizationId && pool.product === product)
        .map((pool) => [pool.model, pool]),
    );
    const perUser = pools.get('per-user')?.id;
    const own = this.own.filter(
      (lease) =>
        lease.organizationId === request.organizationId &&
        lease.product === product &&
        lease.userId === request.userId &&
        (machineOf(lease) === machine || lease.machineId === request.machineId || lease.poolId === perUser),
    );
    const situation = {
      policy: this.policyOf(request.organizationId),
      now: this.now,
      licenseTime: this.licenseTime,
      pools,
      own,
      licensed: this.licensed.has(`${perUser} ${request.userId}`),
      registered: new Set(
        [...pools.values()].map(({ id }) => id).filter((id) => this.registered.has(`${id} ${machine}`)),
      ),
      waiting: this.waiting
        .filter((each) => each.organizationId === request.organizationId && each.product === product)
        .filter((each) => each.id < ticket || (each.id === Infinity && ticket === Infinity))
        .map(({ userId }) => userId),
    };
    return decide(request, situation);
  }

  private policyOf(organizationId: number): SeatPolicy {
    return this.policies.get(organizationId) ?? defaultPolicy;
  }

  private newLease(request: SeatRequest, pool: PoolState, expiresAt: Date): LeaseState {
    const lease: LeaseState = {
      id: randomUUID(),
      number: 0,
      poolId: pool.id,
      organizationId: request.organizationId,
      product: pool.product,
      userId: request.userId,
      machineId: request.machineId,
      fingerprint: request.fingerprint,
      sessionId: request.sessionId,
      renewedAt: this.now,
      expiresAt,
    };
    this.own.push(lease);
    pool.inUse++;
    hold(pool, lease.userId, 1);
    if (expiresAt.getTime() < (this.earliest.get(pool.id) ?? Infinity)) {
      this.earliest.set(pool.id, expiresAt.getTime());
      // Written even when as many seats are in use as before.
      this.inUseBefore.set(pool.id, NaN);
    }
    return lease;
  }

  private remove(lease: LeaseState, removed: LeaseState[], inserted: { lease: LeaseState }[]): void {
    this.own = this.own.filter((each) => each !== lease);
    const pool = this.pools.find((each) => each.id === lease.poolId);
    if (pool) {
      pool.inUse--;
      hold(pool, lease.userId, -1);
    }
    const fresh = inserted.findIndex((each) => each.lease === lease);
    if (fresh >= 0) inserted.splice(fresh, 1);
    else removed.push(lease);
  }

  /** What nearly every batch needs to know goes in one journey to the database: the locks, then the rest under them. */
  private async lockAndLook(items: readonly CheckOutItem[]): Promise<void> {
    const requests = items.map(({ request }) => request);
    const wanted = new Map(
      requests.map(({ organizationId, clientPackage }) => {
        const product = productOf(clientPackage);
        return [`${organizationId} ${product}`, { organizationId, product }];
      }),
    );
    const queues = [
      [...wanted.values()].map((each) => each.organizationId),
      [...wanted.values()].map((each) => each.product),
    ];
    const containers = requests.filter(({ fingerprint }) => fingerprint !== null);
    const [, , pools, [time], own, others = []] = (await pipeline(this.manager, [
      [useIndexesInSql, []],
      [lockPoolsInSql, queues],
      // Statements of their own: what was committed while they waited for the locks counts, and so does the time that went by.
      [poolsInSql, queues],
      [momentInSql, [...queues, this.offsetMillis, unseenMillis, outageMillis]],
      ownLeases(requests, 'machine'),
      ...(containers.length > 0 ? [ownLeases(containers, 'container')] : []),
    ])) as [unknown[], unknown[], PoolRow[], [Moment], LeaseState[], LeaseState[]?];
    this.takePools(pools);
    for (const pool of this.pools) pool.offline = time.offline?.[pool.id] ?? 0;
    this.waiting = time.waiting ?? [];
    this.addOwn([...own, ...others]);
    if (time.away) throw new OutageError();
    if (time.outdated) throw new QuotasOutdatedError();
    this.now = time.now;
    this.licenseTime = time.licenseTime;
  }

  private takePools(rows: readonly PoolRow[]): void {
    this.pools = rows.map(
      ({
        earliest,
        name,
        leaseMinutes,
        renewalShare,
        overQuotaPercent,
        allowedMachines,
        deniedMachines,
        reserved,
        ...pool
      }) => {
        this.names.set(pool.organizationId, name);
        const leaseMillis = leaseMinutes * 60_000;
        const policy = { leaseMillis, renewalShare, overQuotaPercent, allowedMachines, deniedMachines };
        this.policies.set(pool.organizationId, policy);
        this.earliest.set(pool.id, Number(earliest));
        this.inUseBefore.set(pool.id, pool.inUse);
        this.reserved.set(pool.id, pool.model === 'floating' ? reserved : 0);
        return {
          ...pool,
          endsAt: Number(pool.endsAt),
          boundMachines: 0,
          offline: 0,
          reservations: [],
          held: new Map(),
        };
      },
    );
  }

  /** A dead client's seat is free for the next who asks, without waiting for any sweep. */
  private async reclaimExpired(items: readonly CheckOutItem[]): Promise<void> {
    const due = this.pools
      .filter(
        (pool) =>
          pool.inUse + pool.offline + items.length + (this.reserved.get(pool.id) ?? 0) > pool.quota &&
          (this.earliest.get(pool.id) ?? 0) <= this.now.getTime(),
      )
      .map((pool) => pool.id);
    if (due.length === 0) return;
    const expired = await deleteExpired(this.manager, due, this.now);
    const ids = new Set(expired.map(({ id }) => id));
    this.own = this.own.filter(({ id }) => !ids.has(id));
    for (const lease of expired) {
      const pool = this.pools.find((each) => each.id === lease.poolId);
      if (pool) pool.inUse--;
      this.changes.push({ actor: server, change: expiredChange(lease) });
    }
    const rest = await this.manager.query<{ poolId: number; earliest: Date }[]>(
      'SELECT pool_id AS "poolId", min(expires_at) AS earliest FROM lease WHERE pool_id = ANY($1) GROUP BY pool_id',
      [due],
    );
    for (const id of due) {
      this.earliest.set(id, rest.find((row) => row.poolId === id)?.earliest.getTime() ?? Infinity);
      // Written even when nothing was deleted: the bound is better now.
      this.inUseBefore.set(id, NaN);
    }
  }

  /** What only some kinds of seats are about. */
  private async lookCloser(items: readonly CheckOutItem[]): Promise<void> {
    const requests = items.map(({ request }) => request);
    const open = this.pools.filter((pool) => pool.quota > 0);
    const perUser = open.filter(({ model }) => model === 'per-user').map(({ id }) => id);
    if (perUser.length > 0) await this.lookAtLicensedUsers(perUser, requests);
    const registering = open.filter(registersMachines).map(({ id }) => id);
    if (registering.length > 0) await this.lookAtMachines(registering, requests);
    const reserved = open.filter(({ id }) => (this.reserved.get(id) ?? 0) > 0);
    if (reserved.length > 0) await this.lookAtReservations(reserved);
  }

  private addOwn(leases: readonly LeaseState[]): void {
    const known = new Map([...leases, ...this.own].map((lease) => [lease.id, lease]));
    this.own = [...known.values()];
  }

  private async lookAtReservations(pools: readonly PoolState[]): Promise<void> {
    const found = await reservationsIn(
      this.manager,
      pools.map(({ id }) => id),
      this.now,
    );
    for (const pool of pools) Object.assign(pool, found(pool.id));
  }

  private async lookAtLicensedUsers(poolIds: number[], requests: readonly SeatRequest[]): Promise<void> {
    const userIds = [...new Set(requests.map((request) => request.userId))];
    const rows = await this.manager.query<{ poolId: number; userId: number }[]>(
      // After a cut of the quota those who were assigned first keep their seats.
      `SELECT l.pool_id AS "poolId", l.user_id AS "userId"
         FROM licensed_user l JOIN seat_pool p ON p.id = l.pool_id
        WHERE l.pool_id = ANY($1) AND l.user_id = ANY($2)
          AND p.quota > (SELECT count(*) FROM licensed_user e
                          WHERE e.pool_id = l.pool_id AND (e.assigned_at, e.user_id) < (l.assigned_at, l.user_id))`,
      [poolIds, userIds],
    );
    this.licensed = new Set(rows.map(({ poolId, userId }) => `${poolId} ${userId}`));
    const elsewhere = await this.manager.query<LeaseState[]>(
      `SELECT ${leaseColumns} FROM lease l WHERE l.pool_id = ANY($1) AND l.user_id = ANY($2)`,
      [poolIds, userIds],
    );
    this.addOwn(elsewhere);
  }

  private async lookAtMachines(poolIds: number[], requests: readonly SeatRequest[]): Promise<void> {
    const counts = await this.manager.query<{ poolId: number; count: number }[]>(
      'SELECT pool_id AS "poolId", count(*)::int FROM machine WHERE pool_id = ANY($1) GROUP BY pool_id',
      [poolIds],
    );
    for (const pool of this.pools) pool.boundMachines = counts.find((row) => row.poolId === pool.id)?.count ?? 0;
    const rows = await this.manager.query<{ poolId: number; machineId: string }[]>(
      // After a cut of the quota those that were bound first keep their seats; nobody can take an offline license back.
      `SELECT m.pool_id AS "poolId", m.machine_id AS "machineId"
         FROM machine m JOIN seat_pool p ON p.id = m.pool_id
         JOIN unnest($1::bigint[], $3::int[]) AS o(pool_id, offline) ON o.pool_id = p.id
        WHERE m.machine_id = ANY($2)
          AND least(CASE p.model WHEN 'node-locked' THEN p.quota END, p.machine_quota) - o.offline
              > (SELECT count(*) FROM machine e
                  WHERE e.pool_id = m.pool_id AND (e.registered_at, e.machine_id) < (m.registered_at, m.machine_id))`,
      [poolIds, requests.map(machineOf), poolIds.map((id) => this.pools.find((pool) => pool.id === id)?.offline ?? 0)],
    );
    this.registered = new Set(rows.map(({ poolId, machineId }) => `${poolId} ${machineId}`));
  }

  private async write(
    inserted: { item: CheckOutItem; lease: LeaseState; pool: PoolState }[],
    extended: { request: SeatRequest; lease: LeaseState }[],
    removed: LeaseState[],
    machines: { poolId: number; request: SeatRequest }[],
    denied: { item: CheckOutItem; code: DenialCode }[],
  ): Promise<void> {
    const statements: Statement[] = [];
    if (removed.length > 0) {
      statements.push([
        `DELETE FROM lease USING ${endReasonInSql(2)} WHERE id = ANY($1)`,
        [removed.map((lease) => lease.id), 'replaced', ''],
      ]);
    }
    // The database numbers new leases.
    const numbered = statements.length;
    if (inserted.length > 0) statements.push(this.insertion(inserted), lastOrganizations(inserted));
    if (extended.length > 0) {
      statements.push([
        `UPDATE lease SET renewed_at = $2, expires_at = greatest(w.expires_at, lease.expires_at),
                hostname = coalesce(w.hostname, lease.hostname), version = coalesce(w.version, lease.version)
           FROM unnest($1::uuid[], $3::timestamptz[], $4::text[], $5::text[]) AS w(id, expires_at, hostname, version)
          WHERE lease.id = w.id`,
        [
          extended.map(({ lease }) => lease.id),
          this.now,
          extended.map(({ lease }) => lease.expiresAt),
          extended.map(({ request }) => request.hostname),
          extended.map(({ request }) => request.version),
        ],
      ]);
    }
    if (machines.length > 0) {
      statements.push([
        // One that is there already was registered beyond a quota that has been cut since.
        `INSERT INTO machine (pool_id, machine_id, hostname, user_id, registered_at)
           SELECT *, $5 FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) ON CONFLICT DO NOTHING`,
        [
          machines.map((each) => each.poolId),
          machines.map((each) => machineOf(each.request)),
          machines.map((each) => each.request.hostname),
          machines.map((each) => each.request.userId),
          this.now,
        ],
      ]);
    }
    if (denied.length > 0) statements.push(this.denials(denied));
    const changed = this.pools.filter((pool) => this.inUseBefore.get(pool.id) !== pool.inUse);
    if (changed.length > 0) statements.push(this.counts(changed));
    for (const { item, lease, pool } of inserted)
      this.changes.push({ actor: item.actor, change: grantChange(lease, pool) });
    for (const lease of removed)
      this.changes.push({ actor: server, change: { ...expiredChange(lease), action: 'lease.replaced' } });
    if (this.changes.length > 0) statements.push(this.audit.statementOf(this.manager, this.changes));
    if (statements.length === 0) return;
    const results = await pipeline(this.manager, statements);
    if (inserted.length === 0) return;
    const numbers = new Map((results[numbered] as LeaseState[]).map(({ id, number }) => [id, number]));
    for (const { lease } of inserted) lease.number = numbers.get(lease.id) ?? 0;
  }

  private insertion(inserted: readonly { item: CheckOutItem; lease: LeaseState }[]): Statement {
    return [
      `INSERT INTO lease (id, pool_id, organization_id, product, user_id, machine_id, session_id, hostname, version,
                          fingerprint, job_id, started_at, renewed_at, expires_at)
         SELECT w.id, w.pool_id, w.organization_id, w.product, w.user_id, w.machine_id, w.session_id, w.hostname, w.version,
                w.fingerprint, w.job_id, $11, $11, w.expires_at
           FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
                       $9::text[], $10::timestamptz[], $12::text[], $13::text[])
             AS w(id, pool_id, organization_id, product, user_id, machine_id, session_id, hostname, version, expires_at,
                  fingerprint, job_id)
       RETURNING id, number`,
      [
        inserted.map(({ lease }) => lease.id),
        inserted.map(({ lease }) => lease.poolId),
        inserted.map(({ lease }) => lease.organizationId),
        inserted.map(({ lease }) => lease.product),
        inserted.map(({ lease }) => lease.userId),
        inserted.map(({ lease }) => lease.machineId),
        inserted.map(({ lease }) => lease.sessionId),
        inserted.map(({ item }) => item.request.hostname),
        inserted.map(({ item }) => item.request.version),
        inserted.map(({ lease }) => lease.expiresAt),
        this.now,
        inserted.map(({ item }) => item.request.fingerprint),
        inserted.map(({ item }) => item.request.jobId),
      ],
    ];
  }

  private counts(pools: readonly PoolState[]): Statement {
    return [
      `UPDATE seat_pool SET in_use = w.in_use, earliest_expiry = w.earliest::timestamptz
         FROM unnest($1::bigint[], $2::int[], $3::text[]) AS w(id, in_use, earliest) WHERE seat_pool.id = w.id`,
      [
        pools.map((pool) => pool.id),
        pools.map((pool) => pool.inUse),
        pools.map((pool) => {
          const earliest = this.earliest.get(pool.id) ?? Infinity;
          return Number.isFinite(earliest) ? new Date(earliest).toISOString() : earliest > 0 ? 'infinity' : '-infinity';
        }),
      ],
    ];
  }

  private leaveQueue({ ticket }: CheckOutItem): void {
    if (ticket !== undefined) this.waiting = this.waiting.filter(({ id }) => id !== ticket);
  }

  /** Who was served or gives up leaves the queue; who waits from now on joins it, in the order of arrival. */
  private async writeQueue(
    items: readonly CheckOutItem[],
    results: readonly CheckOutResult[],
    queued: readonly { item: CheckOutItem; result: Denied }[],
  ): Promise<void> {
    const done = items.flatMap(({ ticket, recordDenial }, index) =>
      ticket !== undefined && (recordDenial || results[index]?.outcome !== 'denied') ? ticket : [],
    );
    if (done.length > 0) await this.manager.query('DELETE FROM seat_waiter WHERE id = ANY($1)', [done]);
    if (queued.length === 0) return;
    const rows = await this.manager.query<{ id: number }[]>(
      `INSERT INTO seat_waiter (organization_id, product, user_id)
         SELECT organization_id, product, user_id
           FROM unnest($1::bigint[], $2::text[], $3::bigint[]) WITH ORDINALITY AS w(organization_id, product, user_id, place)
          ORDER BY place
       RETURNING id`,
      [
        queued.map(({ item }) => item.request.organizationId),
        queued.map(({ item }) => productOf(item.request.clientPackage)),
        queued.map(({ item }) => item.request.userId),
      ],
    );
    const tickets = rows.map(({ id }) => id).sort((a, b) => a - b);
    queued.forEach(({ result }, index) => (result.ticket = tickets[index]));
  }

  private denials(denied: readonly { item: CheckOutItem; code: DenialCode }[]): Statement {
    const requests = denied.map(({ item }) => item.request);
    for (const { item, code } of denied) {
      const { organizationId, clientPackage, machineId } = item.request;
      this.changes.push({
        actor: item.actor,
        change: {
          action: 'lease.denied',
          organizationId,
          targetType: 'machine',
          targetId: machineId,
          details: { product: productOf(clientPackage), code },
        },
      });
    }
    return [
      `INSERT INTO denial (occurred_at, organization_id, product, code, user_id, machine_id, session_id, hostname)
         SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])`,
      [
        this.now,
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
}

/** Where a user was last is where the server looks first when a client names no organization. */
function lastOrganizations(inserted: readonly { lease: LeaseState }[]): Statement {
  return [
    `UPDATE user_account u SET last_organization_id = w.organization_id
       FROM unnest($1::bigint[], $2::bigint[]) AS w(id, organization_id)
      WHERE u.id = w.id AND u.last_organization_id IS DISTINCT FROM w.organization_id`,
    [inserted.map(({ lease }) => lease.userId), inserted.map(({ lease }) => lease.organizationId)],
  ];
}

/** For whom seats of pools are kept, and how many of them those have at this time; the locks of the pools are held. */
export async function reservationsIn(
  manager: EntityManager,
  poolIds: readonly number[],
  now: Date,
): Promise<(poolId: number) => Pick<PoolState, 'reservations' | 'held'>> {
  const rows = await manager.query<{ poolId: number; seats: number; users: number[] }[]>(
    `SELECT p.id AS "poolId", r.seats,
            to_json(CASE WHEN r.user_id IS NOT NULL THEN array[r.user_id]
                         ELSE array(SELECT t.user_id FROM team_member t WHERE t.team_id = r.team_id) END) AS users
       FROM seat_reservation r JOIN seat_pool p USING (organization_id, product)
      WHERE p.id = ANY($1) AND p.model = 'floating' ORDER BY r.user_id IS NULL, r.id`,
    [poolIds],
  );
  const held = await manager.query<{ poolId: number; userId: number; seats: number }[]>(
    `SELECT pool_id AS "poolId", user_id AS "userId", count(*)::int AS seats FROM lease
      WHERE pool_id = ANY($1) AND user_id = ANY($2) AND expires_at > $3 GROUP BY pool_id, user_id`,
    [poolIds, [...new Set(rows.flatMap(({ users }) => users))], now],
  );
  return (id) => ({
    reservations: rows
      .filter(({ poolId }) => poolId === id)
      .map(({ seats, users }) => ({ seats, users: new Set(users) })),
    held: new Map(held.filter(({ poolId }) => poolId === id).map(({ userId, seats }) => [userId, seats])),
  });
}

/** Counts what users with reservations hold, so that batches see what they have given themselves. */
function hold(pool: PoolState, userId: number, change: number): void {
  if (pool.reservations.length > 0) pool.held.set(userId, (pool.held.get(userId) ?? 0) + change);
}

/** Deletes the expired leases of pools whose locks are held. The caller corrects their counts. */
export async function deleteExpired(
  manager: EntityManager,
  poolIds: readonly number[],
  now: Date,
): Promise<LeaseState[]> {
  const [rows] = await manager.query<[LeaseState[], number]>(
    `DELETE FROM lease l USING ${endReasonInSql(3)} WHERE l.pool_id = ANY($1) AND l.expires_at <= $2
     RETURNING ${leaseColumns}`,
    [poolIds, now, 'expired', ''],
  );
  return rows;
}

export function expiredChange(lease: LeaseState): Change {
  return {
    action: 'lease.expired',
    organizationId: lease.organizationId,
    targetType: 'lease',
    targetId: lease.id,
    details: { product: lease.product, userId: lease.userId, machineId: lease.machineId },
  };
}

function grantChange(lease: LeaseState, pool: { model: Model; product: Product }): Change {
  return {
    action: 'lease.granted',
    organizationId: lease.organizationId,
    targetType: 'lease',
    targetId: lease.id,
    details: { product: pool.product, model: pool.model, machineId: lease.machineId, sessionId: lease.sessionId },
  };
}
