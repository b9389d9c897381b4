import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { type Change } from '../audit/audited-change.js';
import { AuditService } from '../audit/audit.service.js';
import { checkVersion } from '../audit/settings-version.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { holdUntilCommit } from '../database/locks.js';
import { NotFoundError } from '../errors/domain-error.js';
import { LimitReachedError } from '../errors/limit-errors.js';
import { pageOfRows } from '../http/paging.js';
import { holdOrganization } from '../organization/hold-organization.js';
import { Membership } from '../organization/membership.entity.js';
import { MembershipService } from '../organization/membership.service.js';
import { lockAccount } from '../user/lock-account.js';
import { User } from '../user/user.entity.js';
import {
  type NewServiceAccount,
  type ServiceAccountChange,
  type ServiceAccountPage,
  type ServiceAccountView,
  type ServiceAccountQuery,
} from './dto/service-account.js';
import { checkServiceAccountName } from './service-account-name.js';
import { ServiceAccountRemoval } from './service-account-removal.js';
import { ServiceAccountNameTakenError } from './service-account.errors.js';
import {
  countServiceAccounts,
  isServiceAccountNameTaken,
  serviceAccountSorting,
  serviceAccountsOf,
  serviceAccountWith,
} from './service-account.queries.js';

/** The accounts that an organization has for its programs. Each is a member, with a name in place of an e-mail address. */
@Injectable()
export class ServiceAccountService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly removal: ServiceAccountRemoval,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  list(organizationId: number, query: ServiceAccountQuery): Promise<ServiceAccountPage> {
    const { manager } = this.dataSource;
    const found = serviceAccountsOf(organizationId, query.search);
    return pageOfRows<ServiceAccountView>(manager, found, query, serviceAccountSorting);
  }

  /** @throws NotFoundError */
  async get(
    organizationId: number,
    id: number,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<ServiceAccountView> {
    const found = await serviceAccountWith(manager, organizationId, id);
    if (!found) throw notFound();
    return found;
  }

  /**
   * @throws InvalidRequestError for a name that looks like something else
   * @throws ServiceAccountNameTakenError
   * @throws LimitReachedError
   */
  async create(
    actor: Actor,
    organizationId: number,
    { name, role = 'USER' }: NewServiceAccount,
  ): Promise<ServiceAccountView> {
    checkServiceAccountName(name);
    return this.dataSource.transaction(async (manager) => {
      await holdOrganization(manager, organizationId);
      await this.checkRoom(manager, organizationId);
      await this.checkName(manager, { organizationId, name });
      const createdAt = this.clock.now();
      const account = { email: name, firstName: name, service: true, originOrganizationId: organizationId, createdAt };
      const { id } = await manager.save(User, manager.create(User, account));
      await manager.insert(Membership, { organizationId, userId: id, role, joinedAt: createdAt });
      this.memberships.changed(manager, id);
      await this.audit.record(manager, actor, this.event('created', organizationId, id, { name, role }));
      return this.get(organizationId, id, manager);
    });
  }

  /** Until the commit, the organization gets no other service account: what is known of their names and number stays true. */
  private async checkRoom(manager: EntityManager, organizationId: number): Promise<void> {
    await holdUntilCommit(manager, 'members', organizationId);
    if (await this.memberships.isFull(manager, organizationId)) {
      throw new LimitReachedError('too-many-members', this.settings.maxMembersPerOrganization);
    }
    const max = this.settings.maxServiceAccountsPerOrganization;
    if ((await countServiceAccounts(manager, organizationId)) >= max) {
      throw new LimitReachedError('too-many-service-accounts', max);
    }
  }

  private async checkName(
    manager: EntityManager,
    wanted: { organizationId: number; name: string; except?: number },
  ): Promise<void> {
    if (await isServiceAccountNameTaken(manager, wanted)) throw new ServiceAccountNameTakenError(wanted.name);
  }

  /**
   * Renames a service account, or gives it another role, which holds at once.
   *
   * @throws NotFoundError
   * @throws InvalidRequestError for a name that looks like something else
   * @throws ServiceAccountNameTakenError
   * @throws StaleVersionError
   */
  async change(
    actor: Actor,
    organizationId: number,
    id: number,
    { name, role, version }: ServiceAccountChange,
  ): Promise<ServiceAccountView> {
    if (name !== undefined) checkServiceAccountName(name);
    return this.dataSource.transaction(async (manager) => {
      await holdOrganization(manager, organizationId);
      await lockAccount(manager, id);
      await holdUntilCommit(manager, 'members', organizationId);
      const before = await this.get(organizationId, id, manager);
      await checkVersion(manager, { kind: 'service-account', organizationId, targetId: id }, version);
      if (name !== undefined && name !== before.name) {
        await this.checkName(manager, { organizationId, name, except: id });
        await manager.update(User, { id }, { email: name, firstName: name });
        const names = { from: before.name, to: name };
        await this.audit.record(manager, actor, this.event('renamed', organizationId, id, names));
      }
      if (role !== undefined && role !== before.role) {
        await manager.update(Membership, { organizationId, userId: id }, { role });
        const roles = { name: name ?? before.name, from: before.role, to: role };
        await this.audit.record(manager, actor, this.event('role-changed', organizationId, id, roles));
      }
      this.memberships.changed(manager, id);
      return this.get(organizationId, id, manager);
    });
  }

  /**
   * Ends its keys, tokens and seats at once. Its name stays in the history.
   *
   * @throws NotFoundError
   */
  async delete(actor: Actor, organizationId: number, id: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const ended = await this.removal.leaveSeats(manager, actor, organizationId, id);
      const { name } = await this.get(organizationId, id, manager);
      await this.removal.end(manager, actor, id);
      await manager.delete(Membership, { organizationId, userId: id });
      await this.audit.record(manager, actor, this.event('deleted', organizationId, id, { name, ...ended }));
    });
  }

  private event(act: string, organizationId: number, targetId: number, details: Record<string, unknown>): Change {
    return { action: `service-account.${act}`, organizationId, targetType: 'user', targetId, details };
  }
}

export function notFound(): NotFoundError {
  return new NotFoundError('The service account', 'This organization has no service account with this id.');
}
