import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { RateLimitedError } from '../errors/limit-errors.js';
import { type Caller, isServiceAccount } from '../access/caller.js';
import { RateLimit } from '../database/rate-limit.js';
import { DomainError, NotFoundError } from '../errors/domain-error.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { MailService } from '../mail/mail.service.js';
import { templatedMail } from '../mail/templated-mail.js';
import { Organization } from '../organization/organization.entity.js';
import { membersAmong } from './announcement.queries.js';
import { type ExecutionNotification, type ExecutionTotals, type SentNotification } from './dto/announcement.js';

/** For each organization; a hundred pipelines may end in the same minute. */
const notificationsPerMinute = 300;

/** Nothing to send mail by. */
export class NoMailServerError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'no-mail-server';

  constructor() {
    super('There is no mail server. Ask an administrator to configure one.');
  }
}

/** What CI has to say to people. */
@Injectable()
export class ExecutionNotificationService {
  private readonly limiter: RateLimit;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly mail: MailService,
    private readonly audit: AuditService,
  ) {
    this.limiter = new RateLimit(dataSource, 'execution', notificationsPerMinute, 60);
  }

  /**
   * Mails how a run has ended, to members of the organization only.
   *
   * @throws NoMailServerError
   * @throws RateLimitedError
   * @throws InvalidRequestError when a recipient is not a member
   */
  async send(caller: Caller, organizationId: number, notification: ExecutionNotification): Promise<SentNotification> {
    const wait = await this.limiter.take(String(organizationId));
    if (wait > 0) {
      const limit = `An organization can send at most ${notificationsPerMinute} execution notifications a minute.`;
      throw new RateLimitedError('too-many-notifications', limit, wait);
    }
    if (!notification.to && isServiceAccount(caller)) {
      const message = 'to is missing: a service account has no mailbox, so name the members who get the mail';
      throw new InvalidRequestError([{ field: 'to', message }]);
    }
    const to = [...new Set(notification.to ?? [caller.email])];
    return this.dataSource.transaction(async (manager) => {
      const organization = await manager.findOneBy(Organization, { id: organizationId });
      if (!organization) throw new NotFoundError('The organization');
      const members = await membersAmong(manager, organizationId, to);
      const strangers = to.filter((email) => !members.includes(email));
      if (strangers.length > 0) {
        const message = `to must hold members of the organization only, not ${strangers.slice(0, 5).join(', ')}`;
        throw new InvalidRequestError([{ field: 'to', message }]);
      }
      const { suite, status, url } = notification;
      const totals = countsOf(notification.totals);
      const facts = { organization: organization.name, sender: caller.email, suite, status, totals };
      const mails = to.map((email) => templatedMail('execution-notification', email, facts, { url }));
      if (!(await this.mail.enqueue(manager, organizationId, mails))) throw new NoMailServerError();
      await this.audit.record(manager, caller, {
        action: 'execution-notification.sent',
        organizationId,
        targetType: 'organization',
        targetId: organizationId,
        details: { suite, status, to },
      });
      return { to };
    });
  }
}

/** The counts that CI has given, in its order. */
function countsOf(totals: ExecutionTotals = {}): (readonly [string, number])[] {
  return Object.entries(totals as Record<string, number | undefined>).flatMap(([name, count]) =>
    count === undefined ? [] : [[name, count] as const],
  );
}
