import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { brandOf } from '../branding/branding.queries.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Language, languages } from '../config/language.js';
import { type Settings } from '../config/settings.js';
import { DailyLimitError } from '../errors/limit-errors.js';
import { SecretKey } from '../secret/secret-key.js';
import { takeOfToday } from './daily-limit.js';
import { type ComposedMail, MailComposer } from './mail-composer.js';
import { MailServer } from './mail-server.entity.js';
import { chosenLanguages, insertMails } from './mail.queries.js';
import { type MailAttachment, type TemplatedMail } from './templated-mail.js';

/** What is in the sealed column. */
export interface MailContent {
  text: string;
  html: string;
  attachments?: readonly MailAttachment[];
}

/** Mails that the server itself decides on: a few a day, or one for a seat that changes hands. */
const uncountedKinds = [
  'seats-exhausted',
  'over-quota',
  'license-expiring',
  'webhook-disabled',
  'seat-assigned',
  'seat-unassigned',
  'mails-failing',
  'settings-changed',
  'monthly-capacity',
];

/** Mails that a user requested, as opposed to notices. */
const requestedKinds = ['invitation', 'execution-notification'];

/** Hands mails to the outbox, in the transaction of what they announce: both happen, or neither. */
@Injectable()
export class MailService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly composer: MailComposer,
  ) {}

  /** Base of the links in mails. */
  get serverUrl(): string {
    return this.settings.serverUrl;
  }

  /** Whether invitations of an organization go by the server's own mail server: it is there, and the organization has none. */
  async sendsServerWide(organizationId: number, manager: EntityManager): Promise<boolean> {
    const servers = await manager.find(MailServer, {
      // A row of nothing but null would be no entity.
      select: { id: true, organizationId: true },
      where: [{ organizationId: IsNull() }, { organizationId }],
    });
    return servers.length > 0 && servers.every((server) => server.organizationId === null);
  }

  /**
   * Whether there is a mail server to send by.
   *
   * @param organizationId null: only the default of the whole server
   */
  async canSend(organizationId: number | null, manager: EntityManager = this.dataSource.manager): Promise<boolean> {
    const own = organizationId === null ? [] : [{ organizationId }];
    return manager.existsBy(MailServer, [{ organizationId: IsNull() }, ...own]);
  }

  /**
   * Writes mails into the outbox, if there is a mail server to send them by.
   *
   * @param organizationId in whose outbox they are; its mail server sends them, else the default; null: the default
   * @param serverWide sent by the default mail server only, even if the organization has got its own by then
   * @returns whether they will be sent
   * @throws DailyLimitError when the organization has sent as many today as it may, for requested mails
   */
  async enqueue(
    manager: EntityManager,
    organizationId: number | null,
    mails: readonly TemplatedMail[],
    serverWide = organizationId === null,
  ): Promise<boolean> {
    if (mails.length === 0 || !(await this.canSend(serverWide ? null : organizationId, manager))) return false;
    if (organizationId !== null && !(await this.isWithinLimit(manager, organizationId, mails))) return false;
    const composed = await this.compose(manager, organizationId, mails);
    const domain = new URL(this.settings.serverUrl).hostname;
    await insertMails(
      manager,
      { organizationId, serverWide, createdAt: this.clock.now() },
      composed.map(({ mail, subject, text, html }) => ({
        kind: mail.kind,
        recipient: mail.to,
        subject,
        contentSealed: this.secretKey.seal(
          JSON.stringify({ text, html, attachments: mail.attachments } satisfies MailContent),
        ),
        messageId: `<${randomUUID()}@${domain}>`,
      })),
    );
    return true;
  }

  /**
   * Mails wait in words, not as a template and what fills it: a former version that still runs beside this one sends them too, and
   * so does the next one.
   */
  private async compose(
    manager: EntityManager,
    organizationId: number | null,
    mails: readonly TemplatedMail[],
  ): Promise<(ComposedMail & { mail: TemplatedMail })[]> {
    const brand = await brandOf(manager, organizationId);
    const inLanguages = await this.languagesFor(manager, mails);
    const composed: (ComposedMail & { mail: TemplatedMail })[] = [];
    for (const [index, mail] of mails.entries()) {
      const content = await this.composer.compose(mail, inLanguages[index] ?? this.settings.mailLanguage, brand);
      composed.push({ ...content, mail });
    }
    return composed;
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
    mails: readonly TemplatedMail[],
  ): Promise<boolean> {
    const counted = mails.filter(({ kind }) => !uncountedKinds.includes(kind));
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
  async enqueueAccountMail(manager: EntityManager, mail: TemplatedMail): Promise<boolean> {
    return this.enqueue(manager, null, [mail], true);
  }

  /** The language of each mail: the one that its reader has chosen, else the one that it is written in, else the server's. */
  async languagesFor(manager: EntityManager, mails: readonly TemplatedMail[]): Promise<Language[]> {
    const choices = await chosenLanguages(
      manager,
      mails.map(({ to }) => to),
    );
    return mails.map(({ to, language }) => {
      const wanted = choices.get(to);
      // A later version may know more languages.
      return languages.find((each) => each === wanted) ?? language ?? this.settings.mailLanguage;
    });
  }

  /** Whether any mail server is configured at all. */
  async canSendAnything(): Promise<boolean> {
    return this.dataSource.manager.exists(MailServer);
  }
}
