import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { Notifications } from '../../database/notifications.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { RateLimit } from '../../database/rate-limit.js';
import { RateLimitedError } from '../../errors/limit-errors.js';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { User } from '../../user/user.entity.js';
import { EmailTakenError } from '../../user/user.errors.js';
import { providersWithPasswordOf } from '../../user/user.queries.js';
import {
  KeptByProviderError,
  LinkExpiredError,
  LinkUnknownError,
  LinkUsedError,
  AddressNotProvableError,
} from '../auth.errors.js';
import { type Caller } from '../../access/caller.js';
import { type ForgottenPassword } from './dto/password.js';
import { EmailChange } from './email-change.entity.js';
import { moveAcceptedInvitations, setVerifiedAddress } from './email-change.queries.js';
import { PasswordReset } from './password-reset.entity.js';
import { hashToken, randomToken } from '../../secret/random-token.js';
import { ResetThrottle } from './reset-throttle.js';
import { Session } from '../session/session.entity.js';

const linkMillis = 3_600_000;

/** Links for another address that one account may have mailed in an hour, to whatever addresses. */
const changesPerHour = 5;

/** Gives accounts another address: once a reader of its mail has opened a link, or an administrator vouches for it. */
@Injectable()
export class EmailChangeService {
  private readonly requests: RateLimit;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly mail: MailService,
    private readonly throttle: ResetThrottle,
    private readonly notifications: Notifications,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.requests = new RateLimit(dataSource, 'email-change', changesPerHour, 3600);
  }

  /**
   * Mails a link to the caller's new address. Whether there is an account for it already is not told: only its owner may know.
   *
   * @throws KeptByProviderError
   * @throws InvalidRequestError when it is the address that the account has
   * @throws RateLimitedError
   */
  async request(caller: Caller, email: string): Promise<ForgottenPassword> {
    const providers = await providersWithPasswordOf(this.dataSource.manager, caller.id);
    if (providers.length > 0) throw new KeptByProviderError(providers);
    if (email === caller.email) {
      throw new InvalidRequestError([{ field: 'email', message: 'this is your address already', rule: 'same-email' }]);
    }
    if (!(await this.mail.canSend(null))) {
      const message = "This server cannot send mail. Ask the server's administrator to change your address.";
      return { canMail: false, message };
    }
    const wait = await this.requests.take(String(caller.id));
    if (wait > 0) {
      const limit = `You can ask for at most ${changesPerHour} changes of your address an hour.`;
      throw new RateLimitedError('too-many-address-changes', limit, wait);
    }
    if (await this.throttle.admit(email)) {
      await this.dataSource.transaction(async (manager) => {
        if (await manager.existsBy(User, { email })) return;
        await this.sendLink(manager, { userId: caller.id, email, sessionId: caller.sessionId ?? null }, caller);
      });
    }
    const message = 'A link is on its way to the new address. Open it within an hour; until then your address stays.';
    return { canMail: true, message };
  }

  /**
   * An administrator or an identity provider gives an account another address: at once when they vouch for it, else with a link that
   * is mailed there.
   *
   * @param provider its name, for the audit log
   * @returns whether the account has the address now
   * @throws EmailTakenError
   * @throws NoMailServerError
   */
  async changeFor(
    manager: EntityManager,
    user: User,
    { email, isVouched, provider }: { email: string; isVouched: boolean; provider?: string },
    actor: Actor,
  ): Promise<boolean> {
    if (user.email === email) return true;
    if (await manager.existsBy(User, { email })) throw new EmailTakenError(email);
    if (isVouched) {
      await this.apply(manager, { userId: user.id, email, sessionId: null, provider }, actor);
      return true;
    }
    if (!(await this.mail.canSend(null, manager))) throw new AddressNotProvableError();
    await this.sendLink(manager, { userId: user.id, email, sessionId: null }, actor);
    return false;
  }

  /**
   * Uses a link: the account has the new address from now on, and it is verified.
   *
   * @throws LinkUnknownError
   * @throws LinkUsedError
   * @throws LinkExpiredError
   * @throws EmailTakenError
   */
  async confirm(token: string, address: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const change = await manager.findOne(EmailChange, { where: { tokenHash: hashToken(token) }, lock });
      if (!change) throw new LinkUnknownError();
      if (change.usedAt) throw new LinkUsedError();
      if (change.expiresAt <= this.clock.now()) throw new LinkExpiredError();
      await manager.update(EmailChange, { tokenHash: change.tokenHash }, { usedAt: this.clock.now() });
      await this.apply(manager, change, { id: change.userId, name: change.email, address });
    });
  }

  private async sendLink(
    manager: EntityManager,
    change: Pick<EmailChange, 'userId' | 'email' | 'sessionId'>,
    actor: Actor,
  ): Promise<void> {
    const token = randomToken();
    const now = this.clock.now();
    const { userId, email } = change;
    await manager.delete(EmailChange, { userId, usedAt: IsNull() });
    const expiresAt = new Date(now.getTime() + linkMillis);
    await manager.insert(EmailChange, { ...change, tokenHash: hashToken(token), createdAt: now, expiresAt });
    const event = { action: 'user.email-change-requested', targetType: 'user', targetId: userId };
    await this.audit.record(manager, actor, { ...event, details: { email, expiresAt } });
    const link = `${this.settings.serverUrl}/verify-email/${token}`;
    await this.mail.enqueueAccountMail(manager, templatedMail('email-change', email, {}, { url: link }));
  }

  /** Sets the address, as a new password is set: other sessions and all links end, and both addresses are told. */
  private async apply(
    manager: EntityManager,
    { userId, email, sessionId, provider }: Pick<EmailChange, 'userId' | 'email' | 'sessionId'> & { provider?: string },
    actor: Actor,
  ): Promise<void> {
    const lock = { mode: 'pessimistic_write' } as const;
    const { email: former } = await manager.findOneOrFail(User, { where: { id: userId }, lock });
    if (await manager.existsBy(User, { email })) throw new EmailTakenError(email);
    const credentialsVersion = await setVerifiedAddress(manager, { id: userId, email, verifiedAt: this.clock.now() });
    this.notifications.tellAtCommit(manager, 'access_changed', userId);
    if (sessionId) {
      await manager.update(Session, { id: sessionId, userId }, { credentialsVersion: credentialsVersion ?? 0 });
    }
    await manager.delete(Session, { userId, ...(sessionId && { id: Not(sessionId) }) });
    await manager.delete(PasswordReset, { userId, usedAt: IsNull() });
    await manager.delete(EmailChange, { userId, usedAt: IsNull() });
    // What was accepted with the former address becomes a membership at the next sign-in all the same.
    await moveAcceptedInvitations(manager, former, email);
    const event = { action: 'user.email-changed', targetType: 'user', targetId: userId };
    await this.audit.record(manager, actor, { ...event, details: { from: former, email, provider } });
    for (const to of [former, email]) {
      await this.mail.enqueueAccountMail(
        manager,
        templatedMail('email-changed', to, { former, email }, { url: this.settings.serverUrl }),
      );
    }
  }
}
