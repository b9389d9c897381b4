import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Exchange } from '../../auth/second-factor/browser-sign-in.js';
import { cookieOptions } from '../../auth/session/session-cookie.js';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { basePathOf } from '../../http/pages/base-path.js';
import { hashToken, randomToken } from '../../secret/random-token.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type Arrival } from '../arrival.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { UsedTokens } from '../single-sign-on/used-tokens.js';
import { SamlArrival } from './saml-arrival.entity.js';
import { type SignOutHint } from './saml-client.js';

/** Seconds until the browser has followed the redirect that it gets. */
const arrivalSeconds = 60;

/** Milliseconds after which an assertion is refused for its age, with room for clocks that differ. */
const assertionMillis = 300_000;

/** What a provider has said, for the next request of the browser. */
export interface KeptArrival {
  /** The request that the provider has answered; undefined: the sign-in began at the provider. */
  requestId: string | undefined;
  person: Arrival;
  signOut: SignOutHint;
  /** When the person has signed in at the provider: milliseconds since 1970. */
  authenticatedAt: number | undefined;
  /** Where to go afterwards, where no request of this server knows it. */
  next: string | undefined;
}

/**
 * Carries what a provider has said from the form that its page sends to a request with cookies: browsers send none with the form of
 * another site.
 */
@Injectable()
export class SamlArrivals {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly used: UsedTokens,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param assertionId by which an assertion is recognized that comes a second time
   * @returns under what name the browser's next request takes it
   * @throws SingleSignOnError when the assertion was used before
   */
  async keep(providerId: number, assertionId: string, arrival: KeptArrival, { reply }: Exchange): Promise<string> {
    const token = randomToken();
    const now = this.clock.millis();
    await this.dataSource.transaction(async (manager) => {
      const what = `assertion ${providerId} ${assertionId}`;
      if (!(await this.used.use(manager, what, new Date(now + assertionMillis)))) {
        throw new SingleSignOnError('provider-answer-invalid', 'The assertion was used before.');
      }
      await manager.insert(SamlArrival, {
        tokenHash: hashToken(token),
        providerId,
        arrivalSealed: this.secretKey.seal(JSON.stringify(arrival)),
        expiresAt: new Date(now + arrivalSeconds * 1000),
      });
    });
    const name = randomToken().slice(0, 16);
    reply.setCookie(cookieOf(name), token, { ...this.cookieOptions(providerId), maxAge: arrivalSeconds });
    return name;
  }

  /** Once. @throws SingleSignOnError when the browser has brought nothing, or too late */
  async take(providerId: number, name: string, { request, reply }: Exchange): Promise<KeptArrival> {
    const cookie = cookieOf(name);
    const token = request.cookies[cookie] ?? '';
    reply.clearCookie(cookie, this.cookieOptions(providerId));
    const { manager } = this.dataSource;
    const which = { tokenHash: hashToken(token), providerId };
    const kept = await manager.findOneBy(SamlArrival, which);
    const { affected } = await manager.delete(SamlArrival, which);
    if (!kept || !affected || kept.expiresAt <= this.clock.now()) {
      throw new SingleSignOnError(
        'sign-in-expired',
        'The browser did not bring what the provider has said, or too late.',
      );
    }
    return JSON.parse(this.secretKey.open(kept.arrivalSealed)) as KeptArrival;
  }

  private cookieOptions(providerId: number): ReturnType<typeof cookieOptions> {
    const path = `${basePathOf(this.settings.serverUrl)}/auth/providers/${providerId}`;
    return { ...cookieOptions(this.settings), path };
  }
}

/** Each has a name of its own, so that two tabs may sign in at the same time. */
function cookieOf(name: string): string {
  return `arrival-${name.replaceAll(/[^\w-]/g, '').slice(0, 16)}`;
}
