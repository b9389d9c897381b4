import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { TooManyAttemptsError } from '../auth/auth.errors.js';
import { type Caller } from '../auth/caller.js';
import { DomainError, NotFoundError } from '../errors/domain-error.js';
import { InvalidRequestError } from '../http/validation.js';
import { executionLetter } from '../mail/letters.js';
import { MailService } from '../mail/mail.service.js';
import { Organization } from '../organization/organization.entity.js';
import { type ExecutionNotification, type SentNotification } from './dto/announcement.js';

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
  private readonly limiter: RateLimiterPostgres;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly mail: MailService,
    private readonly audit: AuditService,
  ) {
    this.limiter = new RateLimiterPostgres({
      storeClient: dataSource,
      storeType: 'typeorm',
      tableName: 'sign_in_throttle',
      tableCreated: true,
      keyPrefix: 'execution',
      points: notificationsPerMinute,
      duration: 60,
    });
  }

  /**
   * Mails how a run has ended, to members of the organization only.
   *
   * @throws NoMailServerError
   * @throws TooManyAttemptsError
   * @throws InvalidRequestError when somebody is no member
   */
  async send(caller: Caller, organizationId: number, notification: ExecutionNotification): Promise<SentNotification> {
    try {
      await this.limiter.consume(String(organizationId));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new TooManyAttemptsError(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)));
    }
    const to = [...new Set(notification.to ?? [caller.email])];
    return this.dataSource.transaction(async (manager) => {
      const organization = await manager.findOneBy(Organization, { id: organizationId });
      if (!organization) throw new NotFoundError('The organization');
      const members = await manager.query<{ email: string }[]>(
        `SELECT u.email FROM membership m JOIN user_account u ON u.id = m.user_id
          WHERE m.organization_id = $1 AND u.email = ANY($2) AND u.disabled_at IS NULL`,
        [organizationId, to],
      );
      const strangers = to.filter((email) => !members.some((member) => member.email === email));
      if (strangers.length > 0) {
        const message = `to must hold members of the organization only, not ${strangers.slice(0, 5).join(', ')}`;
        throw new InvalidRequestError([{ field: 'to', message }]);
      }
      const letters = to.map((email) => executionLetter(email, organization.name, caller.email, notification));
      if (!(await this.mail.enqueue(manager, organizationId, letters))) throw new NoMailServerError();
      const { suite, status } = notification;
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
