import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { networksOf } from '../../http/client-address.js';
import { canonicalEmail } from '../../text/email-address.js';
import { type User } from '../../user/user.entity.js';
import { type Guess, type GuessGuard } from '../../user/user.service.js';
import { type SignInLimit, TooManyAttemptsError } from '../auth.errors.js';
import { SignInNotices } from './sign-in-notices.js';
import { type HoldLimit, SignInQueue } from './sign-in-queue.js';
import { takeBack, takeTurn } from './sign-in-statements.js';

/** Seconds for which failures count. */
const windowSeconds = 15 * 60;

/** The longest time between two attempts. A throttled account is free again this long after an attack stops. */
const maxSpacingSeconds = 45;

/** Failures within the window before attempts are spaced. Many testers share an address. */
const freeFailures: Record<SignInLimit, number> = {
  'account-and-address': 5,
  account: 20,
  address: 50,
  network: 500,
};

interface Turn {
  familiar: boolean;
  taken: boolean;
  millis: number;
  limit: string | null;
}

/** An account, which may not exist, as somebody tries to sign in to it from somewhere. */
interface Attempt {
  user: User | undefined;
  address: string;
  site: string;
  keys: Record<SignInLimit, string>;
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
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly queue: SignInQueue,
    private readonly notices: SignInNotices,
  ) {}

  /**
   * For attempts to sign in to an account, whether it exists or not.
   *
   * @param hold of a client that waits for its turn; without it a throttled attempt is refused at once
   */
  guard(email: string, address: string, hold?: HoldLimit): GuessGuard {
    const account = digest(canonicalEmail(email));
    const { site, network } = networksOf(address);
    const keys: Record<SignInLimit, string> = {
      'account-and-address': `sign-in:pair ${account} ${site}`,
      account: `sign-in:account ${account}`,
      address: `sign-in:address ${site}`,
      network: `sign-in:network ${network}`,
    };
    return { place: site, admit: (user) => this.admit({ user, address, site, keys, hold: hold }) };
  }

  /** @throws TooManyAttemptsError */
  private async admit(attempt: Attempt): Promise<Guess> {
    const { user, address, keys, hold: hold } = attempt;
    const turn = await this.takeTurn(attempt);
    const limit = limits.find((each) => keys[each] === turn.limit) ?? 'account-and-address';
    if (turn.millis > 0) this.notices.throttled(user, address, limit, keys[limit]);
    if (!turn.taken) throw new TooManyAttemptsError(Math.max(1, Math.ceil(turn.millis / 1000)), limit);
    return {
      turn: turn.millis > 0 && hold ? () => this.queue.wait(turn.millis, hold) : undefined,
      wasRight: (owner) => this.takeBack(attempt, owner, turn.familiar),
      wasWrong: () => this.notices.failed(user, address),
    };
  }

  private async takeTurn({ user, site, keys, hold: hold }: Attempt): Promise<Turn> {
    const scopes = limits.toSorted((a, b) => (keys[a] < keys[b] ? -1 : 1));
    const [turn] = await this.query<[Turn]>(takeTurn, [
      this.clock.offsetMillis,
      scopes.map((scope) => keys[scope]),
      scopes.map((scope) => freeFailures[scope]),
      keys['account-and-address'],
      user?.id ?? null,
      site,
      hold?.millis ?? 0,
      windowSeconds,
      maxSpacingSeconds,
    ]);
    return turn;
  }

  private async takeBack({ keys, site }: Attempt, owner: User, familiar: boolean): Promise<void> {
    const pair = keys['account-and-address'];
    const counted = familiar ? [pair] : Object.values(keys);
    await this.query(takeBack, [this.clock.offsetMillis, counted, pair, owner.id, site]);
  }

  /** Two attempts that both make their counters may meet in the wrong order, once. */
  private async query<T>(text: string, values: unknown[]): Promise<T> {
    try {
      return await this.dataSource.query<T>(text, values);
    } catch (error) {
      if ((error as { code?: string }).code !== deadlockDetected) throw error;
      return this.dataSource.query<T>(text, values);
    }
  }
}

const limits = Object.keys(freeFailures) as SignInLimit[];

/** PostgreSQL's error code. */
const deadlockDetected = '40P01';

/** What people type into the wrong field is not written down. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
