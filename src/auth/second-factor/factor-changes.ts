import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { Notifications } from '../../database/notifications.js';
import { type FactorChange } from '../../mail/facts.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { User } from '../../user/user.entity.js';
import { Session } from '../session/session.entity.js';
import { PendingSignIn } from './pending-sign-in.entity.js';
import { removeFactors } from './factor-list.js';
import { endWhatWasIssued } from './second-factor.queries.js';

/** A change of what an account proves its sign-ins with. */
interface ChangeOfAccount {
  userId: number;
  change: FactorChange['change'];
  /** Of the factor. */
  name?: string;
  /** The session in which the owner makes the change, which stays. */
  keptSession?: string | undefined;
}

/** What every change of an account's factors has for a consequence: it is recorded, mailed, and ends what was open before. */
@Injectable()
export class FactorChanges {
  constructor(
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {}

  /** Ends all other sessions, and the tokens of programs; API keys stay. */
  async apply(manager: EntityManager, changed: ChangeOfAccount, actor: Actor): Promise<void> {
    const { userId, keptSession } = changed;
    const credentialsVersion = await endWhatWasIssued(manager, userId);
    this.notifications.tellAtCommit(manager, 'access_changed', userId);
    if (keptSession) {
      await manager.update(Session, { id: keptSession }, { credentialsVersion, confirmedAt: this.clock.now() });
    }
    await manager.delete(PendingSignIn, { userId });
    await manager
      .createQueryBuilder()
      .delete()
      .from(Session)
      .where('user_id = :userId AND credentials_version < :credentialsVersion', { userId, credentialsVersion })
      .execute();
    await this.tell(manager, changed, actor);
  }

  /** Records a change, and mails it to the person. */
  async tell(manager: EntityManager, { userId, change, name }: ChangeOfAccount, actor: Actor): Promise<void> {
    const target = { targetType: 'user', targetId: userId };
    await this.audit.record(manager, actor, { action: `second-factor.${change}`, ...target, details: { name } });
    const { email, disabledAt } = await manager.findOneByOrFail(User, { id: userId });
    if (disabledAt) return;
    const facts = { change, name: name ?? null, address: actor.address, at: this.clock.now() };
    const mail = templatedMail('second-factor', email, facts, { url: this.mail.serverUrl });
    await this.mail.enqueueAccountMail(manager, mail);
  }

  /** An administrator removes what a person can no longer show. @returns whether there was anything to remove */
  async reset(manager: EntityManager, userId: number, actor: Actor): Promise<boolean> {
    if (!(await removeFactors(manager, userId))) return false;
    await this.apply(manager, { userId, change: 'reset' }, actor);
    return true;
  }
}
