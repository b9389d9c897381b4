import { Injectable } from '@nestjs/common';
import { AccessRecord } from '../../audit/access-record.js';
import { clientAddress, networksOf } from '../../http/client-address.js';
import { type User } from '../../user/user.entity.js';
import { UserService } from '../../user/user.service.js';
import { SignInService } from '../sign-in/sign-in.service.js';
import { BrowserSignIn, type Exchange } from './browser-sign-in.js';
import { type PasskeyAnswer } from './dto/passkey.js';
import { PasskeyService } from './passkey.service.js';
import { PasskeyRefusedError } from './second-factor.errors.js';

/** What a passkey signs when it is the only sign-in, whichever account it is of. */
const purpose = 'sign-in';

/** Signing in with a passkey alone: it is in the user's hands, and has verified the user. */
@Injectable()
export class PasskeySignIn {
  constructor(
    private readonly passkeys: PasskeyService,
    private readonly browsers: BrowserSignIn,
    private readonly signIns: SignInService,
    private readonly users: UserService,
    private readonly access: AccessRecord,
  ) {}

  options(): Promise<object> {
    return this.passkeys.requestOptions(purpose);
  }

  /** @throws PasskeyRefusedError */
  async signIn(exchange: Exchange, answer: PasskeyAnswer): Promise<void> {
    const address = clientAddress(exchange.request);
    const user = await this.userOf(answer, address);
    await this.signIns.arrived(user, address);
    await this.browsers.begin(user, exchange, {});
  }

  private async userOf(answer: PasskeyAnswer, address: string): Promise<User> {
    try {
      const id = await this.passkeys.verify({ answer, purpose }, 'unauthenticated');
      const user = await this.users.findById(id);
      if (user && !user.disabledAt) return user;
    } catch (error) {
      if (!(error instanceof PasskeyRefusedError)) throw error;
    }
    await this.access.bounded(networksOf(address).site, {
      actor: { id: null, name: 'unknown account', address },
      change: { action: 'sign-in.failed', details: { grant: 'passkey' } },
    });
    throw new PasskeyRefusedError('unauthenticated');
  }
}
