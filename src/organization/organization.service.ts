import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { lockInstallation } from '../database/locks.js';
import { AuditService } from '../audit/audit.service.js';
import { type Actor } from '../access/actor.js';
import { type Caller, isServiceAccount } from '../access/caller.js';
import { ServiceAccountRefusedError } from '../auth/auth.errors.js';
import { Clock } from '../clock/clock.js';
import { NotFoundError } from '../errors/domain-error.js';
import { pageOf, type Sorting } from '../http/paging.js';
import { UserService } from '../user/user.service.js';
import {
  type OrganizationDetails,
  type OrganizationSettings,
  type OrganizationPage,
  type OrganizationView,
  type OrganizationQuery,
} from './dto/organization.js';
import { Membership } from './membership.entity.js';
import { MembershipService } from './membership.service.js';
import { lockOrganization } from './lock-organization.js';
import { OrganizationOwnership } from './organization-ownership.js';
import { OrganizationPolicy } from './organization-policy.js';
import { Organization } from './organization.entity.js';
import { membersSince, nameAndVersion } from './organization.queries.js';
import { permissionsOf, type Role } from '../access/role.js';
import { checkVersion } from '../audit/settings-version.js';

/** Does what else belongs to the beginning or end of an organization, in the same transaction. */
export type OrganizationChange = (manager: EntityManager, organizationId: number) => Promise<void>;

@Injectable()
export class OrganizationService {
  private readonly onCreated: OrganizationChange[] = [];
  private readonly onDeleting: OrganizationChange[] = [];
  private readonly onDeleted: OrganizationChange[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly ownership: OrganizationOwnership,
    private readonly policy: OrganizationPolicy,
    private readonly users: UserService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** For modules above, which know what an organization needs there. */
  whenCreated(action: OrganizationChange): void {
    this.onCreated.push(action);
  }

  /** Called before an organization goes; by throwing a module above says why it cannot. */
  whenDeleting(action: OrganizationChange): void {
    this.onDeleting.push(action);
  }

  /** Called when it has gone. */
  whenDeleted(action: OrganizationChange): void {
    this.onDeleted.push(action);
  }

  /**
   * Creates an organization; the caller becomes its owner. Without a name it gets one that can be changed later.
   *
   * @param actor whom the audit log names
   * @throws ServiceAccountRefusedError
   * @throws OrganizationCreationClosedError when only root may
   * @throws UnverifiedAccountError
   * @throws LimitReachedError
   */
  async create(caller: Caller, name?: string, actor: Actor = caller): Promise<OrganizationView> {
    if (isServiceAccount(caller)) throw new ServiceAccountRefusedError();
    return this.dataSource.transaction(async (manager) => {
      const verified = await this.users.isVerified(caller.id, manager);
      await this.policy.checkCreation({ root: caller.root, verified }, manager);
      await this.ownership.checkNumber(manager, caller.id);
      const now = this.clock.now();
      const defaultName = `${caller.email.split('@')[0] ?? caller.email}'s organization`.slice(-100);
      const saved = await manager.save(Organization, { name: name ?? defaultName, createdAt: now });
      await manager.insert(Membership, { organizationId: saved.id, userId: caller.id, role: 'OWNER', joinedAt: now });
      this.memberships.changed(manager, caller.id);
      for (const action of this.onCreated) await action(manager, saved.id);
      await this.audit.record(manager, actor, {
        action: 'organization.created',
        organizationId: saved.id,
        targetType: 'organization',
        targetId: saved.id,
        details: { name: saved.name },
      });
      return viewOf(saved, 'OWNER', caller);
    });
  }

  /** Organizations of the caller; all of them, for root. */
  async list(caller: Caller, query: OrganizationQuery): Promise<OrganizationPage> {
    const roles = await this.memberships.of(caller.id);
    const select = this.dataSource.getRepository(Organization).createQueryBuilder('organization');
    if (!caller.root) select.andWhere('organization.id = ANY(:ids)', { ids: [...roles.keys()] });
    if (query.search) {
      select.andWhere('strpos(fold_case(organization.name), fold_case(:search)) > 0', { search: query.search });
    }
    const sortable: Sorting<OrganizationQuery> = {
      id: 'organization.id',
      name: 'organization.name',
      createdAt: 'organization.createdAt',
    };
    return pageOf(select, query, sortable, (each) => viewOf(each, roles.get(each.id), caller));
  }

  /** @throws NotFoundError */
  async get(caller: Caller, id: number): Promise<OrganizationDetails> {
    // One statement: Katalon's clients ask for it at each activation.
    const organization = await nameAndVersion(this.dataSource.manager, id);
    if (!organization) throw new NotFoundError('The organization');
    const { name, requireSecondFactor, version, logo } = organization;
    const view = viewOf({ id, name }, await this.memberships.roleIn(id, caller.id), caller);
    return Object.assign(view, { requireSecondFactor, version, logo });
  }

  /**
   * @param actor whom the audit log names
   * @throws NotFoundError
   * @throws StaleVersionError
   */
  async change(
    caller: Caller,
    id: number,
    change: OrganizationSettings,
    actor: Actor = caller,
  ): Promise<OrganizationDetails> {
    const { name, requireSecondFactor, version } = change;
    await this.dataSource.transaction(async (manager) => {
      const organization = await lockOrganization(manager, id);
      await checkVersion(manager, { kind: 'organization', organizationId: id }, version);
      await manager.update(Organization, { id }, { name, requireSecondFactor });
      const target = { organizationId: id, targetType: 'organization', targetId: id };
      if (name !== undefined) {
        const details = { from: organization.name, to: name };
        await this.audit.record(manager, actor, { action: 'organization.renamed', ...target, details });
      }
      if (requireSecondFactor === undefined || requireSecondFactor === organization.requireSecondFactor) return;
      const action = 'organization.second-factor-rule-changed';
      await this.audit.record(manager, actor, { action, ...target, details: { requireSecondFactor } });
      await this.policy.followSecondFactorRule(manager);
    });
    return this.get(caller, id);
  }

  /**
   * Deletes an organization with all that belongs to it; the audit log keeps who was in it.
   *
   * @throws NotFoundError
   * @throws what modules above have against it
   */
  async delete(caller: Caller, id: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      // Its seats are divided again; code that divides seats takes this lock first.
      await lockInstallation(manager);
      // Seats before organizations, like all code that grants or frees a seat.
      for (const action of this.onDeleting) await action(manager, id);
      const organization = await lockOrganization(manager, id);
      const members = await membersSince(manager, id);
      await manager.delete(Organization, { id });
      this.memberships.changed(manager, ...members.map(({ userId }) => userId));
      for (const action of this.onDeleted) await action(manager, id);
      await this.audit.record(manager, caller, {
        action: 'organization.deleted',
        organizationId: id,
        targetType: 'organization',
        targetId: id,
        details: { name: organization.name, members: members.map(({ email, role }) => ({ email, role })) },
      });
    });
  }

  /** The organizations that a user is a member of, oldest first. */
  async ofMember(user: Pick<Caller, 'id' | 'root'>): Promise<OrganizationView[]> {
    const roles = await this.memberships.of(user.id);
    if (roles.size === 0) return [];
    const organizations = await this.dataSource
      .getRepository(Organization)
      .createQueryBuilder('organization')
      .where('organization.id = ANY(:ids)', { ids: [...roles.keys()] })
      .orderBy('organization.id')
      .getMany();
    return organizations.map((each) => viewOf(each, roles.get(each.id), user));
  }
}

function viewOf(
  { id, name }: Pick<Organization, 'id' | 'name'>,
  role: Role | undefined,
  { root }: Pick<Caller, 'root'>,
): OrganizationView {
  return { id, name, role: role ?? null, permissions: permissionsOf(role ?? null, root) };
}
