import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { type Change } from '../audit/audited-change.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { PeriodicTask } from '../concurrency/periodic-task.js';
import { LicenseService } from '../license/license.service.js';
import { type LicenseClaims } from '../license/file/license-file.js';
import { productName } from '../license/file/product.js';
import { LOG } from '../log/log.module.js';
import { MailService } from '../mail/mail.service.js';
import { templatedMail } from '../mail/templated-mail.js';
import {
  administratorsOf,
  longestHolders,
  peopleInCharge,
  takeExhausted,
  takeOverQuota,
  takeWarnings,
} from './announcement.queries.js';
import { licensesNearEnd } from './near-end.js';

const tickMillis = 5_000;

/** Sends unsolicited notices: that all seats are in use, that a license ends. Every server looks; one of them tells. */
@Injectable()
export class AnnouncementService implements OnModuleInit, OnApplicationShutdown {
  private readonly looking = new PeriodicTask(
    () => this.look(),
    tickMillis,
    (error) =>
      this.log.warn({ err: error }, 'What is to be announced could not be looked up; next try in some seconds'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly mail: MailService,
    private readonly audit: AuditService,
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
    const sendsMails = await this.mail.canSendAnything();
    if (sendsMails) {
      await this.exhausted();
      await this.overQuota();
    }
    const isFollowed = this.audit.isFollowed('license.expiring') || this.audit.isFollowed('license.expired');
    if (sendsMails || isFollowed) await this.expiring();
  }

  /** Once an hour for each organization and product, as long as there are refusals. */
  private async exhausted(): Promise<void> {
    const now = this.clock.now();
    await this.dataSource.transaction(async (manager) => {
      for (const { organizationId, product, name, count } of await takeExhausted(manager, now)) {
        const administrators = await administratorsOf(manager, organizationId);
        const holders = await longestHolders(manager, organizationId, product);
        const url = `${this.mail.serverUrl}/organizations/${organizationId}/licenses`;
        const facts = { organization: name, product: productName[product], refused: count, holders };
        const mails = administrators.map((email) => templatedMail('seats-exhausted', email, facts, { url }));
        await this.mail.enqueue(manager, organizationId, mails);
      }
    });
  }

  /** Once a day for each organization and product that uses more floating seats than it has. */
  private async overQuota(): Promise<void> {
    const now = this.clock.now();
    await this.dataSource.transaction(async (manager) => {
      for (const { organizationId, product, name, inUse, quota } of await takeOverQuota(manager, now)) {
        const administrators = await administratorsOf(manager, organizationId);
        const facts = { organization: name, product: productName[product], inUse, quota };
        const mails = administrators.map((email) => templatedMail('over-quota', email, facts));
        await this.mail.enqueue(manager, organizationId, mails);
      }
    });
  }

  /** To the server's administrators and the organizations' owners, once at each of the warnings. */
  private async expiring(): Promise<void> {
    const now = this.clock.now();
    for (const { claims, expiresAt, lastGrantAt, daysLeft, reached } of licensesNearEnd(
      await this.licenses.states(),
      now,
    )) {
      await this.dataSource.transaction(async (manager) => {
        const news = await takeWarnings(manager, { jti: claims.jti, expiresAt, reached });
        // Of several that are reached at once the nearest says it all.
        if (!news.includes(Math.min(...reached))) return;
        await this.audit.announce(manager, [expiryChange(claims, expiresAt, daysLeft)]);
        for (const { email, organizationId } of await peopleInCharge(manager)) {
          const facts = { customer: claims.customer.name, expiresAt, lastGrantAt, expired: daysLeft <= 0 };
          const mail = templatedMail('license-expiring', email, facts, { url: this.mail.serverUrl });
          await this.mail.enqueue(manager, organizationId, [mail]);
        }
      });
    }
  }
}

function expiryChange({ jti, customer }: LicenseClaims, expiresAt: Date, daysLeft: number): Change {
  return {
    action: daysLeft <= 0 ? 'license.expired' : 'license.expiring',
    targetType: 'license',
    targetId: jti,
    details: {
      customer: customer.name,
      expiresAt: expiresAt.toISOString(),
      daysLeft: Math.max(0, Math.ceil(daysLeft)),
    },
  };
}
