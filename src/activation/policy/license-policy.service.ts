import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { sessionsEnded } from '../../audit/sessions-ended.js';
import { type Actor } from '../../access/actor.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { itemError } from '../../errors/item-error.js';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { lockPools } from '../../license/pool/lock-pools.queries.js';
import { productName, products } from '../../license/file/product.js';
import { Organization } from '../../organization/organization.entity.js';
import { type LicensePolicy, maxPatterns, type SeatReservationRule } from './dto/license-policy.js';
import {
  policyBoundsOf,
  floatingQuotas,
  leasesOnMachines,
  lockOrganizationRow,
  policyOf,
  replaceRules,
  type RuleKind,
  seatRulesOf,
  type SeatRule,
  hostNamesOf,
} from './license-policy.queries.js';
import { endLeases } from '../seat/end-leases.js';
import { withIds } from '../seat/end-leases.queries.js';
import { type MachineResult } from '../seat/machines.js';
import { rememberedDays } from '../seat/remembered-days.js';
import { inOneForm, isMachineAllowed } from '../seat/seat-decision.js';
import { DeniedByPatternError, PolicyBeyondLicenseError, PolicyListFullError } from '../seat/seat-errors.js';
import { counted, isOrAre } from '../../errors/counted.js';
import { checkVersion, versionOf } from '../../audit/settings-version.js';

/** A policy with nothing left open. */
type WholePolicy = Required<Omit<LicensePolicy, 'version'>>;

/** A client looks at its license every 30 seconds, and renews it after 0.8 of its time. */
const leastEngineMinutes = 3;

/** What an organization has decided about its seats. It holds from the next check-out or renewal on. */
@Injectable()
export class LicensePolicyService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    @Inject(SETTINGS) private readonly settings: Settings,
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
    const policy = await policyOf(manager, organizationId);
    if (!policy) throw new NotFoundError('The organization');
    return {
      ...policy,
      reservations: await seatRulesOf(manager, organizationId, 'reservation'),
      caps: await seatRulesOf(manager, organizationId, 'cap'),
    };
  }

  /**
   * Sessions on machines that are no longer allowed end.
   *
   * @throws NotFoundError
   * @throws StaleVersionError
   * @throws InvalidRequestError when more is reserved than there is, or a reservation or cap names someone outside the organization
   */
  async change(actor: Actor, organizationId: number, change: LicensePolicy): Promise<Required<LicensePolicy>> {
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
        borrowMaxDays: change.borrowMaxDays ?? before.borrowMaxDays,
        borrowKeepSeats: change.borrowKeepSeats ?? before.borrowKeepSeats,
        autoAssign: change.autoAssign ?? before.autoAssign,
        unassignAfterDays: change.unassignAfterDays ?? before.unassignAfterDays,
        allowedMachines: change.allowedMachines ?? before.allowedMachines,
        deniedMachines: change.deniedMachines ?? before.deniedMachines,
        reservations: change.reservations ?? before.reservations,
        caps: change.caps ?? before.caps,
      };
      await this.write(manager, organizationId, change);
      if (change.reservations) await this.reserve(manager, organizationId, change.reservations);
      if (change.caps) await this.replaceRules(manager, organizationId, 'cap', change.caps);
      const isAboutMachines = (change.allowedMachines ?? change.deniedMachines) !== undefined;
      const ended = isAboutMachines ? await this.endDenied(manager, actor, organizationId, after) : 0;
      await this.audit.record(manager, actor, {
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
   * Gives machines no seat any more, as a part of something larger.
   *
   * @throws PolicyListFullError
   */
  async denyMachines(
    manager: EntityManager,
    actor: Actor,
    organizationId: number,
    machineIds: readonly string[],
  ): Promise<void> {
    await this.lock(manager, organizationId);
    const before = await this.read(organizationId, manager);
    await this.writeDenied(manager, actor, organizationId, {
      before,
      deniedMachines: [...new Set([...before.deniedMachines, ...machineIds])],
    });
  }

  /**
   * Denies several machines their seats, or takes that back where it is their ids that are denied, and no pattern.
   *
   * @throws PolicyListFullError
   */
  async changeDenied(
    actor: Actor,
    organizationId: number,
    machineIds: readonly string[],
    denied: boolean,
  ): Promise<MachineResult[]> {
    return this.dataSource.transaction(async (manager) => {
      const ids = [...new Set(machineIds)];
      if (denied) {
        await this.denyMachines(manager, actor, organizationId, ids);
        return ids.map((machineId) => ({ machineId, error: null }));
      }
      await this.lock(manager, organizationId);
      const before = await this.read(organizationId, manager);
      const allowed = new Set(ids.map(inOneForm));
      const deniedMachines = before.deniedMachines.filter((pattern) => !allowed.has(inOneForm(pattern)));
      await this.writeDenied(manager, actor, organizationId, { before, deniedMachines });
      const after = { ...before, deniedMachines };
      const still = itemError(new DeniedByPatternError());
      const known = await hostNamesOf(manager, organizationId, ids);
      return ids.map((machineId) => {
        const isAllowed = [null, ...(known.get(machineId) ?? [])].every((hostname) =>
          isMachineAllowed(after, { machineId, hostname, fingerprint: null }),
        );
        return { machineId, error: isAllowed ? null : still };
      });
    });
  }

  /** @throws PolicyListFullError */
  private async writeDenied(
    manager: EntityManager,
    actor: Actor,
    organizationId: number,
    { before, deniedMachines }: { before: WholePolicy; deniedMachines: string[] },
  ): Promise<void> {
    if (deniedMachines.length === before.deniedMachines.length) return;
    if (deniedMachines.length > maxPatterns) throw new PolicyListFullError(maxPatterns);
    const after = { ...before, deniedMachines };
    await this.write(manager, organizationId, { deniedMachines });
    const ended = await this.endDenied(manager, actor, organizationId, after);
    await this.audit.record(manager, actor, {
      action: 'license-policy.changed',
      organizationId,
      targetType: 'organization',
      targetId: organizationId,
      details: { from: before, to: after, ...sessionsEnded(ended) },
    });
  }

  /** @throws PolicyBeyondLicenseError */
  private async checkBounds(manager: EntityManager, organizationId: number, change: LicensePolicy): Promise<void> {
    const bounds = await policyBoundsOf(manager, organizationId);
    const engineLease = change.engineLeaseMinutes ?? 0;
    if (engineLease > 0 && engineLease < leastEngineMinutes) {
      const message = `engineLeaseMinutes: Runtime Engine looks at its license every 30 seconds, so its lease lasts at least ${leastEngineMinutes} minutes; 0 stands for the lease time of all others`;
      throw new InvalidRequestError([
        { field: 'engineLeaseMinutes', message, rule: 'engine-lease', limit: leastEngineMinutes },
      ]);
    }
    const remembered = rememberedDays(this.settings);
    if ((change.unassignAfterDays ?? 0) > remembered) {
      const message = `unassignAfterDays must not be greater than ${remembered}: the server keeps session history for that many days only`;
      throw new InvalidRequestError([{ field: 'unassignAfterDays', message, rule: 'max', limit: remembered }]);
    }
    const maximum = { ...bounds, engineLeaseMinutes: bounds.leaseMinutes };
    for (const field of ['leaseMinutes', 'engineLeaseMinutes', 'overQuotaPercent', 'borrowMaxDays'] as const) {
      if ((change[field] ?? 0) > maximum[field]) throw new PolicyBeyondLicenseError(field, maximum[field]);
    }
  }

  private async lock(manager: EntityManager, organizationId: number): Promise<void> {
    await lockPools(manager, organizationId);
    await lockOrganizationRow(manager, organizationId);
  }

  /** Writes what changes, and nothing else: what was decided before outlives a license that allows less for a while. */
  private async write(manager: EntityManager, organizationId: number, change: LicensePolicy): Promise<void> {
    const {
      reservations: _,
      caps: __,
      version: ___,
      idleMinutes,
      engineLeaseMinutes,
      unassignAfterDays,
      ...more
    } = change;
    const zeroIsNone = (value: number | undefined): number | null | undefined => (value === 0 ? null : value);
    const columns = {
      ...more,
      idleMinutes: zeroIsNone(idleMinutes),
      engineLeaseMinutes: zeroIsNone(engineLeaseMinutes),
      unassignAfterDays: zeroIsNone(unassignAfterDays),
    };
    if (Object.values(columns).every((value) => value === undefined)) return;
    await manager.update(Organization, { id: organizationId }, columns);
  }

  private async reserve(
    manager: EntityManager,
    organizationId: number,
    reservations: readonly SeatReservationRule[],
  ): Promise<void> {
    const quotas = await floatingQuotas(manager, organizationId);
    for (const product of products) {
      const wanted = reservations.filter((each) => each.product === product);
      const seats = wanted.reduce((sum, each) => sum + each.seats, 0);
      const quota = quotas.get(product) ?? 0;
      if (seats > quota) {
        const message = `there ${isOrAre(quota)} ${counted(quota, 'floating seat')} of ${productName[product]}, not ${seats}`;
        throw wrong('reservation-quota', message, quota);
      }
    }
    await this.replaceRules(manager, organizationId, 'reservation', reservations);
  }

  /** Replaces all of them: each is for one member or one team, and there is one of each kind for a product. */
  private async replaceRules(
    manager: EntityManager,
    organizationId: number,
    kind: RuleKind,
    rules: readonly SeatRule[],
  ): Promise<void> {
    const whose = rules.map(({ product, userId, teamId }) => `${product} ${userId ?? ''}/${teamId ?? ''}`);
    if (new Set(whose).size < whose.length)
      throw wrong(`${kind}-twice`, 'each member and team can have one for each product');
    if (rules.some(({ userId, teamId }) => (userId === undefined) === (teamId === undefined))) {
      throw wrong(`${kind}-holder`, 'each is either for a userId or for a teamId');
    }
    if ((await replaceRules(manager, organizationId, kind, rules)) < rules.length)
      throw wrong(`${kind}-holder`, 'each must be for a member or a team of the organization');
  }

  private async endDenied(
    manager: EntityManager,
    actor: Actor,
    organizationId: number,
    policy: WholePolicy,
  ): Promise<number> {
    const leases = await leasesOnMachines(manager, organizationId);
    const denied = leases.filter((lease) => !isMachineAllowed(policy, lease)).map(({ id }) => id);
    if (denied.length === 0) return 0;
    const where = withIds(denied);
    return (await endLeases(manager, this.audit, { reason: 'machine-denied', ender: actor, where })).length;
  }
}

type WrongRule = `${'reservation' | 'cap'}-${'twice' | 'holder'}` | 'reservation-quota';

function wrong(rule: WrongRule, message: string, limit?: number): InvalidRequestError {
  const field = rule.startsWith('cap') ? 'caps' : 'reservations';
  return new InvalidRequestError([{ field, message: `${field}: ${message}`, rule, limit }]);
}
