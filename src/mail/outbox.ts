import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Transporter } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { Notifications } from '../database/notifications.js';
import { LOG } from '../log/log.module.js';
import { SecretKey } from '../secret/secret-key.js';
import { MailServer } from './mail-server.entity.js';
import { type Content } from './mail.service.js';
import { connect, failureOf } from './smtp.js';

/** Mails that one server has in its hands at once, over a few connections. */
const batch = 40;
const connections = 4;

/** Milliseconds after which whoever claimed a mail and said no more is taken to be dead; longer than any attempt. */
const claimMillis = 3 * 60_000;

/** Milliseconds to the second attempt; doubled each time, up to the longest wait. */
const firstWaitMillis = 5_000;
const longestWaitMillis = 30 * 60_000;

/** About four days. */
const mostAttempts = 200;

/** Milliseconds between looks for mails whose time has come. */
const tickMillis = 1_000;

interface DueMail {
  id: number;
  organizationId: number | null;
  serverWide: boolean;
  kind: string;
  recipient: string;
  subject: string;
  contentSealed: Buffer;
  messageId: string;
  attempts: number;
}

interface Connection {
  key: string;
  transport: Transporter<SMTPPool.SentMessageInfo>;
  sender: string;
}

/**
 * Sends what is in the outbox, on every server; no two send the same mail, for each claims its mails first. A mail is lost
 * in no crash. It is sent twice only when a server dies between the mail server's "250 OK" and the note of it in the database:
 * then the second one has the same Message-ID, by which receivers can tell.
 */
@Injectable()
export class Outbox implements OnModuleInit, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;
  private readonly connections = new Map<number, Connection>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
    notifications: Notifications,
    @Inject(LOG) private readonly log: Logger,
  ) {
    notifications.on('outbox_changed', () => this.wake());
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.wake(), tickMillis).unref();
  }

  /** Finishes the mails in hand. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
    for (const { transport } of this.connections.values()) transport.close();
  }

  private wake(): void {
    this.again = true;
    this.running ??= this.drain().finally(() => (this.running = undefined));
  }

  private async drain(): Promise<void> {
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        const mails = await this.claim();
        if (mails.length === 0) continue;
        this.again = true;
        await this.sendAll(mails);
      }
    } catch (error) {
      this.log.warn({ err: error }, 'The outbox cannot be read; next try in a second');
    }
  }

  private async claim(): Promise<DueMail[]> {
    const now = this.clock.now();
    const [mails] = await this.dataSource.query<[DueMail[], number]>(
      `UPDATE outbox_mail SET claimed_until = $2, attempts = attempts + 1
        WHERE id IN (SELECT id FROM outbox_mail
                      WHERE state = 'waiting' AND next_attempt_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1)
                      ORDER BY next_attempt_at, id LIMIT ${batch} FOR UPDATE SKIP LOCKED)
        RETURNING id, organization_id AS "organizationId", server_wide AS "serverWide", kind, recipient, subject, content_sealed AS "contentSealed",
                  message_id AS "messageId", attempts`,
      [now, new Date(now.getTime() + claimMillis)],
    );
    return mails;
  }

  private async sendAll(mails: readonly DueMail[]): Promise<void> {
    const servers = await this.dataSource.getRepository(MailServer).find();
    await Promise.all(
      mails.map(async (mail) => {
        const server =
          servers.find(({ organizationId }) => organizationId !== null && organizationId === senderOf(mail)) ??
          servers.find(({ organizationId }) => organizationId === null);
        try {
          if (!server) throw new Error('There is no mail server any more');
          const { transport, sender } = await this.connectionTo(server);
          const { text, html } = JSON.parse(this.secretKey.open(mail.contentSealed)) as Content;
          await transport.sendMail({
            from: sender,
            to: { name: '', address: mail.recipient },
            subject: mail.subject,
            text,
            html,
            messageId: mail.messageId,
            headers: { 'Auto-Submitted': 'auto-generated' },
          });
          await this.sent(mail);
        } catch (error) {
          await this.failed(mail, server === undefined ? noServer : failureOf(error));
        }
      }),
    );
  }

  /** What has changed about a server makes another connection. */
  private async connectionTo(server: MailServer): Promise<Connection> {
    const key = server.updatedAt.toISOString();
    const known = this.connections.get(server.id);
    if (known?.key === key) return known;
    const password = server.passwordSealed ? this.secretKey.open(server.passwordSealed) : undefined;
    const transport = await connect(server, password, connections);
    // Of several mails that connect at the same moment the first one's connection serves all.
    const meanwhile = this.connections.get(server.id);
    if (meanwhile?.key === key) {
      transport.close();
      return meanwhile;
    }
    meanwhile?.transport.close();
    const connection = { key, transport, sender: server.sender };
    this.connections.set(server.id, connection);
    return connection;
  }

  private async sent(mail: DueMail): Promise<void> {
    await this.dataSource.query(
      `UPDATE outbox_mail SET state = 'sent', sent_at = $2, claimed_until = NULL, last_error = NULL, content_sealed = NULL
        WHERE id = $1`,
      [mail.id, this.clock.now()],
    );
  }

  private async failed(mail: DueMail, { message, permanent }: { message: string; permanent: boolean }): Promise<void> {
    const over = permanent || mail.attempts >= mostAttempts;
    const wait = Math.min(firstWaitMillis * 2 ** Math.min(mail.attempts - 1, 20), longestWaitMillis);
    // While a mail server is down each of many mails fails again and again: the log has the first time and the last.
    const level = over || mail.attempts === 1 ? 'warn' : 'debug';
    this.log[level]({ mail: mail.id, attempts: mail.attempts, over }, `A mail could not be sent: ${message}`);
    await this.dataSource.query(
      `UPDATE outbox_mail SET state = $2, next_attempt_at = $3, claimed_until = NULL, last_error = $4 WHERE id = $1`,
      [mail.id, over ? 'failed' : 'waiting', new Date(this.clock.millis() + wait), message],
    );
  }
}

/** Account mails that a former version has written for an organization's mail server: that one is not to read them. */
const accountKinds = ['password-reset', 'password-changed', 'verification'];

/** The organization whose mail server may carry a mail; null: only the server's own may. */
function senderOf({ organizationId, serverWide, kind }: DueMail): number | null {
  return serverWide || accountKinds.includes(kind) ? null : organizationId;
}

const noServer = { message: 'There is no mail server any more.', permanent: false };
