import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { permissionsOf } from '../../access/role.js';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { LOG } from '../../log/log.module.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { Organization } from '../../organization/organization.entity.js';
import { CapacityService } from '../capacity.service.js';
import { monthAfter } from '../month-report.js';
import { capacityAttachment, capacityFacts } from './capacity-mail.js';
import { organizationsWithDueMails, takeDueReaders } from './capacity-mail.queries.js';

const tickMillis = 60_000;

/** Writes the mails of a month (UTC) after it. Every server looks; one of them writes, together with the note that it has done so. */
@Injectable()
export class CapacityMailSender implements OnModuleInit, OnApplicationShutdown {
  private readonly looking = new PeriodicTask(
    (signal) => this.look(signal),
    tickMillis,
    (error) => this.warn(error),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly capacity: CapacityService,
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

  private async look(signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    for (const organizationId of await organizationsWithDueMails(this.dataSource.manager, monthAfter(now, 0))) {
      if (signal.aborted) return;
      // One organization whose mail cannot be written keeps no other from theirs.
      await this.write(organizationId, now).catch((error: unknown) => this.warn(error));
    }
  }

  private warn(error: unknown): void {
    this.log.warn({ err: error }, 'Capacity mails could not be written; next try in a minute');
  }

  private async write(organizationId: number, now: Date): Promise<void> {
    // Without a mail server, the mail waits until there is one, or until the next month.
    if (!(await this.mail.canSend(organizationId))) return;
    const monthStart = monthAfter(now, 0);
    const period = { from: monthAfter(now, -1), to: monthStart };
    const organization = await this.dataSource.manager.findOneBy(Organization, { id: organizationId });
    if (!organization) return;
    const query = { from: period.from.toISOString(), to: period.to.toISOString() };
    const pools = await this.capacity.get(organizationId, query);
    const facts = capacityFacts(pools, organization.name, { month: period.from, serverUrl: this.mail.serverUrl });
    const attachments = [capacityAttachment(pools, organizationId, period.from)];
    const url = `${this.mail.serverUrl}/organizations/${organizationId}/capacity`;
    await this.dataSource.transaction(async (manager) => {
      const readers = await takeDueReaders(manager, organizationId, { monthStart, now });
      if (facts.pools.length === 0) return;
      const mails = readers
        .filter(({ role, root }) => permissionsOf(role, root).includes('utilization.view'))
        .map(({ email }) => templatedMail('monthly-capacity', email, facts, { url, attachments }));
      await this.mail.enqueue(manager, organizationId, mails);
    });
  }
}
