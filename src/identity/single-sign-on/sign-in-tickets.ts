import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Exchange } from '../../auth/second-factor/browser-sign-in.js';
import { cookieOptions } from '../../auth/session/session-cookie.js';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { basePathOf } from '../../http/pages/base-path.js';
import { SecretKey } from '../../secret/secret-key.js';
import { nextPathIn } from './next-path.js';
import { SingleSignOnError } from './single-sign-on.errors.js';
import {
  cookieOf,
  newTicket,
  openTicket,
  sealTicket,
  secretsOf,
  type SignInSecrets,
  ticketSeconds,
} from './sign-in-ticket.js';
import { UsedTokens } from './used-tokens.js';

/** Recognizes, when a browser comes back from a provider, the sign-in that it began: once, and for ten minutes. */
@Injectable()
export class SignInTickets {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly used: UsedTokens,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param next where the browser wants to go afterwards; anything but a path of the console is passed over
   * @param again the person has to prove again who they are
   */
  give(providerId: number, { next, again }: { next: unknown; again: boolean }, { reply }: Exchange): SignInSecrets {
    const path = nextPathIn(next, this.settings.serverUrl);
    const ticket = newTicket({ providerId, next: path, again }, this.clock.millis());
    const secrets = secretsOf(ticket);
    const options = { ...this.cookieOptions(providerId), maxAge: ticketSeconds };
    reply.setCookie(cookieOf(secrets.state), sealTicket(ticket, this.secretKey), options);
    return secrets;
  }

  /** @throws SingleSignOnError when the browser did not begin this sign-in, took too long, or has come back with it before */
  async take(
    providerId: number,
    state: string,
    { request, reply }: Exchange,
  ): Promise<{ secrets: SignInSecrets; next: string | undefined }> {
    const name = cookieOf(state);
    const sealed = request.cookies[name] ?? '';
    reply.clearCookie(name, this.cookieOptions(providerId));
    const nowMillis = this.clock.millis();
    const ticket = openTicket(sealed, this.secretKey, { providerId, state, nowMillis });
    if (!ticket)
      throw new SingleSignOnError('sign-in-expired', 'This browser did not begin the sign-in, or took too long.');
    const what = `sign-in ${ticket.secret}`;
    const isFirst = await this.used.use(this.dataSource.manager, what, new Date(ticket.expiresAt));
    if (!isFirst) throw new SingleSignOnError('sign-in-expired', 'The browser has come back with this sign-in before.');
    return { secrets: secretsOf(ticket), next: ticket.next };
  }

  /** It comes back with a navigation that began at the provider, so it cannot be `strict`. */
  private cookieOptions(providerId: number): ReturnType<typeof cookieOptions> {
    const path = `${basePathOf(this.settings.serverUrl)}/auth/providers/${providerId}`;
    return { ...cookieOptions(this.settings), path };
  }
}
