import { Injectable } from '@nestjs/common';
import { type EntityManager, Not } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { type Caller } from '../access/caller.js';
import { CredentialsService } from '../auth/password/credentials.service.js';
import { holdUntilCommit } from '../database/locks.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { MemberService } from '../member/member.service.js';
import { Membership } from '../organization/membership.entity.js';
import { type AcceptedPassword } from '../user/password.js';
import { User } from '../user/user.entity.js';
import { EmailTakenError } from '../user/user.errors.js';
import { UserService } from '../user/user.service.js';
import { type Acceptance } from './dto/invitation.js';
import { Invitation } from './invitation.entity.js';
import { lockAcceptancesOf, withdrawAcceptances } from './invitation-acceptance.queries.js';
import { AccountExistsError, InvitedAccountDisabledError, OwnerUnverifiedError } from './invitation.errors.js';

/** An invitation whose link was opened. */
export interface Opened {
  invitation: Invitation;
  /** The link has traveled by the server's own mail server: who has it reads the mails of the address. */
  mailed: boolean;
}

/** The person that accepts: signed in, or named by the invitation alone. */
interface Accepting {
  caller: Caller | undefined;
  actor: Actor;
}

/** The accounts that invitations are accepted with. */
@Injectable()
export class InvitedAccounts {
  constructor(
    private readonly users: UserService,
    private readonly members: MemberService,
    private readonly credentials: CredentialsService,
  ) {}

  /** The account that an invitation is accepted with: a new one, the caller's, or an unverified one with a new password. */
  async accountFor(
    manager: EntityManager,
    { invitation, mailed }: Opened,
    { password, firstName = '', lastName = '' }: Omit<Acceptance, 'password'> & { password?: AcceptedPassword },
    { caller, actor }: Accepting,
  ): Promise<number> {
    const { email, organizationId } = invitation;
    // Each of several links to one address changes the invitations that were accepted before: one after the other.
    await holdUntilCommit(manager, 'acceptances of', email);
    await lockAcceptancesOf(manager, email);
    const user = await manager.findOne(User, { where: { email }, lock: { mode: 'for_no_key_update' } });
    if (user?.disabledAt) throw new InvitedAccountDisabledError();
    const sets = !user || isRenewed(user, invitation, mailed);
    if (!sets && (!caller || password !== undefined)) throw new AccountExistsError(email);
    if (!sets) return user.id;
    if (password === undefined)
      throw new InvalidRequestError([
        {
          field: 'password',
          message: 'set a new password for the account: 8 to 128 characters',
          rule: 'password-length',
        },
      ]);
    if (user) {
      // Who is signed in has what the first organization gave, too. Who has the link alone gets what it gives, no more.
      if (!caller && !mailed) await this.leaveOthers(manager, user.id, organizationId, actor);
      await withdrawAcceptances(manager, user.id);
      await manager.update(User, { id: user.id }, { originOrganizationId: organizationId });
      await this.credentials.renew(manager, { userId: user.id, password, verified: mailed }, actor);
      return user.id;
    }
    const newUser = { email, password, firstName, lastName, root: false, verified: mailed };
    const created = await this.users
      .create(manager, { ...newUser, originOrganizationId: organizationId }, actor)
      .catch((error: unknown) => {
        // The invitee has just accepted the invitation of another organization to the same address.
        throw error instanceof EmailTakenError ? new AccountExistsError(email) : error;
      });
    return created.id;
  }

  /**
   * Ends the memberships elsewhere of an unverified account.
   *
   * @throws OwnerUnverifiedError
   */
  private async leaveOthers(manager: EntityManager, userId: number, kept: number, actor: Actor): Promise<void> {
    const others = await manager.find(Membership, {
      where: { userId, organizationId: Not(kept) },
      order: { organizationId: 'ASC' },
    });
    if (others.some(({ role }) => role === 'OWNER')) throw new OwnerUnverifiedError();
    for (const { organizationId } of others) await this.members.removeIn(manager, actor, organizationId, userId);
  }
}

/** Whether an account gets a new password with a link: it is unverified, and the link proves more than it was made with. */
export function isRenewed(user: User, { organizationId }: Invitation, mailed: boolean): boolean {
  return !user.verifiedAt && (mailed || user.originOrganizationId !== organizationId);
}
