import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { type Change } from '../../audit/audited-change.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { Notifications } from '../../database/notifications.js';
import { LOG } from '../../log/log.module.js';
import { SecretKey } from '../../secret/secret-key.js';
import { MailServer } from '../mail-server.entity.js';
import { type MailContent } from '../mail.service.js';
import { MailSender } from './mail-sender.js';
import { OutboxMail } from './outbox-mail.entity.js';
import { claimMails, type DueMail, dueLanes, type Lane, senderOf } from './outbox.queries.js';
import { failureOf, isExplained, unexplainedMillis } from '../smtp/smtp.js';

/** Mails of one lane that one server has in its hands at once, and the connections that they go over. */
const batch = 4;

/** Lanes of organizations that one server works on at once: each may wait for a mail server that does not answer. */
const maxLanes = 200;

/** Milliseconds after which the server that claimed a mail and has not reported counts as dead; longer than any attempt. */
const claimMillis = 3 * 60_000;

/** Milliseconds to the second attempt; doubled each time, up to the longest wait. */
const firstWaitMillis = 5_000;
const maxWaitMillis = 30 * 60_000;

/** About four days. */
const maxAttempts = 200;

/** Milliseconds between looks for mails whose time has come. */
const tickMillis = 1_000;

/**
 * Sends what is in the outbox, on every server; no two send the same mail, for each claims its mails first. A mail is lost
 * in no crash. It is sent twice only when a server dies between the mail server's "250 OK" and the note of it in the database:
 * then the second one has the same Message-ID, by which receivers can tell.
 *
 * The mails of each mail server wait in a lane of their own, so a mail server that is slow, full or dead delays its own mails
 * only. In every lane, mails about accounts go first.
 */
@Injectable()
export class Outbox implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;
  private readonly stopping = new AbortController();
  private readonly lanes = new Map<Lane, Promise<void>>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
    notifications: Notifications,
    private readonly sender: MailSender,
    private readonly audit: AuditService,
    @Inject(LOG) private readonly log: Logger,
  ) {
    notifications.on('outbox_changed', () => this.wake());
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.wake(), tickMillis).unref();
  }

  /** Finishes the mails in hand: modules end in the reverse order of their imports, and the mailer then closes its transporters. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    await this.looking;
    await Promise.all(this.lanes.values());
  }

  private wake(): void {
    this.again = true;
    this.looking ??= this.look().finally(() => (this.looking = undefined));
  }

  /** Starts every lane in which a mail is due. */
  private async look(): Promise<void> {
    try {
      while (this.again && !this.stopping.signal.aborted) {
        this.again = false;
        for (const lane of await dueLanes(this.dataSource, this.clock.now())) {
          if (this.lanes.has(lane) || (lane !== null && this.lanes.size >= maxLanes)) continue;
          this.lanes.set(
            lane,
            this.drain(lane).finally(() => this.lanes.delete(lane)),
          );
        }
      }
    } catch (error) {
      this.log.warn({ err: error }, 'The outbox cannot be read; next try in a second');
    }
  }

  private async drain(lane: Lane): Promise<void> {
    try {
      while (!this.stopping.signal.aborted) {
        const mails = await this.claim(lane);
        if (mails.length === 0) return;
        await this.sendAll(mails);
      }
    } catch (error) {
      this.log.warn({ err: error }, 'The outbox cannot be read; next try in a second');
    }
  }

  private async claim(lane: Lane): Promise<DueMail[]> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + claimMillis);
    return claimMails(this.dataSource, { lane, now, until, limit: batch });
  }

  private async sendAll(mails: readonly DueMail[]): Promise<void> {
    const servers = await this.dataSource
      .getRepository(MailServer)
      .createQueryBuilder('server')
      .where('server.organizationId IS NULL OR server.organizationId IN (:...organizationIds)', {
        organizationIds: mails.map(({ organizationId }) => organizationId ?? 0),
      })
      .getMany();
    await Promise.all(
      mails.map((mail) => {
        const server =
          servers.find(({ organizationId }) => organizationId !== null && organizationId === senderOf(mail)) ??
          servers.find(({ organizationId }) => organizationId === null);
        return server ? this.sendBy(server, mail) : this.failed(mail, noServer);
      }),
    );
  }

  private async sendBy(server: MailServer, mail: DueMail): Promise<void> {
    const begun = performance.now();
    try {
      const content = JSON.parse(this.secretKey.open(mail.contentSealed)) as MailContent;
      const { recipient: to, subject, messageId, organizationId } = mail;
      const outgoing = { organizationId, to, subject, messageId, ...content };
      await this.sender.send(this.sender.transporterOf(server, batch), server, outgoing);
    } catch (error) {
      // The outbox shows when a mail has failed: how long that takes would tell an organization what is there.
      if (server.organizationId !== null && !isExplained(error)) await this.rest(begun + unexplainedMillis);
      return this.failed(mail, failureOf(error, server.organizationId));
    }
    await this.sent(mail);
  }

  /** Waits until then, unless the server stops. */
  private async rest(until: number): Promise<void> {
    await this.clock.wait(until - performance.now(), this.stopping.signal);
  }

  private async sent(mail: DueMail): Promise<void> {
    const sentAt = this.clock.now();
    const sent = { state: 'sent', sentAt, claimedUntil: null, lastError: null, contentSealed: null } as const;
    await this.dataSource.manager.update(OutboxMail, { id: mail.id }, sent);
  }

  private async failed(mail: DueMail, { message, permanent }: { message: string; permanent: boolean }): Promise<void> {
    const over = permanent || mail.attempts >= maxAttempts;
    const wait = Math.min(firstWaitMillis * 2 ** Math.min(mail.attempts - 1, 20), maxWaitMillis);
    // While a mail server is down each of many mails fails again and again: the log has the first time and the last.
    const level = over || mail.attempts === 1 ? 'warn' : 'debug';
    this.log[level]({ mail: mail.id, attempts: mail.attempts, over }, `A mail could not be sent: ${message}`);
    await this.dataSource.transaction(async (manager) => {
      await manager.update(
        OutboxMail,
        { id: mail.id },
        {
          state: over ? 'failed' : 'waiting',
          nextAttemptAt: new Date(this.clock.millis() + wait),
          claimedUntil: null,
          lastError: message,
        },
      );
      if (over) await this.audit.announce(manager, [failureOfMail(mail)]);
    });
  }
}

function failureOfMail({ id, organizationId, kind }: DueMail): Change {
  const organization = organizationId === null ? {} : { organizationId };
  return { action: 'mail.failed', ...organization, targetType: 'mail', targetId: id, details: { kind } };
}

const noServer = { message: 'There is no mail server any more.', permanent: false };
