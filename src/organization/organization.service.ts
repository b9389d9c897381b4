import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { type Caller } from '../auth/caller.js';
import { Clock } from '../clock/clock.js';
import { NotFoundError } from '../errors/domain-error.js';
import { containing, type PageQuery, pageOf } from '../http/paging.js';
import { UserService } from '../user/user.service.js';
import { type MeView } from './dto/me.js';
import { type OrganizationPage, type OrganizationView } from './dto/organization.js';
import { Membership } from './membership.entity.js';
import { MembershipService } from './membership.service.js';
import { Organization } from './organization.entity.js';

/** Does what else belongs to a new organization, in the same transaction. */
export type OrganizationCreated = (manager: EntityManager, organizationId: number) => Promise<void>;

@Injectable()
export class OrganizationService {
  private readonly onCreated: OrganizationCreated[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly users: UserService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** For modules above, which know what an organization needs there. */
  whenCreated(action: OrganizationCreated): void {
    this.onCreated.push(action);
  }

  /** Creates an organization; the caller becomes its owner. Without a name it gets one that can be changed later. */
  async create(caller: Caller, name?: string): Promise<OrganizationView> {
    const view = await this.dataSource.transaction(async (manager) => {
      const now = this.clock.now();
      const defaultName = `${caller.email.split('@')[0] ?? caller.email}'s organization`.slice(-100);
      const saved = await manager.save(Organization, { name: name ?? defaultName, createdAt: now });
      await manager.insert(Membership, { organizationId: saved.id, userId: caller.id, role: 'OWNER', joinedAt: now });
      for (const action of this.onCreated) await action(manager, saved.id);
      await this.audit.record(manager, caller, {
        action: 'organization.created',
        organizationId: saved.id,
        targetType: 'organization',
        targetId: saved.id,
        details: { name: saved.name },
      });
      return { id: saved.id, name: saved.name, role: 'OWNER' };
    });
    this.memberships.forget(caller.id);
    return view;
  }

  /** Organizations of the caller; all of them, for root. */
  async list(caller: Caller, query: PageQuery): Promise<OrganizationPage> {
    const roles = await this.memberships.of(caller.id);
    const select = this.dataSource.getRepository(Organization).createQueryBuilder('organization');
    if (!caller.root) select.andWhere('organization.id = ANY(:ids)', { ids: [...roles.keys()] });
    if (query.search) select.andWhere('organization.name ILIKE :search', { search: containing(query.search) });
    const sortable = { id: 'organization.id', name: 'organization.name', createdAt: 'organization.createdAt' };
    return pageOf(select, query, sortable, ({ id, name }) => ({ id, name, role: roles.get(id) ?? null }));
  }

  /** @throws NotFoundError */
  async get(caller: Caller, id: number): Promise<OrganizationView> {
    const organization = await this.dataSource.getRepository(Organization).findOneBy({ id });
    if (!organization) throw new NotFoundError('The organization');
    return { id, name: organization.name, role: (await this.memberships.roleIn(id, caller.id)) ?? null };
  }

  /** @throws NotFoundError */
  async rename(caller: Caller, id: number, name: string): Promise<OrganizationView> {
    await this.dataSource.transaction(async (manager) => {
      const organization = await manager.findOne(Organization, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!organization) throw new NotFoundError('The organization');
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

  /** The organizations that somebody is a member of, oldest first. */
  async ofMember(userId: number): Promise<OrganizationView[]> {
    const roles = await this.memberships.of(userId);
    if (roles.size === 0) return [];
    const organizations = await this.dataSource
      .getRepository(Organization)
      .createQueryBuilder('organization')
      .where('organization.id = ANY(:ids)', { ids: [...roles.keys()] })
      .orderBy('organization.id')
      .getMany();
    return organizations.map(({ id, name }) => ({ id, name, role: roles.get(id) ?? null }));
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
      trialExpirationDate: null,
      organizations: await this.ofMember(caller.id),
      teams: [],
    };
  }
}
