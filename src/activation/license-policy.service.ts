import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { type Caller } from '../auth/caller.js';
import { NotFoundError } from '../errors/domain-error.js';
import { type LicensePolicy } from './dto/license-policy.js';

/** What an organization has decided about its seats. It holds from the next check-out or renewal on. */
@Injectable()
export class LicensePolicyService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
  ) {}

  /** @throws NotFoundError */
  async get(organizationId: number, manager: EntityManager = this.dataSource.manager): Promise<LicensePolicy> {
    const [policy] = await manager.query<LicensePolicy[]>(
      `SELECT lease_minutes AS "leaseMinutes", over_quota_percent AS "overQuotaPercent",
              allowed_machines AS "allowedMachines", denied_machines AS "deniedMachines"
         FROM organization WHERE id = $1`,
      [organizationId],
    );
    if (!policy) throw new NotFoundError('The organization');
    return policy;
  }

  /** @throws NotFoundError */
  async change(caller: Caller, organizationId: number, change: LicensePolicy): Promise<LicensePolicy> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT FROM organization WHERE id = $1 FOR NO KEY UPDATE', [organizationId]);
      const before = await this.get(organizationId, manager);
      const after = {
        leaseMinutes: change.leaseMinutes ?? before.leaseMinutes,
        overQuotaPercent: change.overQuotaPercent ?? before.overQuotaPercent,
        allowedMachines: change.allowedMachines ?? before.allowedMachines,
        deniedMachines: change.deniedMachines ?? before.deniedMachines,
      };
      await manager.query(
        `UPDATE organization SET lease_minutes = $2, over_quota_percent = $3, allowed_machines = $4, denied_machines = $5
          WHERE id = $1`,
        [organizationId, after.leaseMinutes, after.overQuotaPercent, after.allowedMachines, after.deniedMachines],
      );
      await this.audit.record(manager, caller, {
        action: 'license-policy.changed',
        organizationId,
        targetType: 'organization',
        targetId: organizationId,
        details: { from: before, to: after },
      });
      return after;
    });
  }
}
