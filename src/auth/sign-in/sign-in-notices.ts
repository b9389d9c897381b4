import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { boundedCache } from '../../concurrency/bounded-cache.js';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { LOG } from '../../log/log.module.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { type User } from '../../user/user.entity.js';
import { type SignInLimit } from '../auth.errors.js';
import { onceIn } from './sign-in-statements.js';

/** Seconds between two mails about the same account. */
const mailSeconds = 3600;

/** Milliseconds between two records of the same throttle by this server: a flood of attempts is no flood of events. */
const recordMillis = 60_000;

/** What was tried: a password, or a code after the right password. */
interface Tried {
  address: string;
  isCode: boolean;
}

/** Writes down failed and throttled sign-ins, and tells the owner of an account that it is being attacked. */
@Injectable()
export class SignInNotices {
  /** Attempts since the last record, and when that was, by the throttle's key. */
  private readonly throttles = boundedCache<string, { recordedAt: number; attempts: number }>(20_000);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** A password or a code was looked at and was wrong. */
  async failed(user: User | undefined, { address, isCode }: Tried): Promise<void> {
    await this.audit.record(this.dataSource.manager, actorOf(user, address), {
      action: 'sign-in.failed',
      ...targetOf(user),
      ...(isCode && { details: { step: 'second-factor' } }),
    });
  }

  /** An attempt was refused or has to wait. Nothing waits for this, so an answer's time does not tell whether there is an account. */
  throttled(tried: Tried & { user: User | undefined }, limit: SignInLimit, key: string): void {
    const now = this.clock.millis();
    const known = this.throttles.get(key);
    if (known && Math.abs(now - known.recordedAt) < recordMillis) {
      known.attempts++;
      return;
    }
    this.throttles.set(key, { recordedAt: now, attempts: 0 });
    this.record(tried, limit, (known?.attempts ?? 0) + 1).catch((error: unknown) => {
      this.log.error({ err: error }, 'A throttled sign-in could not be recorded');
    });
  }

  private async record(
    { user, address, isCode }: Tried & { user: User | undefined },
    limit: SignInLimit,
    attempts: number,
  ): Promise<void> {
    const isAboutAccount = limit !== 'address' && limit !== 'network';
    await this.dataSource.transaction(async (manager) => {
      const actor = actorOf(user, address);
      const details = { limit, attempts, ...(isCode && { step: 'second-factor' }) };
      await this.audit.record(manager, actor, { action: 'sign-in.throttled', ...targetOf(user), details });
      if (!user || !isAboutAccount) return;
      const once = [`${isCode ? 'second-factor' : 'sign-in'}:told ${user.id}`, mailSeconds];
      const [isFirst] = await manager.query<unknown[]>(onceIn, once);
      if (!isFirst) return;
      await this.audit.record(manager, actor, { action: 'account.locked-out', ...targetOf(user), details: { limit } });
      const facts = { address, at: this.clock.now() };
      const mail = templatedMail(isCode ? 'codes-guessed' : 'account-locked', user.email, facts, {
        url: this.mail.serverUrl,
      });
      if (!user.disabledAt) await this.mail.enqueueAccountMail(manager, mail);
    });
  }
}

/** Who tries is not known; if there is an account it is named. What was typed for one that does not exist is not written down. */
function actorOf(user: User | undefined, address: string): Actor {
  return { id: null, name: user?.email ?? 'unknown account', address };
}

function targetOf(user: User | undefined): { targetType?: string; targetId?: number } {
  return user ? { targetType: 'user', targetId: user.id } : {};
}
