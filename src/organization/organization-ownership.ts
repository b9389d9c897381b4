import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller } from '../access/caller.js';
import { AuditService } from '../audit/audit.service.js';
import { ForbiddenError } from '../auth/auth.errors.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { holdUntilCommit } from '../database/locks.js';
import { NotFoundError } from '../errors/domain-error.js';
import { LimitReachedError } from '../errors/limit-errors.js';
import { MailService } from '../mail/mail.service.js';
import { templatedMail } from '../mail/templated-mail.js';
import { lockOrganization } from './lock-organization.js';
import { Membership } from './membership.entity.js';
import { MembershipService } from './membership.service.js';
import { DisabledMemberError } from './organization.errors.js';
import { lockOwnerAndNext, ownedBy } from './organization.queries.js';

/** The owners of organizations: each has exactly one, and an account owns a limited number. */
@Injectable()
export class OrganizationOwnership {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly audit: AuditService,
    private readonly mail: MailService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Makes another member the owner; the former owner becomes an admin.
   *
   * @throws NotFoundError when the new owner is no member
   * @throws DisabledMemberError
   * @throws LimitReachedError when the new owner has as many as an account may own
   */
  async transfer(caller: Caller, id: number, userId: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      // Of two transfers at the same moment one waits, and finds another owner.
      const organization = await lockOrganization(manager, id);
      const rows = await lockOwnerAndNext(manager, id, userId);
      const owner = rows.find((row) => row.role === 'OWNER');
      if (!owner) throw new NotFoundError('The organization');
      if (!caller.root && owner.userId !== caller.id) {
        throw new ForbiddenError('Only the owner of the organization may do this.');
      }
      const next = rows.find((row) => row.userId === userId);
      if (!next) throw new NotFoundError('The member', 'This organization has no member with this id.');
      if (next.disabled) throw new DisabledMemberError(next.email);
      if (next === owner) return;
      await this.checkNumber(manager, userId);
      await manager.update(Membership, { organizationId: id, userId: owner.userId }, { role: 'ADMIN' });
      await manager.update(Membership, { organizationId: id, userId }, { role: 'OWNER', managedBy: null });
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
  }

  /**
   * Until the commit, no other transaction makes the user an owner.
   *
   * @throws LimitReachedError when the user owns as many organizations as an account may
   */
  async checkNumber(manager: EntityManager, userId: number): Promise<void> {
    await holdUntilCommit(manager, 'owner', userId);
    const found = await ownedBy(manager, userId);
    const max = this.settings.maxOrganizationsPerUser;
    if (found && !found.root && found.owned >= max) throw new LimitReachedError('too-many-organizations', max);
  }
}
