import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { Notifications } from '../../database/notifications.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { type AcceptedPassword } from '../../user/password.js';
import { User } from '../../user/user.entity.js';
import { type PasswordChange, UserService } from '../../user/user.service.js';
import { ApiKeyService } from '../api-key/api-key.service.js';
import { removeFactors } from '../second-factor/factor-list.js';
import { Session } from '../session/session.entity.js';
import { type ResetLink } from './dto/password.js';
import { PasswordLinks } from './password-links.js';

/** A new password, and what else it ends or keeps. */
interface NewPassword extends PasswordChange {
  keptSession?: string;
  revokeApiKeys: boolean;
}

/** An unverified account that gets a new password. */
interface RenewedAccount {
  userId: number;
  password: AcceptedPassword;
  /** Whether the address is proved with it. */
  verified: boolean;
}

/** Replaces what an account is proved with, and ends what was open before. */
@Injectable()
export class CredentialsService {
  constructor(
    private readonly users: UserService,
    private readonly links: PasswordLinks,
    private readonly apiKeys: ApiKeyService,
    private readonly mail: MailService,
    private readonly notifications: Notifications,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Sets a password, and ends all other sessions, and all tokens of programs; API keys, if that is wanted. */
  async setPassword(manager: EntityManager, change: NewPassword, actor: Actor): Promise<void> {
    const { userId, keptSession, revokeApiKeys } = change;
    const credentialsVersion = await this.users.setPassword(manager, change, actor);
    const { email } = await manager.findOneByOrFail(User, { id: userId });
    await this.mail.enqueueAccountMail(
      manager,
      templatedMail('password-changed', email, {}, { url: this.mail.serverUrl }),
    );
    if (revokeApiKeys) await this.apiKeys.deleteAllOf(manager, userId, actor);
    if (keptSession) {
      await manager.update(Session, { id: keptSession }, { credentialsVersion, confirmedAt: this.clock.now() });
    }
    await manager
      .createQueryBuilder()
      .delete()
      .from(Session)
      .where('user_id = :userId AND credentials_version < :credentialsVersion', { userId, credentialsVersion })
      .execute();
  }

  /** Sets a password without asking for anything, and ends the API keys, too: for an administrator of the machine itself. */
  async override(manager: EntityManager, userId: number, password: AcceptedPassword, actor: Actor): Promise<void> {
    await this.links.withdraw(manager, userId);
    if (await this.users.isVerified(userId, manager)) {
      await this.setPassword(manager, { userId, password, action: 'user.password-reset', revokeApiKeys: true }, actor);
    } else await this.renew(manager, { userId, password, verified: true }, actor);
  }

  /**
   * Gives an unverified account to the person who has just proved more than those before: all that was set until now is void, the
   * password, sessions, tokens, second factors and API keys.
   */
  async renew(manager: EntityManager, { userId, password, verified }: RenewedAccount, actor: Actor): Promise<void> {
    await this.links.withdraw(manager, userId);
    await removeFactors(manager, userId);
    await this.setPassword(manager, { userId, password, action: 'user.password-reset', revokeApiKeys: true }, actor);
    if (verified) await this.markVerified(manager, userId, actor);
  }

  /**
   * An administrator vouches for an address. What was set before is void at once.
   *
   * @returns a link to set the new password, to be handed to the owner of the address
   */
  async vouch(manager: EntityManager, userId: number, actor: Actor): Promise<ResetLink> {
    await this.verifyElsewhere(manager, userId, actor);
    return this.links.create(manager, userId, actor);
  }

  /** The address is proved by other means than a password. What was set before is void at once, and there is no password. */
  async verifyElsewhere(manager: EntityManager, userId: number, actor: Actor): Promise<void> {
    await this.links.withdraw(manager, userId);
    await manager.update(
      User,
      { id: userId },
      { password: null, passwordEncrypted: true, credentialsVersion: () => 'credentials_version + 1' },
    );
    this.notifications.tellAtCommit(manager, 'access_changed', userId);
    await manager.delete(Session, { userId });
    await removeFactors(manager, userId);
    await this.apiKeys.deleteAllOf(manager, userId, actor);
    await this.markVerified(manager, userId, actor);
  }

  private async markVerified(manager: EntityManager, userId: number, actor: Actor): Promise<void> {
    await manager.update(User, { id: userId }, { verifiedAt: this.clock.now() });
    await this.audit.record(manager, actor, { action: 'user.verified', targetType: 'user', targetId: userId });
  }
}
