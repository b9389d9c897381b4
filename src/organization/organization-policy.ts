import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { lockInstallation } from '../database/locks.js';
import { AuditService } from '../audit/audit.service.js';
import { type Caller } from '../access/caller.js';
import { organizationCreators, setOrganizationCreators } from './organization.queries.js';
import { OrganizationCreationClosedError, UnverifiedAccountError } from './organization.errors.js';
import { checkVersion, versionOf } from '../audit/settings-version.js';
import { type OrganizationCreators, type ServerSettings } from './dto/server-settings.js';

/** What the root administrator allows all users. */
@Injectable()
export class OrganizationPolicy {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
  ) {}

  async creation(manager: EntityManager = this.dataSource.manager): Promise<OrganizationCreators> {
    return organizationCreators(manager);
  }

  /**
   * Whether an account may create organizations.
   *
   * @throws OrganizationCreationClosedError
   * @throws UnverifiedAccountError
   */
  async checkCreation(
    account: { root: boolean; verified: boolean },
    manager: EntityManager = this.dataSource.manager,
  ): Promise<void> {
    if (account.root) return;
    if ((await this.creation(manager)) === 'root') throw new OrganizationCreationClosedError();
    if (!account.verified) throw new UnverifiedAccountError();
  }

  async mayCreate(account: { root: boolean; verified: boolean }): Promise<boolean> {
    return account.root || (account.verified && (await this.creation()) === 'everybody');
  }

  async settings(): Promise<Required<ServerSettings>> {
    const { manager } = this.dataSource;
    const version = await versionOf(manager, { kind: 'server-settings' });
    return { organizationCreation: await this.creation(manager), version };
  }

  /** @throws StaleVersionError */
  async change(caller: Caller, { organizationCreation: creators, version }: ServerSettings): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await lockInstallation(manager);
      await checkVersion(manager, { kind: 'server-settings' }, version);
      const before = await this.creation(manager);
      await setOrganizationCreators(manager, creators);
      await this.audit.record(manager, caller, {
        action: 'server-settings.changed',
        details: {
          organizationCreation: creators,
          from: { organizationCreation: before },
          to: { organizationCreation: creators },
        },
      });
    });
  }
}
