import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { lockInstallation } from '../database/locks.js';
import { Notifications } from '../database/notifications.js';
import { dueDate, setDueDates } from '../auth/second-factor/second-factor-rule.queries.js';
import { AuditService } from '../audit/audit.service.js';
import { type Actor } from '../access/actor.js';
import { type Caller } from '../access/caller.js';
import { serverRules, type ServerRules, setServerRules } from './organization.queries.js';
import { OrganizationCreationClosedError, UnverifiedAccountError } from './organization.errors.js';
import { checkVersion, versionOf } from '../audit/settings-version.js';
import { type OrganizationCreators, type ServerSettings, type ServerSettingsChange } from './dto/server-settings.js';

/** What the root administrator allows all users. */
@Injectable()
export class OrganizationPolicy {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly configuration: Settings,
  ) {}

  async creation(manager: EntityManager = this.dataSource.manager): Promise<OrganizationCreators> {
    return (await serverRules(manager)).organizationCreation;
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
    return { ...(await serverRules(manager)), version };
  }

  /**
   * What the request does not name stays.
   *
   * @throws StaleVersionError
   */
  async change(
    actor: Actor,
    { version, organizationCreation, requireSecondFactor, name }: ServerSettingsChange,
  ): Promise<void> {
    const named: [string, string | undefined][] = Object.entries({ organizationCreation, requireSecondFactor, name });
    const changed = named.filter(([, value]) => value !== undefined);
    const to = Object.fromEntries(changed) as Partial<ServerRules>;
    await this.dataSource.transaction(async (manager) => {
      await lockInstallation(manager);
      await checkVersion(manager, { kind: 'server-settings' }, version);
      const before = await serverRules(manager);
      await setServerRules(manager, { ...before, ...to });
      const from = Object.fromEntries(changed.map(([name]) => [name, before[name as keyof ServerRules]]));
      const details = { ...to, from, to };
      await this.audit.record(manager, actor, { action: 'server-settings.changed', details });
      if (to.requireSecondFactor) await this.followSecondFactorRule(manager);
    });
  }

  /** After a rule was changed: people under it have their days from now on, and the others are no longer held up by it. */
  async followSecondFactorRule(manager: EntityManager): Promise<void> {
    const freed = await setDueDates(manager, this.clock.now(), this.configuration.secondFactorGraceDays);
    for (const id of freed) this.notifications.tellAtCommit(manager, 'access_changed', id);
  }

  /** Until when the caller has to set a second factor up. Programs are not asked, and Katalon's ask for themselves often. */
  async secondFactorDueAt({ sessionId }: Caller): Promise<Date | null> {
    return sessionId ? dueDate(this.dataSource.manager, sessionId) : null;
  }
}
