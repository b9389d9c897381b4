import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { networksOf } from '../../http/client-address.js';
import { canonicalEmail } from '../../text/email-address.js';
import { type User } from '../../user/user.entity.js';
import { type Guess, type GuessGuard } from '../../user/user.service.js';
import { type SignInLimit, TooManyAttemptsError } from '../auth.errors.js';
import { type CountedAttempt, GuessCounter } from './guess-counter.js';
import { SignInNotices } from './sign-in-notices.js';
import { type HoldLimit, SignInQueue } from './sign-in-queue.js';

/** Failures within the window before attempts are spaced. Many testers share an address. */
const freeFailures: Record<SignInLimit, number> = {
  'account-and-address': 5,
  account: 20,
  address: 50,
  network: 500,
};

/** An account, which may not exist, and the address from which a caller tries to sign in to it. */
interface Attempt {
  user: User | undefined;
  address: string;
  site: string;
  keys: Record<SignInLimit, string>;
  /** The password was right, and a code is guessed at. */
  isCode: boolean;
  hold: HoldLimit | undefined;
}

/**
 * Makes guessing passwords slow, across all servers of a database. Failures are counted per account and address, account,
 * address and network; beyond the free ones attempts are spaced by twice as long each time. Where an account has signed in
 * before, only its own failures there count, so other people's guesses do not lock anyone out of their own workplace.
 */
@Injectable()
export class SignInThrottle {
  constructor(
    private readonly counter: GuessCounter,
    private readonly queue: SignInQueue,
    private readonly notices: SignInNotices,
  ) {}

  /**
   * For attempts to sign in to an account, whether it exists or not.
   *
   * @param hold of a client that waits for its turn; without it a throttled attempt is refused at once
   */
  guard(email: string, address: string, hold?: HoldLimit): GuessGuard {
    const { site } = networksOf(address);
    const keys = keysOf('sign-in', email, address);
    return { place: site, address, admit: (user) => this.admit({ user, address, site, keys, isCode: false, hold }) };
  }

  /**
   * For codes of the second step. They have counters of their own, for a right password takes back what was counted for passwords; and
   * only a right code makes a place familiar.
   */
  codeGuard(email: string, address: string): GuessGuard {
    const site = `second-factor ${networksOf(address).site}`;
    const keys = keysOf('second-factor', email, address);
    return {
      place: site,
      address,
      admit: (user) => this.admit({ user, address, site, keys, isCode: true, hold: undefined }),
    };
  }

  /** @throws TooManyAttemptsError */
  private async admit(attempt: Attempt): Promise<Guess> {
    const { user, keys, hold } = attempt;
    const counted = countedAs(attempt);
    const turn = await this.counter.take(counted, hold?.millis ?? 0);
    const limit = limits.find((each) => keys[each] === turn.limit) ?? 'account-and-address';
    if (turn.millis > 0) this.notices.throttled(attempt, limit, keys[limit]);
    if (!turn.taken) throw new TooManyAttemptsError(Math.max(1, Math.ceil(turn.millis / 1000)), limit);
    return {
      turn: turn.millis > 0 && hold ? () => this.queue.wait(turn.millis, hold) : undefined,
      wasRight: (owner) => this.counter.takeBack(counted, owner.id, turn),
      wasWrong: () => this.notices.failed(user, attempt),
    };
  }
}

function keysOf(prefix: string, email: string, address: string): Record<SignInLimit, string> {
  const account = digest(canonicalEmail(email));
  const { site, network } = networksOf(address);
  return {
    'account-and-address': `${prefix}:pair ${account} ${site}`,
    account: `${prefix}:account ${account}`,
    address: `${prefix}:address ${site}`,
    network: `${prefix}:network ${network}`,
  };
}

function countedAs({ user, site, keys }: Attempt): CountedAttempt {
  const scopes = limits
    .map((limit) => ({ key: keys[limit], free: freeFailures[limit] }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return { scopes, pair: keys['account-and-address'], userId: user?.id ?? null, site };
}

const limits = Object.keys(freeFailures) as SignInLimit[];

/** What people type into the wrong field is not written down. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
