import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { LOG } from '../../log/log.module.js';
import { MailService } from '../../mail/mail.service.js';
import { Organization } from '../../organization/organization.entity.js';
import { administratorsOf, takeNotice } from '../announcement.queries.js';
import { NoticeFactsService } from './notice-facts.service.js';
import { noticeMail } from './notice-mail.js';
import { type Notice, noticeMailId } from './notice.js';

const tickMillis = 60_000;

/** Milliseconds during which a change of settings is mailed. Older changes, made before the upgrade to this version, are not. */
const newsMillis = 3_600_000;

/** A notice, and who it must not be mailed to. */
type MailedNotice = Notice & { byId?: number };

/**
 * Mails what needs action to those who can do something about it: the organization's administrators, or root. Each server looks, one of
 * them mails. The end of licenses and refusals have mails of their own.
 */
@Injectable()
export class NoticeMailService implements OnModuleInit, OnApplicationShutdown {
  private readonly looking = new PeriodicTask(
    () => this.look(),
    tickMillis,
    (error) => this.log.warn({ err: error }, 'What is to be mailed could not be looked up; next try in a minute'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly facts: NoticeFactsService,
    private readonly mail: MailService,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.looking.startBy(this.clock);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.looking.stop();
  }

  private async look(): Promise<void> {
    if (!(await this.mail.canSendAnything())) return;
    const newest = this.clock.now().getTime() - newsMillis;
    const changes = await this.facts.changedSettings(undefined);
    const notices: MailedNotice[] = [
      ...(await this.facts.ofThisServer()),
      ...changes.filter(({ at }) => at.getTime() > newest),
      // Mails of the server that are not sent cannot be told of by mail.
      ...(await this.facts.failingMails(undefined)).filter(({ organizationId }) => organizationId !== null),
    ];
    for (const notice of notices) {
      await this.dataSource.transaction((manager) => this.tell(manager, notice));
    }
  }

  private async tell(manager: EntityManager, notice: MailedNotice): Promise<void> {
    const { organizationId, byId } = notice;
    const isAboutMails = notice.kind === 'mails-failing';
    // An organization's own mail server may be what is wrong; where it has none, this mail would wait with the others.
    const serverWide = organizationId === null || isAboutMails;
    if (isAboutMails && organizationId !== null && (await this.mail.sendsServerWide(organizationId, manager))) return;
    if (!(await this.mail.canSend(serverWide ? null : organizationId, manager))) return;
    if (!(await takeNotice(manager, noticeMailId(notice), this.clock.now()))) return;
    const organization =
      organizationId === null ? undefined : await manager.findOneBy(Organization, { id: organizationId });
    const readers = await administratorsOf(manager, organizationId, byId);
    const place = { organization: organization?.name ?? null, serverUrl: this.mail.serverUrl };
    const mails = readers.flatMap((email) => noticeMail(notice, email, place) ?? []);
    await this.mail.enqueue(manager, organizationId, mails, serverWide);
  }
}
