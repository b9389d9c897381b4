import { MailerService } from '@nestjs-modules/mailer';
import { Inject, Injectable } from '@nestjs/common';
import type SMTPPool from 'nodemailer/lib/smtp-pool';
import { LogoService } from '../../branding/logo.service.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type ComposedMail, type TemplateContext } from '../mail-composer.js';
import { logoAttachment, showsLogo, withoutLogo } from '../mail-logo.js';
import { type MailServer } from '../mail-server.entity.js';
import { type MailCredentials, senderIn, transportTo } from '../smtp/smtp.js';
import { type MailAttachment } from '../templated-mail.js';
import { type Template } from '../mail-texts.js';

/** In words, or as a template and what fills it. */
type OutgoingContent = ComposedMail | { template: Template; context: TemplateContext };

/** A mail as it goes out. */
export type OutgoingMail = {
  to: string;
  /** Whose logo it bears; null: the server's. */
  organizationId: number | null;
  messageId?: string;
  attachments?: readonly MailAttachment[];
} & OutgoingContent;

/** The one door through which mails leave: each mail server in use is a transporter of the mailer, with a name of its own. */
@Injectable()
export class MailSender {
  /** Which settings of each mail server its transporter was made from. */
  private readonly versions = new Map<number, string>();

  constructor(
    private readonly mailer: MailerService,
    private readonly secretKey: SecretKey,
    private readonly logos: LogoService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Adds a transporter, or replaces the one of this name.
   *
   * @param connections that it may have at the same time
   */
  open(name: string, server: MailServer, connections: number): void {
    this.close(name);
    const options = transportTo(server, {
      credentials: this.credentialsOf(server),
      connections,
      allowedNetworks: this.settings.mailAllowedNetworks,
      ehloName: this.settings.mailEhloName,
    });
    this.mailer.addTransporter(name, options);
  }

  /** The name of a mail server's transporter, which is made again when the settings of the mail server have changed. */
  transporterOf(server: MailServer, connections: number): string {
    const name = nameOf(server.id);
    const version = server.updatedAt.toISOString();
    if (this.versions.get(server.id) !== version) this.open(name, server, connections);
    this.versions.set(server.id, version);
    return name;
  }

  /** Leaves a mail server that is there no more. */
  forget(id: number): void {
    this.versions.delete(id);
    this.close(nameOf(id));
  }

  close(name: string): void {
    this.mailer.removeTransporter(name);
  }

  /** @returns the mail server's answer */
  async send(
    transporterName: string,
    server: MailServer,
    { to, organizationId, attachments = [], ...mail }: OutgoingMail,
  ): Promise<string> {
    const { response } = (await this.mailer.sendMail({
      transporterName,
      from: senderIn(server.sender),
      to: { name: '', address: to },
      headers: { 'Auto-Submitted': 'auto-generated' },
      ...mail,
      ...(await this.withLogo(mail, organizationId, attachments)),
    })) as SMTPPool.SentMessageInfo;
    return response;
  }

  /** Mails wait without their logo: each of many would hold it. */
  private async withLogo(
    mail: OutgoingContent,
    organizationId: number | null,
    attachments: readonly MailAttachment[],
  ): Promise<object> {
    if (!showsLogo(mail)) return { attachments };
    const logo = await this.logos.find(organizationId);
    if (logo) return { attachments: [logoAttachment(logo), ...attachments] };
    return { attachments, ...('html' in mail && { html: withoutLogo(mail.html) }) };
  }

  private credentialsOf(server: MailServer): MailCredentials {
    const { tokenUrl, clientId, clientSecretSealed, scope, passwordSealed } = server;
    if (tokenUrl !== null && clientId !== null && clientSecretSealed !== null) {
      const clientSecret = this.secretKey.open(clientSecretSealed);
      return { tokens: { url: tokenUrl, clientId, clientSecret, scope: scope ?? '' } };
    }
    return { password: passwordSealed ? this.secretKey.open(passwordSealed) : undefined };
  }
}

function nameOf(id: number): string {
  return `mail-server-${id}`;
}
