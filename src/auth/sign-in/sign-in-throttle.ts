import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { RateLimit } from '../../database/rate-limit.js';
import { networksOf } from '../../http/client-address.js';
import { canonicalEmail } from '../../text/email-address.js';
import { type User } from '../../user/user.entity.js';
import { type Guess, type GuessGuard } from '../../user/user.service.js';
import { type SignInLimit, TooManyAttemptsError } from '../auth.errors.js';
import { type CountedAttempt, GuessCounter, type Turn } from './guess-counter.js';
import { SignInNotices } from './sign-in-notices.js';
import { type HoldLimit, SignInQueue } from './sign-in-queue.js';

/**
 * Codes of an app that an account may send within a day from places where it has not sent a right one. Three of a million are right at
 * any moment: someone with the password who tries as many every day needs years. Recovery codes and passkeys still work.
 */
const codesPerDay = 50;

/** Milliseconds after which an attempt whose turn would come too late asks again for one. */
const retryMillis = 10_000;

type CountedLimit = Exclude<SignInLimit, 'codes'>;

/** Failures within the window before attempts are spaced. Many testers share an address. */
const freeFailures: Record<CountedLimit, number> = {
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
  keys: Record<CountedLimit, string>;
  /** What is guessed at: a password, or after the right one a code of an app or a recovery code. */
  secret: 'password' | 'app-code' | 'recovery-code';
  hold: HoldLimit | undefined;
}

/**
 * Makes guessing passwords slow, across all servers of a database. Failures are counted per account and address, account,
 * address and network; beyond the free ones attempts are spaced by twice as long each time. Where an account has signed in
 * before, only its own failures there count, so other people's guesses do not lock anyone out of their own workplace.
 */
@Injectable()
export class SignInThrottle {
  private readonly codesOfDay: RateLimit;

  constructor(
    @InjectDataSource() dataSource: DataSource,
    private readonly counter: GuessCounter,
    private readonly queue: SignInQueue,
    private readonly notices: SignInNotices,
  ) {
    this.codesOfDay = new RateLimit(dataSource, 'codes-of-day', codesPerDay, 86_400);
  }

  /**
   * For attempts to sign in to accounts, whether they exist or not.
   *
   * @param hold of a client that waits for its turn; without it a throttled attempt is refused at once
   */
  guard(address: string, hold?: HoldLimit): GuessGuard {
    const { site } = networksOf(address);
    const admit: GuessGuard['admit'] = (email, user) =>
      this.admit({ user, address, site, keys: keysOf('sign-in', email, address), secret: 'password', hold });
    return { place: site, address, admit };
  }

  /**
   * For a code of the second step. Codes have counters of their own, for a right password takes back what was counted for passwords; and
   * only a right code makes a place familiar.
   *
   * @throws TooManyAttemptsError
   */
  admitCode(user: User, address: string, secret: 'app-code' | 'recovery-code'): Promise<Guess> {
    const site = `second-factor ${networksOf(address).site}`;
    const keys = keysOf('second-factor', user.email, address);
    return this.admit({ user, address, site, keys, secret, hold: undefined });
  }

  /** @throws TooManyAttemptsError */
  private async admit(attempt: Attempt): Promise<Guess> {
    const { user, keys, hold } = attempt;
    const counted = countedAs(attempt);
    let turn = await this.counter.take(counted, hold?.millis ?? 0);
    const limit = limits.find((each) => keys[each] === turn.limit) ?? 'account-and-address';
    if (turn.millis > 0) this.throttled(attempt, limit, keys[limit]);
    if (!turn.taken && !hold) throw tooMany(turn, limit);
    if (attempt.secret === 'app-code' && !turn.familiar) await this.countOfDay(attempt);
    return {
      turn:
        turn.millis > 0 && hold ? async () => void (turn = await this.awaited(turn, limit, counted, hold)) : undefined,
      wasRight: (owner) => this.counter.takeBack(counted, owner.id, turn),
      wasWrong: () => this.notices.failed(user, triedOf(attempt)),
    };
  }

  /**
   * Waits for a turn, on which nothing is known before. The turn of an attempt that would come too late comes earlier when another one at
   * the same counter was right.
   *
   * @returns the turn that has come
   * @throws TooManyAttemptsError when none has
   */
  private async awaited(first: Turn, limit: SignInLimit, counted: CountedAttempt, hold: HoldLimit): Promise<Turn> {
    let turn = first;
    const leave = turn.taken ? undefined : this.queue.joinLate(turn.limit);
    if (!turn.taken && !leave) throw tooMany(turn, limit);
    try {
      for (let left = hold.millis; !turn.taken;) {
        if (left <= 0) throw tooMany(turn, limit);
        const pause = Math.min(left, retryMillis);
        await this.queue.wait(pause, hold);
        left -= pause;
        turn = await this.counter.take(counted, left);
      }
    } finally {
      leave?.();
    }
    await this.queue.wait(turn.millis, hold);
    return turn;
  }

  private throttled(attempt: Attempt, limit: SignInLimit, key: string): void {
    this.notices.throttled({ user: attempt.user, ...triedOf(attempt) }, limit, key);
  }

  /** @throws TooManyAttemptsError */
  private async countOfDay(attempt: Attempt): Promise<void> {
    const seconds = await this.codesOfDay.take(String(attempt.user?.id));
    if (seconds === 0) return;
    this.throttled(attempt, 'codes', `codes of ${attempt.user?.id}`);
    throw new TooManyAttemptsError(seconds, 'codes');
  }
}

function tooMany({ millis }: Turn, limit: SignInLimit): TooManyAttemptsError {
  return new TooManyAttemptsError(Math.max(1, Math.ceil(millis / 1000)), limit);
}

function triedOf({ address, secret }: Attempt): { address: string; isCode: boolean } {
  return { address, isCode: secret !== 'password' };
}

function keysOf(prefix: string, email: string, address: string): Record<CountedLimit, string> {
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

const limits = Object.keys(freeFailures) as CountedLimit[];

/** What people type into the wrong field is not written down. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
