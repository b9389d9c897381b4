import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { type Caller } from '../auth/caller.js';

/** Who may create organizations. */
export const organizationCreators = ['everybody', 'root'] as const;
export type OrganizationCreators = (typeof organizationCreators)[number];

/** What the root administrator allows everybody. */
@Injectable()
export class OrganizationPolicy {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
  ) {}

  async creation(manager: EntityManager = this.dataSource.manager): Promise<OrganizationCreators> {
    const rows = await manager.query<[{ creators: OrganizationCreators }]>(
      'SELECT organization_creation AS creators FROM installation',
    );
    return rows[0].creators;
  }

  async setCreation(caller: Caller, creators: OrganizationCreators): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('UPDATE installation SET organization_creation = $1', [creators]);
      await this.audit.record(manager, caller, {
        action: 'server-settings.changed',
        details: { organizationCreation: creators },
      });
    });
  }
}
