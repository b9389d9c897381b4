import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { SecretKey } from '../secret/secret-key.js';
import { type MailServer } from './mail-server.entity.js';
import { type MailCredentials, type MailTransport, openTransport, senderIn } from './smtp.js';

/** A mail as it goes out. */
export interface OutgoingMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  messageId?: string;
}

/** The one door through which mails leave: all that is particular to the library that speaks SMTP is behind it. */
@Injectable()
export class MailSender {
  constructor(
    private readonly secretKey: SecretKey,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @param connections that it may have at the same time */
  open(server: MailServer, connections: number): MailTransport {
    return openTransport(server, {
      credentials: this.credentialsOf(server),
      connections,
      allowedNetworks: this.settings.mailAllowedNetworks,
      ehloName: this.settings.mailEhloName,
    });
  }

  /** @returns the mail server's answer */
  async send(transport: MailTransport, server: MailServer, { to, ...mail }: OutgoingMail): Promise<string> {
    const { response } = await transport.sendMail({
      from: senderIn(server.sender),
      to: { name: '', address: to },
      headers: { 'Auto-Submitted': 'auto-generated' },
      ...mail,
    });
    return response;
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
