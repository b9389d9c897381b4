import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { LinkExpiredError, LinkUnknownError } from '../auth/auth.errors.js';
import { type Caller } from '../access/caller.js';
import { hashToken } from '../secret/random-token.js';
import { Clock } from '../clock/clock.js';
import { lockPools } from '../license/pool/lock-pools.queries.js';
import { Organization } from '../organization/organization.entity.js';
import { type AcceptedPassword } from '../user/password.js';
import { User } from '../user/user.entity.js';
import { UserService } from '../user/user.service.js';
import { type Acceptance, type AcceptedInvitation, type OpenedInvitation } from './dto/invitation.js';
import { organizationsBehind } from './invitation-acceptance.queries.js';
import { stateOf } from './invitation-state.js';
import { invitationEvent } from './invitation-event.js';
import { Invitation } from './invitation.entity.js';
import { InvitedAccounts, isRenewed, type Opened } from './invited-accounts.js';
import { InvitationJoining } from './invitation-joining.js';
import {
  AccountExistsError,
  InvitationRevokedError,
  InvitationUsedError,
  InvitedAccountDisabledError,
  OtherAccountError,
} from './invitation.errors.js';

/** What the owner of an invitation's link does: looks at it, and accepts. */
@Injectable()
export class InvitationAcceptanceService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UserService,
    private readonly accounts: InvitedAccounts,
    private readonly joining: InvitationJoining,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * What the link's page shows.
   *
   * @throws LinkUnknownError, InvitationUsedError, LinkExpiredError, InvitationRevokedError
   * @throws OtherAccountError when another account is signed in
   */
  async open(token: string, caller: Caller | undefined): Promise<OpenedInvitation> {
    return this.dataSource.transaction(async (manager) => {
      const { invitation, mailed } = await this.lockUsable(manager, token, caller);
      const user = await this.users.findByEmail(invitation.email, manager);
      if (!invitation.openedAt) {
        invitation.openedAt = this.clock.now();
        await manager.update(Invitation, { id: invitation.id }, { openedAt: invitation.openedAt });
      }
      return {
        organization: await organizationOf(manager, invitation),
        email: invitation.email,
        role: invitation.role,
        state: stateOf(invitation, this.clock.now()),
        expiresAt: invitation.expiresAt,
        hasAccount: user !== null,
        setsPassword: user === null || isRenewed(user, invitation, mailed),
        signedIn: caller !== undefined,
      };
    });
  }

  /**
   * Accepts. A new account is created, and is a member from its first sign-in on. A verified account accepts signed in, and
   * not otherwise. An unverified one gets a new password, and all that was set for it before is void.
   *
   * @throws LinkUnknownError, InvitationUsedError, LinkExpiredError, InvitationRevokedError, OtherAccountError
   * @throws InvalidRequestError when a password is needed, or breaks the rules; the link still works
   * @throws AccountExistsError when the account has to sign in first, or a password comes for it
   * @throws InvitedAccountDisabledError
   * @throws OwnerUnverifiedError
   */
  async accept(
    token: string,
    acceptance: Acceptance,
    caller: Caller | undefined,
    address: string,
  ): Promise<AcceptedInvitation> {
    const { firstName, lastName } = acceptance;
    const password = await this.acceptPassword(token, acceptance, caller, address);
    return this.dataSource.transaction(async (manager) => {
      // Seats before invitations, and these before accounts, like all code that grants or frees a seat.
      await lockPools(manager, ...(await organizationsBehind(manager, hashToken(token))));
      const opened = await this.lockUsable(manager, token, caller);
      const { invitation } = opened;
      const actor = { id: caller?.id ?? null, name: invitation.email, address };
      const userId = await this.accounts.accountFor(
        manager,
        opened,
        { firstName, lastName, password },
        { caller, actor },
      );
      invitation.acceptedAt = this.clock.now();
      invitation.userId = userId;
      await manager.update(Invitation, { id: invitation.id }, { acceptedAt: invitation.acceptedAt, userId });
      await this.audit.record(manager, actor, invitationEvent('invitation.accepted', invitation));
      if (caller) await this.joining.begin(manager, invitation, userId, actor);
      else await manager.update(User, { id: userId }, { joinsAtSignIn: true });
      const organization = await organizationOf(manager, invitation);
      return { organization, email: invitation.email, joined: caller !== undefined };
    });
  }

  /** Checks the password before the transaction, if the account gets one. Whether it does is decided again within it. */
  private async acceptPassword(
    token: string,
    { password, firstName, lastName }: Acceptance,
    caller: Caller | undefined,
    address: string,
  ): Promise<AcceptedPassword | undefined> {
    if (password === undefined) return undefined;
    const { invitation, mailed } = await this.dataSource.transaction((manager) =>
      this.lockUsable(manager, token, caller),
    );
    const { email, organizationId } = invitation;
    const user = await this.users.findByEmail(email);
    if (user?.disabledAt) throw new InvitedAccountDisabledError();
    if (user && !isRenewed(user, invitation, mailed)) throw new AccountExistsError(email);
    return this.users.acceptPassword(password, { email, names: [firstName, lastName], organizationId, address });
  }

  private async lockUsable(manager: EntityManager, token: string, caller: Caller | undefined): Promise<Opened> {
    const hash = hashToken(token);
    const invitation = await manager.findOne(Invitation, {
      where: [{ tokenHash: hash }, { mailedTokenHash: hash }],
      lock: { mode: 'pessimistic_write' },
    });
    if (!invitation) throw new LinkUnknownError();
    if (invitation.revokedAt) throw new InvitationRevokedError();
    if (invitation.acceptedAt) throw new InvitationUsedError();
    if (invitation.expiresAt <= this.clock.now()) {
      throw new LinkExpiredError('This invitation has expired. Ask for a new one.');
    }
    if (caller && caller.email !== invitation.email) throw new OtherAccountError(caller.email, invitation.email);
    return { invitation, mailed: invitation.mailedTokenHash?.equals(hash) ?? false };
  }
}

async function organizationOf(
  manager: EntityManager,
  { organizationId }: Invitation,
): Promise<{ id: number; name: string }> {
  const { id, name } = await manager.findOneByOrFail(Organization, { id: organizationId });
  return { id, name };
}
