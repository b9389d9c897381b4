import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { sessionsEnded } from '../../audit/sessions-ended.js';
import { type Caller } from '../../access/caller.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { InvalidRequestError } from '../../http/validation.js';
import { defaultBounds } from '../../license/file/license-bounds.js';
import { lockPools } from '../../license/pool/lock-pools.js';
import { type Product, productName, products } from '../../license/file/product.js';
import { type LicensePolicy, maxPatterns, type SeatCapRule, type SeatReservationRule } from './dto/license-policy.js';
import { endLeases } from '../seat/end-leases.js';
import { withIds } from '../seat/end-leases.queries.js';
import { isMachineAllowed } from '../seat/seat-decision.js';
import { PolicyBeyondLicenseError, PolicyListFullError } from '../seat/seat-errors.js';
import { counted, isOrAre } from '../../errors/counted.js';
import { checkVersion, versionOf } from '../../audit/settings-version.js';

/** A policy with nothing left open. */
type WholePolicy = Required<Omit<LicensePolicy, 'version'>>;

/** What is reserved for, or at most given to, a member or a team. */
type SeatRule = SeatReservationRule | SeatCapRule;
type RuleTable = 'seat_reservation' | 'seat_cap';

/** A client looks at its license every 30 seconds, and renews it after 0.8 of its time. */
const leastEngineMinutes = 3;

/** What an organization has decided about its seats. It holds from the next check-out or renewal on. */
@Injectable()
export class LicensePolicyService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
  ) {}

  /** @throws NotFoundError */
  async get(
    organizationId: number,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<Required<LicensePolicy>> {
    const version = await versionOf(manager, { kind: 'license-policy', organizationId });
    return { ...(await this.read(organizationId, manager)), version };
  }

  private async read(organizationId: number, manager: EntityManager): Promise<WholePolicy> {
    const [policy] = await manager.query<WholePolicy[]>(
      `SELECT least(lease_minutes, b.max_lease_minutes) AS "leaseMinutes", renewal_share AS "renewalShare",
              client_renewal_share AS "clientRenewalShare", coalesce(idle_minutes, 0) AS "idleMinutes",
              least(coalesce(engine_lease_minutes, 0), b.max_lease_minutes) AS "engineLeaseMinutes",
              engine_wait_seconds AS "engineWaitSeconds",
              least(over_quota_percent, b.max_overage_percent) AS "overQuotaPercent", allowed_machines AS "allowedMachines",
              denied_machines AS "deniedMachines"
         FROM organization, ${boundsInSql} AS b(max_lease_minutes, max_overage_percent) WHERE id = $1`,
      [organizationId],
    );
    if (!policy) throw new NotFoundError('The organization');
    return {
      ...policy,
      reservations: await this.rules(manager, organizationId, 'seat_reservation'),
      caps: await this.rules(manager, organizationId, 'seat_cap'),
    };
  }

  private async rules(manager: EntityManager, organizationId: number, table: RuleTable): Promise<SeatRule[]> {
    const rows = await manager.query<SeatRule[]>(
      `SELECT product, seats, user_id AS "userId", team_id AS "teamId" FROM ${table}
        WHERE organization_id = $1 ORDER BY id`,
      [organizationId],
    );
    // Each is for a user or for a team, and says nothing of the other.
    return rows.map(({ product, seats, userId, teamId }) =>
      userId ? { product, seats, userId } : { product, seats, teamId },
    );
  }

  /**
   * Sessions on machines that are no longer allowed end.
   *
   * @throws NotFoundError
   * @throws StaleVersionError
   * @throws InvalidRequestError when more is reserved than there is, or a reservation or cap names someone outside the organization
   */
  async change(caller: Caller, organizationId: number, change: LicensePolicy): Promise<Required<LicensePolicy>> {
    return this.dataSource.transaction(async (manager) => {
      // Code that grants or frees a seat holds these locks, so all decisions use the same policy.
      await this.lock(manager, organizationId);
      await checkVersion(manager, { kind: 'license-policy', organizationId }, change.version);
      await this.checkBounds(manager, organizationId, change);
      const before = await this.read(organizationId, manager);
      const after: WholePolicy = {
        leaseMinutes: change.leaseMinutes ?? before.leaseMinutes,
        engineLeaseMinutes: change.engineLeaseMinutes ?? before.engineLeaseMinutes,
        engineWaitSeconds: change.engineWaitSeconds ?? before.engineWaitSeconds,
        renewalShare: change.renewalShare ?? before.renewalShare,
        clientRenewalShare: change.clientRenewalShare ?? before.clientRenewalShare,
        idleMinutes: change.idleMinutes ?? before.idleMinutes,
        overQuotaPercent: change.overQuotaPercent ?? before.overQuotaPercent,
        allowedMachines: change.allowedMachines ?? before.allowedMachines,
        deniedMachines: change.deniedMachines ?? before.deniedMachines,
        reservations: change.reservations ?? before.reservations,
        caps: change.caps ?? before.caps,
      };
      await this.write(manager, organizationId, after);
      if (change.reservations) await this.reserve(manager, organizationId, change.reservations);
      if (change.caps) await this.replaceRules(manager, organizationId, 'seat_cap', change.caps);
      const isAboutMachines = (change.allowedMachines ?? change.deniedMachines) !== undefined;
      const ended = isAboutMachines ? await this.endDenied(manager, caller, organizationId, after) : 0;
      await this.audit.record(manager, caller, {
        action: 'license-policy.changed',
        organizationId,
        targetType: 'organization',
        targetId: organizationId,
        details: { from: before, to: after, ...sessionsEnded(ended) },
      });
      return this.get(organizationId, manager);
    });
  }

  /**
   * Gives a machine no seat any more, as a part of something larger.
   *
   * @throws PolicyListFullError
   */
  async denyMachine(manager: EntityManager, caller: Caller, organizationId: number, machineId: string): Promise<void> {
    await this.lock(manager, organizationId);
    const before = await this.read(organizationId, manager);
    if (before.deniedMachines.includes(machineId)) return;
    if (before.deniedMachines.length >= maxPatterns) throw new PolicyListFullError(maxPatterns);
    const after = { ...before, deniedMachines: [...before.deniedMachines, machineId] };
    await this.write(manager, organizationId, after);
    const ended = await this.endDenied(manager, caller, organizationId, after);
    await this.audit.record(manager, caller, {
      action: 'license-policy.changed',
      organizationId,
      targetType: 'organization',
      targetId: organizationId,
      details: { from: before, to: after, ...sessionsEnded(ended) },
    });
  }

  /** @throws PolicyBeyondLicenseError */
  private async checkBounds(manager: EntityManager, organizationId: number, change: LicensePolicy): Promise<void> {
    const [bounds] = await manager.query<[{ leaseMinutes: number; overQuotaPercent: number }]>(
      `SELECT b.max_lease_minutes AS "leaseMinutes", b.max_overage_percent AS "overQuotaPercent"
         FROM ${boundsInSql} AS b(max_lease_minutes, max_overage_percent)`,
      [organizationId],
    );
    const engineLease = change.engineLeaseMinutes ?? 0;
    if (engineLease > 0 && engineLease < leastEngineMinutes) {
      const message = `engineLeaseMinutes: Runtime Engine looks at its license every 30 seconds, so its lease lasts at least ${leastEngineMinutes} minutes; 0 stands for the lease time of all others`;
      throw new InvalidRequestError([
        { field: 'engineLeaseMinutes', message, rule: 'engine-lease', limit: leastEngineMinutes },
      ]);
    }
    const most = { ...bounds, engineLeaseMinutes: bounds.leaseMinutes };
    for (const field of ['leaseMinutes', 'engineLeaseMinutes', 'overQuotaPercent'] as const) {
      if ((change[field] ?? 0) > most[field]) throw new PolicyBeyondLicenseError(field, most[field]);
    }
  }

  private async lock(manager: EntityManager, organizationId: number): Promise<void> {
    await lockPools(manager, organizationId);
    await manager.query('SELECT FROM organization WHERE id = $1 FOR NO KEY UPDATE', [organizationId]);
  }

  private async write(manager: EntityManager, organizationId: number, policy: WholePolicy): Promise<void> {
    await manager.query(
      `UPDATE organization SET lease_minutes = $2, renewal_share = $3, idle_minutes = nullif($4, 0), over_quota_percent = $5,
              allowed_machines = $6, denied_machines = $7, client_renewal_share = $8,
              engine_lease_minutes = nullif($9, 0), engine_wait_seconds = $10
        WHERE id = $1`,
      [
        organizationId,
        policy.leaseMinutes,
        policy.renewalShare,
        policy.idleMinutes,
        policy.overQuotaPercent,
        policy.allowedMachines,
        policy.deniedMachines,
        policy.clientRenewalShare,
        policy.engineLeaseMinutes,
        policy.engineWaitSeconds,
      ],
    );
  }

  private async reserve(
    manager: EntityManager,
    organizationId: number,
    reservations: readonly SeatReservationRule[],
  ): Promise<void> {
    const quotas = await manager.query<{ product: Product; quota: number }[]>(
      `SELECT product, quota FROM seat_pool WHERE organization_id = $1 AND model = 'floating'`,
      [organizationId],
    );
    for (const product of products) {
      const wanted = reservations.filter((each) => each.product === product);
      const seats = wanted.reduce((sum, each) => sum + each.seats, 0);
      const quota = quotas.find((row) => row.product === product)?.quota ?? 0;
      if (seats > quota) {
        const message = `there ${isOrAre(quota)} ${counted(quota, 'floating seat')} of ${productName[product]}, not ${seats}`;
        throw wrong('reservation-quota', message, quota);
      }
    }
    await this.replaceRules(manager, organizationId, 'seat_reservation', reservations);
  }

  /** Replaces all of them: each is for one member or one team, and there is one of each kind for a product. */
  private async replaceRules(
    manager: EntityManager,
    organizationId: number,
    table: RuleTable,
    rules: readonly SeatRule[],
  ): Promise<void> {
    const name = table === 'seat_cap' ? 'cap' : 'reservation';
    const whose = rules.map(({ product, userId, teamId }) => `${product} ${userId ?? ''}/${teamId ?? ''}`);
    if (new Set(whose).size < whose.length)
      throw wrong(`${name}-twice`, 'each member and team can have one for each product');
    if (rules.some(({ userId, teamId }) => (userId === undefined) === (teamId === undefined))) {
      throw wrong(`${name}-holder`, 'each is either for a userId or for a teamId');
    }
    await manager.query(`DELETE FROM ${table} WHERE organization_id = $1`, [organizationId]);
    const kept = await manager.query<unknown[]>(
      `INSERT INTO ${table} (organization_id, product, seats, user_id, team_id)
         SELECT $1, w.product, w.seats, w.user_id, w.team_id
           FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) WITH ORDINALITY
             AS w(product, seats, user_id, team_id, place)
          WHERE EXISTS (SELECT FROM membership m WHERE m.organization_id = $1 AND m.user_id = w.user_id)
             OR EXISTS (SELECT FROM team t WHERE t.organization_id = $1 AND t.id = w.team_id)
          ORDER BY w.place
       RETURNING id`,
      [
        organizationId,
        rules.map(({ product }) => product),
        rules.map(({ seats }) => seats),
        rules.map(({ userId }) => userId ?? null),
        rules.map(({ teamId }) => teamId ?? null),
      ],
    );
    if (kept.length < rules.length)
      throw wrong(`${name}-holder`, 'each must be for a member or a team of the organization');
  }

  private async endDenied(
    manager: EntityManager,
    caller: Caller,
    organizationId: number,
    policy: WholePolicy,
  ): Promise<number> {
    const leases = await manager.query<
      { id: string; machineId: string; hostname: string | null; fingerprint: string | null }[]
    >(`SELECT id, machine_id AS "machineId", hostname, fingerprint FROM lease WHERE organization_id = $1`, [
      organizationId,
    ]);
    const denied = leases.filter((lease) => !isMachineAllowed(policy, lease)).map(({ id }) => id);
    if (denied.length === 0) return 0;
    const where = withIds(denied);
    return (await endLeases(manager, this.audit, { reason: 'machine-denied', ender: caller, where })).length;
  }
}

/** The strictest bounds of the seats that the organization $1 has; without seats, those that hold when a file says nothing. */
const boundsInSql = `(SELECT coalesce(min(max_lease_minutes), ${defaultBounds.maxLeaseMinutes}),
         coalesce(min(max_overage_percent) FILTER (WHERE model = 'floating'), ${defaultBounds.maxOveragePercent})
    FROM seat_pool WHERE organization_id = $1 AND quota + withheld > 0)`;

type WrongRule = `${'reservation' | 'cap'}-${'twice' | 'holder'}` | 'reservation-quota';

function wrong(rule: WrongRule, message: string, limit?: number): InvalidRequestError {
  const field = rule.startsWith('cap') ? 'caps' : 'reservations';
  return new InvalidRequestError([{ field, message: `${field}: ${message}`, rule, limit }]);
}
