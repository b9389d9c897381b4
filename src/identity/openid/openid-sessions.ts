import { Injectable } from '@nestjs/common';
import { BrowserSignIn, type Exchange } from '../../auth/second-factor/browser-sign-in.js';
import { SignInService } from '../../auth/sign-in/sign-in.service.js';
import { clientAddress } from '../../http/client-address.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type User } from '../../user/user.entity.js';
import { OpenidSession } from './openid-session.entity.js';

/** A longer ID token is not kept to sign out with. */
const maxIdToken = 16_384;

/** Where else a session has begun. */
export interface SessionOrigin {
  providerId: number;
  subject: string;
  sid: string | undefined;
  idToken: string;
}

/** Begins sessions that a provider can end. */
@Injectable()
export class OpenidSessions {
  constructor(
    private readonly signIns: SignInService,
    private readonly browsers: BrowserSignIn,
    private readonly secretKey: SecretKey,
  ) {}

  /** The provider has asked for whatever the company wants to see: nothing more is asked here. */
  async begin(user: User, exchange: Exchange, { idToken, sid, ...origin }: SessionOrigin): Promise<void> {
    await this.signIns.arrived(user, clientAddress(exchange.request));
    const idTokenSealed = idToken.length <= maxIdToken ? this.secretKey.seal(idToken) : null;
    await this.browsers.begin(user, exchange, {
      begun: async (manager, sessionId) => {
        await manager.insert(OpenidSession, { ...origin, sessionId, sid: sid ?? null, idTokenSealed });
      },
    });
  }
}
