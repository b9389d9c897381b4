import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { PeriodicTask } from '../concurrency/periodic-task.js';
import { afterLastSecond } from '../license/file/last-second.js';
import { LicenseService } from '../license/license.service.js';
import { type Product, productName } from '../license/file/product.js';
import { LOG } from '../log/log.module.js';
import { type SeatHolder } from '../mail/facts.js';
import { MailService } from '../mail/mail.service.js';
import { templatedMail } from '../mail/templated-mail.js';

/** Days before the end of a license at which people are told; 0: at the end. */
const warnings = [30, 7, 1, 0];

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
    await this.exhausted();
    await this.overQuota();
    await this.expiring();
  }

  /** Once an hour for each organization and product, as long as there are refusals. */
  private async exhausted(): Promise<void> {
    const now = this.clock.now();
    await this.dataSource.transaction(async (manager) => {
      const due = await manager.query<{ organizationId: number; product: Product; name: string; count: number }[]>(
        `WITH refused AS (SELECT organization_id, product, count(*)::int AS count FROM denial
                           WHERE code = 'seats-exhausted' AND occurred_at > $1::timestamptz - interval '5 minutes'
                           GROUP BY 1, 2),
              told AS (INSERT INTO exhaustion_notice SELECT organization_id, product, $1 FROM refused ORDER BY 1, 2
                       ON CONFLICT (organization_id, product) DO UPDATE SET told_at = excluded.told_at
                         WHERE exhaustion_notice.told_at <= excluded.told_at - interval '1 hour'
                       RETURNING organization_id, product)
         SELECT t.organization_id AS "organizationId", t.product, o.name, r.count
           FROM told t JOIN refused r USING (organization_id, product) JOIN organization o ON o.id = t.organization_id`,
        [now],
      );
      for (const { organizationId, product, name, count } of due) {
        const administrators = await this.administrators(manager, organizationId);
        const holders = await this.longestHolders(manager, organizationId, product);
        const url = `${this.mail.serverUrl}/organizations/${organizationId}/licenses`;
        const facts = { organization: name, product: productName[product], refused: count, holders };
        const mails = administrators.map((email) => templatedMail('seats-exhausted', email, facts, { url }));
        await this.mail.enqueue(manager, organizationId, mails);
      }
    });
  }

  private async longestHolders(
    manager: EntityManager,
    organizationId: number,
    product: Product,
  ): Promise<SeatHolder[]> {
    return manager.query<SeatHolder[]>(
      `SELECT u.email, coalesce(l.hostname, l.machine_id) AS host, l.started_at AS since
         FROM lease l JOIN user_account u ON u.id = l.user_id
        WHERE l.organization_id = $1 AND l.product = $2 AND l.expires_at > server_now($3)
        ORDER BY l.started_at, l.number LIMIT 5`,
      [organizationId, product, this.clock.offsetMillis],
    );
  }

  /** Once a day for each organization and product that uses more floating seats than it has. */
  private async overQuota(): Promise<void> {
    const now = this.clock.now();
    await this.dataSource.transaction(async (manager) => {
      const due = await manager.query<
        { organizationId: number; product: Product; name: string; inUse: number; quota: number }[]
      >(
        `WITH beyond AS (SELECT p.organization_id, p.product, p.quota, o.name, held.seats
                         FROM seat_pool p JOIN organization o ON o.id = p.organization_id,
                              LATERAL (SELECT ((SELECT count(*) FROM lease l
                                                 WHERE l.pool_id = p.id AND l.expires_at > $1)
                                             + (SELECT count(DISTINCT machine_id) FROM offline_license f
                                                 WHERE f.pool_id = p.id AND f.expires_at > $1))::int AS seats) AS held
                        WHERE o.over_quota_percent > 0 AND p.model = 'floating' AND p.quota > 0
                          AND p.in_use > 0 AND held.seats > p.quota),
              told AS (INSERT INTO over_quota_notice SELECT organization_id, product, $1 FROM beyond ORDER BY 1, 2
                       ON CONFLICT (organization_id, product) DO UPDATE SET told_at = excluded.told_at
                         WHERE over_quota_notice.told_at <= excluded.told_at - interval '1 day'
                       RETURNING organization_id, product)
         SELECT organization_id AS "organizationId", product, name, quota, seats AS "inUse"
           FROM told JOIN beyond USING (organization_id, product)`,
        [now],
      );
      for (const { organizationId, product, name, inUse, quota } of due) {
        const administrators = await this.administrators(manager, organizationId);
        const facts = { organization: name, product: productName[product], inUse, quota };
        const mails = administrators.map((email) => templatedMail('over-quota', email, facts));
        await this.mail.enqueue(manager, organizationId, mails);
      }
    });
  }

  private async administrators(manager: EntityManager, organizationId: number): Promise<string[]> {
    const rows = await manager.query<{ email: string }[]>(
      `SELECT u.email FROM membership m JOIN user_account u ON u.id = m.user_id
        WHERE m.organization_id = $1 AND m.role IN ('OWNER', 'ADMIN') AND u.disabled_at IS NULL`,
      [organizationId],
    );
    return rows.map(({ email }) => email);
  }

  /** To the server's administrators and the organizations' owners, once at each of the warnings. */
  private async expiring(): Promise<void> {
    const now = this.clock.now();
    for (const { installed, file, followedUp } of await this.licenses.states()) {
      // A follow-up license is installed, so no action is needed.
      if (!file || followedUp) continue;
      const expiresAt = new Date(file.claims.exp * 1000);
      const daysLeft = (expiresAt.getTime() - now.getTime()) / 86_400_000;
      // The day that was written, not the midnight after it.
      const grace = file.endsAt.getTime() - afterLastSecond(expiresAt.getTime());
      const lastGrantAt = grace > 0 ? new Date(expiresAt.getTime() + grace) : undefined;
      const reached = warnings.filter((days) => daysLeft <= days);
      if (reached.length === 0) continue;
      await this.dataSource.transaction(async (manager) => {
        const news = await manager.query<{ days: number }[]>(
          `INSERT INTO expiry_notice (jti, expires_at, days_before) SELECT $1, $2, unnest($3::int[])
           ON CONFLICT DO NOTHING RETURNING days_before AS days`,
          [installed.jti, expiresAt, reached],
        );
        // Of several that are reached at once the nearest says it all.
        if (!news.some(({ days }) => days === Math.min(...reached))) return;
        const people = await manager.query<{ email: string; organizationId: number | null }[]>(
          `SELECT DISTINCT ON (u.email) u.email, m.organization_id AS "organizationId"
             FROM user_account u LEFT JOIN membership m ON m.user_id = u.id AND m.role = 'OWNER'
            WHERE (u.root OR m.role = 'OWNER') AND u.disabled_at IS NULL ORDER BY u.email, m.organization_id`,
        );
        for (const { email, organizationId } of people) {
          const facts = { customer: file.claims.customer.name, expiresAt, lastGrantAt, expired: daysLeft <= 0 };
          const mail = templatedMail('license-expiring', email, facts, { url: this.mail.serverUrl });
          await this.mail.enqueue(manager, organizationId, [mail]);
        }
      });
    }
  }
}
