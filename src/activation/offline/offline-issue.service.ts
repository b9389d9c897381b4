import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { counted } from '../../errors/counted.js';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { type GrantPart } from '../../license/file/grants.js';
import { lockInstallation } from '../../database/locks.js';
import { LicenseService } from '../../license/license.service.js';
import { lockPools } from '../../license/pool/lock-pools.queries.js';
import { Organization } from '../../organization/organization.entity.js';
import { HeartbeatService } from '../lease/renewal/heartbeat.service.js';
import { LeaseTokenService } from '../lease/token/lease-token.service.js';
import { checkMachineId, checkMachineIdBinds } from '../seat/machine-id.js';
import { isMachineAllowed } from '../seat/seat-decision.js';
import { DeniedMachineError } from '../seat/seat-errors.js';
import { type NewOfflineLicense, type OfflineLicenseView } from './dto/offline-license.js';
import { OfflineLicense } from './offline-license.entity.js';
import { offlineLicenseViewOf } from './offline-license.queries.js';
import { OfflineSeatService } from './offline-seat.service.js';

const dayMillis = 86_400_000;

/** Issues licenses for machines without a network (manual, "Offline activation"): they take a seat until they expire. */
@Injectable()
export class OfflineIssueService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly seats: OfflineSeatService,
    private readonly tokens: LeaseTokenService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly heartbeat: HeartbeatService,
  ) {}

  /**
   * Takes a seat for a machine, a node-locked one if there is one, else a floating one that is not reserved. For the
   * same machine once more, the seat is the same.
   *
   * @throws NoOfflineSeatError
   * @throws DeniedMachineError
   * @throws InvalidRequestError when it would end in the past, or after the license
   * @throws WildcardMachineIdError and what else {@link checkMachineId} has against the machine id
   * @throws SharedMachineIdError
   */
  async create(
    caller: Caller,
    organizationId: number,
    { product, machineId, expiresAt }: NewOfflineLicense,
  ): Promise<OfflineLicenseView> {
    checkMachineId(machineId, 'client');
    checkMachineIdBinds(machineId);
    // A lease that ran out while no server was at work still counts.
    await this.heartbeat.touch();
    return this.dataSource.transaction(async (manager) => {
      // An entitlement's seats are shared by all organizations: one offline license at a time.
      await lockInstallation(manager);
      // The same lock, in the same order, like all code that takes a seat.
      await lockPools(manager, organizationId);
      await this.checkPolicy(manager, organizationId, machineId);
      const now = await this.licenses.newestTime();
      const end = new Date(Math.floor(Date.parse(expiresAt) / 1000) * 1000);
      if (end <= now) throw wrongEnd('future', 'expiresAt must be in the future');
      const chosen = await this.seats.choose(manager, { organizationId, product, machineId }, now, end);
      checkEnd(end, now, chosen.part);
      await this.tokens.useCurrentKeys(manager);
      const token = await this.tokens.forOffline(chosen.part, organizationId, machineId, end);
      const { identifiers } = await manager.insert(OfflineLicense, {
        organizationId,
        poolId: chosen.id,
        machineId,
        createdAt: this.clock.now(),
        createdBy: caller.id,
        expiresAt: end,
        token,
      });
      const [{ id }] = identifiers as [Pick<OfflineLicense, 'id'>];
      await this.audit.record(manager, caller, {
        action: 'offline-license.created',
        organizationId,
        targetType: 'machine',
        targetId: machineId,
        details: { product, model: chosen.model, expiresAt: end },
      });
      return offlineLicenseViewOf(manager, { organizationId, id });
    });
  }

  /** @throws DeniedMachineError; host names, which may allow a machine, are not known here */
  private async checkPolicy(manager: EntityManager, organizationId: number, machineId: string): Promise<void> {
    const policy = await manager.findOne(Organization, {
      select: { id: true, deniedMachines: true },
      where: { id: organizationId },
    });
    const rules = { allowedMachines: [], deniedMachines: policy?.deniedMachines ?? [] };
    if (!isMachineAllowed(rules, { machineId, hostname: null, fingerprint: null })) throw new DeniedMachineError();
  }
}

function wrongEnd(rule: string, message: string, limit?: number): InvalidRequestError {
  return new InvalidRequestError([{ field: 'expiresAt', message, rule, limit }]);
}

/** @throws InvalidRequestError when the license does not allow an offline license for so long */
function checkEnd(end: Date, now: Date, { bounds, expiresAt }: GrantPart): void {
  const { offlineMaxDays } = bounds;
  if (end.getTime() > now.getTime() + offlineMaxDays * dayMillis) {
    throw wrongEnd(
      'offline-max-days',
      `expiresAt must not be more than ${counted(offlineMaxDays, 'day')} from now: the license allows offline licenses no longer`,
      offlineMaxDays,
    );
  }
  if (end > expiresAt) {
    throw wrongEnd(
      'license-end',
      `expiresAt must not be after the license, which expires at ${expiresAt.toISOString()}`,
    );
  }
}
