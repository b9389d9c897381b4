import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { LOG } from '../../log/log.module.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { UserService } from '../../user/user.service.js';
import { AlreadyVerifiedError } from '../auth.errors.js';
import { type ForgottenPassword } from './dto/password.js';
import { PasswordLinks } from './password-links.js';
import { ResetThrottle } from './reset-throttle.js';

/** Mails links with which accounts get new passwords: to people who have forgotten theirs, or have not verified their address. */
@Injectable()
export class PasswordLinkMails {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UserService,
    private readonly links: PasswordLinks,
    private readonly mail: MailService,
    private readonly throttle: ResetThrottle,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /**
   * Mails a link by the server's own mail server, if there is such an account and such a server; if an identity provider keeps the
   * password, the mail says so instead. Says the same and takes as long in any case: the work is done after the answer.
   *
   * @param address of the caller
   */
  async forgot(email: string, address: string): Promise<ForgottenPassword> {
    if (!(await this.mail.canSend(null))) {
      return {
        canMail: false,
        message:
          'This server cannot send mail. Ask your administrator for a link with which you can set a new password.',
      };
    }
    this.mailLink(email, address).catch((error: unknown) => {
      this.log.error({ err: error }, 'A link for a forgotten password could not be made');
    });
    return {
      canMail: true,
      message:
        'If there is an account for this address, a link to set a new password is on its way to it. ' +
        'If nothing arrives within some minutes, ask your administrator.',
    };
  }

  private async mailLink(email: string, address: string): Promise<void> {
    const user = await this.users.findByEmail(email);
    if (!user || user.disabledAt) return;
    // Repeated requests must not fill a mailbox.
    if (!(await this.throttle.admit(user.email))) return;
    const providers = await this.users.passwordKeptBy(user.id);
    if (providers.length > 0) {
      const mail = templatedMail('password-elsewhere', user.email, { providers }, { url: this.mail.serverUrl });
      await this.mail.enqueueAccountMail(this.dataSource.manager, mail);
      return;
    }
    await this.dataSource.transaction(async (manager) => {
      const { link } = await this.links.create(manager, user.id, { id: null, name: user.email, address });
      await this.mail.enqueueAccountMail(manager, templatedMail('password-reset', user.email, {}, { url: link }));
    });
  }

  /**
   * Mails the caller a link that verifies the address. A new password is set with it: the person who made the account may not be
   * the one who reads the mail.
   *
   * @throws AlreadyVerifiedError
   */
  async sendVerification(caller: Caller): Promise<ForgottenPassword> {
    if (await this.users.isVerified(caller.id)) throw new AlreadyVerifiedError();
    if (!(await this.mail.canSend(null))) {
      return {
        canMail: false,
        message: "This server cannot send mail. Ask the server's administrator to verify your address.",
      };
    }
    if (await this.throttle.admit(caller.email)) {
      await this.dataSource.transaction(async (manager) => {
        const { link } = await this.links.create(manager, caller.id, caller);
        await this.mail.enqueueAccountMail(manager, templatedMail('verification', caller.email, {}, { url: link }));
      });
    }
    return {
      canMail: true,
      message: 'A link is on its way to your address. Open it within an hour and set a new password.',
    };
  }
}
