import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { Notifications } from '../../database/notifications.js';
import { InvalidRequestError } from '../../http/validation.js';
import { LOG } from '../../log/log.module.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { type AcceptedPassword } from '../../user/password.js';
import { User } from '../../user/user.entity.js';
import { UserService } from '../../user/user.service.js';
import { ApiKeyService } from '../api-key/api-key.service.js';
import {
  AlreadyVerifiedError,
  LinkExpiredError,
  LinkUnknownError,
  LinkUsedError,
  WrongCurrentPasswordError,
} from '../auth.errors.js';
import { type Caller } from '../../access/caller.js';
import { type ChangePassword, type ForgottenPassword, type ResetLink, type ResetPassword } from './dto/password.js';
import { PasswordReset } from './password-reset.entity.js';
import { hashToken, randomToken } from '../../secret/random-token.js';
import { Session } from '../session/session.entity.js';
import { ResetThrottle } from './reset-throttle.js';
import { SignInThrottle } from '../sign-in/sign-in-throttle.js';

/** Manual, "Forgot your password": the link is good for an hour. */
const resetMillis = 3_600_000;

interface NewPassword {
  userId: number;
  password: AcceptedPassword;
  action: 'user.password-changed' | 'user.password-reset';
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

/** New passwords: by who knows the old one, and by who has a link. Both end what was open before. */
@Injectable()
export class PasswordService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UserService,
    private readonly throttle: SignInThrottle,
    private readonly apiKeys: ApiKeyService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly notifications: Notifications,
    private readonly mail: MailService,
    private readonly resetThrottle: ResetThrottle,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /**
   * Ends all other sessions, and all tokens of programs; API keys, if that is wanted.
   *
   * @throws WrongCurrentPasswordError
   * @throws InvalidRequestError when the new password breaks the rules
   * @throws TooManyAttemptsError
   */
  async change(caller: Caller, { currentPassword, newPassword, revokeApiKeys }: ChangePassword): Promise<void> {
    await this.verify(caller, currentPassword);
    if (newPassword === currentPassword) {
      throw new InvalidRequestError([
        { field: 'newPassword', message: 'the new password must be another than the current one' },
      ]);
    }
    const accepted = await this.users.acceptPassword(newPassword, caller, 'newPassword');
    await this.dataSource.transaction(async (manager) => {
      const change = { userId: caller.id, password: accepted, action: 'user.password-changed' } as const;
      await this.set(
        manager,
        { ...change, keptSession: caller.sessionId, revokeApiKeys: revokeApiKeys ?? false },
        caller,
      );
    });
  }

  /**
   * Has the caller prove once more who they are.
   *
   * @throws WrongCurrentPasswordError
   * @throws TooManyAttemptsError
   */
  async verify(caller: Caller, password: string): Promise<void> {
    const guard = this.throttle.guard(caller.email, caller.address ?? '');
    const user = await this.users.verifyPassword(caller.email, password, guard);
    if (user?.id !== caller.id) throw new WrongCurrentPasswordError();
  }

  /**
   * Mails a link by the server's own mail server, if there is such an account and such a server. Says the same and takes as
   * long in any case: the work is done after the answer.
   *
   * @param address of the caller
   */
  async forgot(email: string, address: string): Promise<ForgottenPassword> {
    if (!(await this.mail.canSend(null))) {
      return {
        canMail: false,
        message:
          'This server cannot send mail. Ask your administrator for a link with which you can set a new password.',
      };
    }
    this.mailLink(email, address).catch((error: unknown) => {
      this.log.error({ err: error }, 'A link for a forgotten password could not be made');
    });
    return {
      canMail: true,
      message:
        'If there is an account for this address, a link to set a new password is on its way to it. ' +
        'If nothing arrives within some minutes, ask your administrator.',
    };
  }

  private async mailLink(email: string, address: string): Promise<void> {
    const user = await this.users.findByEmail(email);
    if (!user || user.disabledAt) return;
    // Repeated requests must not fill a mailbox.
    if (!(await this.resetThrottle.admit(user.email))) return;
    await this.dataSource.transaction(async (manager) => {
      const { link } = await this.createLink(manager, user.id, { id: null, name: user.email, address });
      await this.mail.enqueueAccountMail(manager, templatedMail('password-reset', user.email, {}, { url: link }));
    });
  }

  /**
   * Makes a link with which an account gets a new password; an older link no longer works.
   *
   * @param manager of the transaction it belongs to
   */
  async createLink(manager: EntityManager, userId: number, actor: Actor): Promise<ResetLink> {
    const token = randomToken();
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + resetMillis);
    await manager.delete(PasswordReset, { userId, usedAt: IsNull() });
    await manager.insert(PasswordReset, {
      tokenHash: hashToken(token),
      userId,
      createdAt: now,
      expiresAt,
      verifies: true,
    });
    await this.audit.record(manager, actor, {
      action: 'user.reset-link-created',
      targetType: 'user',
      targetId: userId,
      details: { expiresAt },
    });
    return { link: `${this.settings.serverUrl}/reset-password/${token}`, expiresAt };
  }

  /**
   * Sets a new password with a link's token.
   *
   * @throws LinkUnknownError
   * @throws LinkUsedError
   * @throws LinkExpiredError
   * @throws InvalidRequestError when the password breaks the rules; the link still works
   */
  async reset({ token, password, revokeApiKeys = true }: ResetPassword, address: string): Promise<void> {
    const tokenHash = hashToken(token);
    const { userId: ownerId } = this.usable(
      await this.dataSource.getRepository(PasswordReset).findOneBy({ tokenHash }),
    );
    const owner = await this.dataSource.getRepository(User).findOneByOrFail({ id: ownerId });
    const accepted = await this.users.acceptPassword(password, { email: owner.email, address });
    await this.dataSource.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const reset = this.usable(await manager.findOne(PasswordReset, { where: { tokenHash }, lock }));
      const { email, verifiedAt } = await manager.findOneByOrFail(User, { id: reset.userId });
      await manager.update(PasswordReset, { tokenHash: reset.tokenHash }, { usedAt: this.clock.now() });
      const actor = { id: reset.userId, name: email, address };
      const { userId } = reset;
      const change = { userId, password: accepted, action: 'user.password-reset' as const, revokeApiKeys };
      if (reset.verifies && !verifiedAt)
        await this.renew(manager, { userId, password: accepted, verified: true }, actor);
      else await this.set(manager, change, actor);
    });
  }

  /** @throws LinkUnknownError, LinkUsedError, LinkExpiredError */
  private usable(reset: PasswordReset | null): PasswordReset {
    if (!reset) throw new LinkUnknownError();
    if (reset.usedAt) throw new LinkUsedError();
    if (reset.expiresAt <= this.clock.now()) throw new LinkExpiredError();
    return reset;
  }

  /** Sets a password without asking for anything, and ends the API keys, too: for who administers the machine itself. */
  async override(manager: EntityManager, userId: number, password: AcceptedPassword, actor: Actor): Promise<void> {
    await manager.delete(PasswordReset, { userId, usedAt: IsNull() });
    if (await this.users.isVerified(userId, manager)) {
      await this.set(manager, { userId, password, action: 'user.password-reset', revokeApiKeys: true }, actor);
    } else await this.renew(manager, { userId, password, verified: true }, actor);
  }

  /**
   * Mails the caller a link that verifies the address. A new password is set with it: the person who made the account may not be
   * the one who reads the mail.
   *
   * @throws AlreadyVerifiedError
   */
  async sendVerification(caller: Caller): Promise<ForgottenPassword> {
    if (await this.users.isVerified(caller.id)) throw new AlreadyVerifiedError();
    if (!(await this.mail.canSend(null))) {
      return {
        canMail: false,
        message: "This server cannot send mail. Ask the server's administrator to verify your address.",
      };
    }
    if (await this.resetThrottle.admit(caller.email)) {
      await this.dataSource.transaction(async (manager) => {
        const { link } = await this.createLink(manager, caller.id, caller);
        await this.mail.enqueueAccountMail(manager, templatedMail('verification', caller.email, {}, { url: link }));
      });
    }
    return {
      canMail: true,
      message: 'A link is on its way to your address. Open it within an hour and set a new password.',
    };
  }

  /**
   * Gives an unverified account to the person who has just proved more than those before: all that was set until now is void, the
   * password, sessions, tokens and API keys.
   */
  async renew(manager: EntityManager, { userId, password, verified }: RenewedAccount, actor: Actor): Promise<void> {
    await manager.delete(PasswordReset, { userId, usedAt: IsNull() });
    await this.set(manager, { userId, password, action: 'user.password-reset', revokeApiKeys: true }, actor);
    if (verified) await this.markVerified(manager, userId, actor);
  }

  /**
   * An administrator vouches for an address. What was set before is void at once.
   *
   * @returns a link to set the new password, to be handed to the owner of the address
   */
  async vouch(manager: EntityManager, userId: number, actor: Actor): Promise<ResetLink> {
    await manager.query(
      `UPDATE user_account SET password = NULL, password_encrypted = true, credentials_version = credentials_version + 1
        WHERE id = $1`,
      [userId],
    );
    this.notifications.tellAtCommit(manager, 'access_changed', userId);
    await manager.delete(Session, { userId });
    await this.apiKeys.deleteAllOf(manager, userId, actor);
    await this.markVerified(manager, userId, actor);
    return this.createLink(manager, userId, actor);
  }

  private async markVerified(manager: EntityManager, userId: number, actor: Actor): Promise<void> {
    await manager.update(User, { id: userId }, { verifiedAt: this.clock.now() });
    await this.audit.record(manager, actor, { action: 'user.verified', targetType: 'user', targetId: userId });
  }

  private async set(manager: EntityManager, change: NewPassword, actor: Actor): Promise<void> {
    const { userId, password, action, keptSession, revokeApiKeys } = change;
    const credentialsVersion = await this.users.setPassword(manager, userId, password, action, actor);
    const { email } = await manager.findOneByOrFail(User, { id: userId });
    await this.mail.enqueueAccountMail(
      manager,
      templatedMail('password-changed', email, {}, { url: this.settings.serverUrl }),
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
}
