import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { DailyLimitError } from '../errors/limit-errors.js';
import { SecretKey } from '../secret/secret-key.js';
import { takeOfToday } from './daily-limit.js';
import { htmlOf, type Message, textOf } from './message.js';

/** A mail to one person. */
export interface Letter {
  kind: string;
  to: string;
  message: Message;
}

/** What is in the sealed column. */
export interface Content {
  text: string;
  html: string;
}

/** Mails that the server itself decides on, a few a day. */
const uncountedKinds = ['seats-exhausted', 'over-quota', 'license-expiring'];

/** Mails that are what somebody asked for, and not a notice of it. */
const requestedKinds = ['invitation', 'execution-notification'];

/** Hands mails to the outbox, in the transaction of what they announce: both happen, or neither. */
@Injectable()
export class MailService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Base of the links in mails. */
  get serverUrl(): string {
    return this.settings.serverUrl;
  }

  /** Whether invitations of an organization go by the server's own mail server: it is there, and the organization has none. */
  async sendsServerWide(organizationId: number, manager: EntityManager): Promise<boolean> {
    const servers = await manager.query<{ own: boolean }[]>(
      `SELECT organization_id IS NOT NULL AS own FROM mail_server WHERE organization_id IS NULL OR organization_id = $1`,
      [organizationId],
    );
    return servers.length > 0 && servers.every(({ own }) => !own);
  }

  /**
   * Whether there is a mail server to send by.
   *
   * @param organizationId null: only the default of the whole server
   */
  async canSend(organizationId: number | null, manager: EntityManager = this.dataSource.manager): Promise<boolean> {
    const [found] = await manager.query<unknown[]>(
      'SELECT FROM mail_server WHERE organization_id IS NULL OR organization_id = $1 LIMIT 1',
      [organizationId],
    );
    return found !== undefined;
  }

  /**
   * Writes mails into the outbox, if there is a mail server to send them by.
   *
   * @param organizationId in whose outbox they are; its mail server sends them, else the default; null: the default
   * @param serverWide sent by the default mail server only, even if the organization has got its own by then
   * @returns whether they will be sent
   * @throws DailyLimitError when the organization has sent as many today as it may, for mails that somebody asked for
   */
  async enqueue(
    manager: EntityManager,
    organizationId: number | null,
    letters: readonly Letter[],
    serverWide = organizationId === null,
  ): Promise<boolean> {
    if (letters.length === 0 || !(await this.canSend(serverWide ? null : organizationId, manager))) return false;
    if (organizationId !== null && !(await this.isWithinLimit(manager, organizationId, letters))) return false;
    const domain = new URL(this.settings.serverUrl).hostname;
    await manager.query(
      `INSERT INTO outbox_mail (organization_id, server_wide, kind, recipient, subject, content_sealed, message_id, created_at,
                                next_attempt_at)
         SELECT $1, $8, w.kind, w.recipient, w.subject, w.content, w.message_id, $2, $2
           FROM unnest($3::text[], $4::text[], $5::text[], $6::bytea[], $7::text[])
             AS w(kind, recipient, subject, content, message_id)
          WHERE NOT EXISTS (SELECT FROM user_account u WHERE u.email = w.recipient AND w.kind = ANY(u.muted_mail))`,
      [
        organizationId,
        this.clock.now(),
        letters.map(({ kind }) => kind),
        letters.map(({ to }) => to),
        letters.map(({ message }) => oneLine(message.subject)),
        letters.map(({ message }) => {
          const content: Content = { text: textOf(message), html: htmlOf(message) };
          return this.secretKey.seal(JSON.stringify(content));
        }),
        letters.map(() => `<${randomUUID()}@${domain}>`),
        serverWide,
      ],
    );
    return true;
  }

  /**
   * Counts mails of an organization. A notice that nobody asked for is left out beyond the limit; it keeps nobody from removing a
   * member.
   *
   * @throws DailyLimitError
   */
  private async isWithinLimit(
    manager: EntityManager,
    organizationId: number,
    letters: readonly Letter[],
  ): Promise<boolean> {
    const counted = letters.filter(({ kind }) => !uncountedKinds.includes(kind));
    if (counted.length === 0) return true;
    const limit = this.settings.maxMailsPerDay;
    const now = this.clock.now();
    const use = { organizationId, kind: 'mail', count: counted.length, limit } as const;
    if (await takeOfToday(manager, use, now)) return true;
    if (counted.some(({ kind }) => requestedKinds.includes(kind))) {
      throw new DailyLimitError('too-many-mails-today', limit, now);
    }
    return false;
  }

  /**
   * Writes a mail about an account into the outbox. It holds what opens the account, or warns its owner: it travels by the
   * server's own mail server, and never by one that an organization has brought.
   *
   * @returns whether it will be sent
   */
  async enqueueAccountMail(manager: EntityManager, letter: Letter): Promise<boolean> {
    return this.enqueue(manager, null, [letter], true);
  }

  /** Whether any mail server is configured at all. */
  async canSendAnything(): Promise<boolean> {
    const [found] = await this.dataSource.query<unknown[]>('SELECT FROM mail_server LIMIT 1');
    return found !== undefined;
  }
}

/** Names in a subject may hold anything; a header is one line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 250);
}
