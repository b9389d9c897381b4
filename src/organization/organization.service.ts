import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { ForbiddenError } from '../auth/auth.errors.js';
import { type Caller } from '../access/caller.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { holdUntilCommit } from '../database/locks.js';
import { NotFoundError } from '../errors/domain-error.js';
import { LimitReachedError } from '../errors/limit-errors.js';
import { type PageQuery, pageOf } from '../http/paging.js';
import { MailService } from '../mail/mail.service.js';
import { templatedMail } from '../mail/templated-mail.js';
import { UserService } from '../user/user.service.js';
import { type MeView, type Profile } from './dto/me.js';
import {
  type OrganizationDetails,
  type OrganizationName,
  type OrganizationPage,
  type OrganizationView,
} from './dto/organization.js';
import { Membership } from './membership.entity.js';
import { MembershipService } from './membership.service.js';
import { OrganizationPolicy } from './organization-policy.js';
import { Organization } from './organization.entity.js';
import { DisabledMemberError } from './organization.errors.js';
import { permissionsOf, type Role } from '../access/role.js';
import { TeamService } from './team.service.js';
import { checkVersion, versionInSql } from '../audit/settings-version.js';

/** Does what else belongs to the beginning or end of an organization, in the same transaction. */
export type OrganizationChange = (manager: EntityManager, organizationId: number) => Promise<void>;

@Injectable()
export class OrganizationService {
  private readonly onCreated: OrganizationChange[] = [];
  private readonly onDeleting: OrganizationChange[] = [];
  private readonly onDeleted: OrganizationChange[] = [];
  private trialEnd: () => Date | null = () => null;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly teams: TeamService,
    private readonly policy: OrganizationPolicy,
    private readonly users: UserService,
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** For modules above, which know what an organization needs there. */
  whenCreated(action: OrganizationChange): void {
    this.onCreated.push(action);
  }

  /** Called before an organization goes; by throwing a module above says why it cannot. */
  whenDeleting(action: OrganizationChange): void {
    this.onDeleting.push(action);
  }

  /** For the module above that knows the licenses: when the server's trial license ends or has ended. */
  whenTrialEnds(trialEnd: () => Date | null): void {
    this.trialEnd = trialEnd;
  }

  /** Called when it has gone. */
  whenDeleted(action: OrganizationChange): void {
    this.onDeleted.push(action);
  }

  /**
   * Creates an organization; the caller becomes its owner. Without a name it gets one that can be changed later.
   *
   * @throws OrganizationCreationClosedError when only root may
   * @throws UnverifiedAccountError
   * @throws LimitReachedError
   */
  async create(caller: Caller, name?: string): Promise<OrganizationView> {
    return this.dataSource.transaction(async (manager) => {
      const verified = await this.users.isVerified(caller.id, manager);
      await this.policy.checkCreation({ root: caller.root, verified }, manager);
      await this.checkOwned(manager, caller.id);
      const now = this.clock.now();
      const defaultName = `${caller.email.split('@')[0] ?? caller.email}'s organization`.slice(-100);
      const saved = await manager.save(Organization, { name: name ?? defaultName, createdAt: now });
      await manager.insert(Membership, { organizationId: saved.id, userId: caller.id, role: 'OWNER', joinedAt: now });
      this.memberships.changed(manager, caller.id);
      for (const action of this.onCreated) await action(manager, saved.id);
      await this.audit.record(manager, caller, {
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
  async list(caller: Caller, query: PageQuery): Promise<OrganizationPage> {
    const roles = await this.memberships.of(caller.id);
    const select = this.dataSource.getRepository(Organization).createQueryBuilder('organization');
    if (!caller.root) select.andWhere('organization.id = ANY(:ids)', { ids: [...roles.keys()] });
    if (query.search) {
      select.andWhere('strpos(fold_case(organization.name), fold_case(:search)) > 0', { search: query.search });
    }
    const sortable = { id: 'organization.id', name: 'organization.name', createdAt: 'organization.createdAt' };
    return pageOf(select, query, sortable, (each) => viewOf(each, roles.get(each.id), caller));
  }

  /** @throws NotFoundError */
  async get(caller: Caller, id: number): Promise<OrganizationDetails> {
    // One statement: Katalon's clients ask for it at each activation.
    const [organization] = await this.dataSource.query<{ name: string; version: number }[]>(
      `SELECT name, ${versionInSql('organization', 'organization.id')} AS version FROM organization WHERE id = $1`,
      [id],
    );
    if (!organization) throw new NotFoundError('The organization');
    const { name, version } = organization;
    return Object.assign(viewOf({ id, name }, await this.memberships.roleIn(id, caller.id), caller), { version });
  }

  /**
   * @throws NotFoundError
   * @throws StaleVersionError
   */
  async rename(caller: Caller, id: number, { name, version }: OrganizationName): Promise<OrganizationDetails> {
    await this.dataSource.transaction(async (manager) => {
      const organization = await this.lock(manager, id);
      await checkVersion(manager, { kind: 'organization', organizationId: id }, version);
      await manager.update(Organization, { id }, { name });
      await this.audit.record(manager, caller, {
        action: 'organization.renamed',
        organizationId: id,
        targetType: 'organization',
        targetId: id,
        details: { from: organization.name, to: name },
      });
    });
    return this.get(caller, id);
  }

  /**
   * Makes another member the owner; the former owner becomes an admin.
   *
   * @throws NotFoundError when the new owner is no member
   * @throws DisabledMemberError
   * @throws LimitReachedError when the new owner has as many as an account may own
   */
  async transfer(caller: Caller, id: number, userId: number): Promise<OrganizationView> {
    await this.dataSource.transaction(async (manager) => {
      // Of two transfers at the same moment one waits, and finds another owner.
      const organization = await this.lock(manager, id);
      const rows = await manager.query<{ userId: number; role: Role; email: string; disabled: boolean }[]>(
        `SELECT m.user_id AS "userId", m.role, u.email, u.disabled_at IS NOT NULL AS disabled
           FROM membership m JOIN user_account u ON u.id = m.user_id
          WHERE m.organization_id = $1 AND (m.role = 'OWNER' OR m.user_id = $2) ORDER BY m.user_id FOR UPDATE OF m`,
        [id, userId],
      );
      const owner = rows.find((row) => row.role === 'OWNER');
      if (!owner) throw new NotFoundError('The organization');
      if (!caller.root && owner.userId !== caller.id) {
        throw new ForbiddenError('Only the owner of the organization may do this.');
      }
      const next = rows.find((row) => row.userId === userId);
      if (!next) throw new NotFoundError('The member', 'This organization has no member with this id.');
      if (next.disabled) throw new DisabledMemberError(next.email);
      if (next === owner) return;
      await this.checkOwned(manager, userId);
      await manager.update(Membership, { organizationId: id, userId: owner.userId }, { role: 'ADMIN' });
      await manager.update(Membership, { organizationId: id, userId }, { role: 'OWNER' });
      this.memberships.changed(manager, owner.userId, userId);
      await this.audit.record(manager, caller, {
        action: 'organization.ownership-transferred',
        organizationId: id,
        targetType: 'user',
        targetId: userId,
        details: { from: owner.email, to: next.email },
      });
      await this.mail.enqueue(
        manager,
        id,
        [owner.email, next.email].map((email) =>
          templatedMail('ownership-transferred', email, { organization: organization.name, owner: next.email }),
        ),
      );
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
      await manager.query('SELECT FROM installation FOR UPDATE');
      // Seats before organizations, like all code that grants or frees a seat.
      for (const action of this.onDeleting) await action(manager, id);
      const organization = await this.lock(manager, id);
      const rows = await manager.query<{ userId: number; email: string; role: Role }[]>(
        `SELECT m.user_id AS "userId", u.email, m.role FROM membership m JOIN user_account u ON u.id = m.user_id
          WHERE m.organization_id = $1 ORDER BY m.joined_at, m.user_id`,
        [id],
      );
      await manager.delete(Organization, { id });
      this.memberships.changed(manager, ...rows.map((row) => row.userId));
      for (const action of this.onDeleted) await action(manager, id);
      await this.audit.record(manager, caller, {
        action: 'organization.deleted',
        organizationId: id,
        targetType: 'organization',
        targetId: id,
        details: { name: organization.name, members: rows.map(({ email, role }) => ({ email, role })) },
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

  /** Changes the caller's own profile. */
  async changeMe(caller: Caller, profile: Profile): Promise<MeView> {
    await this.users.rename(caller.id, profile, caller);
    return this.me(caller);
  }

  /** @throws NotFoundError when the account is gone */
  async me(caller: Caller): Promise<MeView> {
    const user = await this.users.findById(caller.id);
    if (!user) throw new NotFoundError('Your account');
    return {
      id: String(user.id),
      firstName: user.firstName,
      lastName: user.lastName,
      email: user.email,
      root: user.root,
      verified: user.verifiedAt !== null,
      mayCreateOrganizations: await this.policy.mayCreate({ root: user.root, verified: user.verifiedAt !== null }),
      trialExpirationDate: this.trialEnd()?.toISOString() ?? null,
      organizations: await this.ofMember(user),
      teams: await this.teams.ofMember(caller.id),
    };
  }

  /** Until the commit, no other transaction makes the user an owner. */
  private async checkOwned(manager: EntityManager, userId: number): Promise<void> {
    await holdUntilCommit(manager, 'owner', userId);
    const [found] = await manager.query<{ owned: number; root: boolean }[]>(
      `SELECT u.root, (SELECT count(*)::int FROM membership m WHERE m.user_id = u.id AND m.role = 'OWNER') AS owned
         FROM user_account u WHERE u.id = $1`,
      [userId],
    );
    const most = this.settings.maxOrganizationsPerUser;
    if (found && !found.root && found.owned >= most) throw new LimitReachedError('too-many-organizations', most);
  }

  private async lock(manager: EntityManager, id: number): Promise<Organization> {
    const organization = await manager.findOne(Organization, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!organization) throw new NotFoundError('The organization');
    return organization;
  }
}

function viewOf(
  { id, name }: Pick<Organization, 'id' | 'name'>,
  role: Role | undefined,
  { root }: Pick<Caller, 'root'>,
): OrganizationView {
  return { id, name, role: role ?? null, permissions: permissionsOf(role ?? null, root) };
}
