import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { type RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { rateLimiter } from '../database/rate-limit.js';
import { canonicalEmail } from '../http/fields.js';
import { type GuessGuard } from '../user/user.service.js';
import { TooManyAttemptsError } from './auth.errors.js';

/** Seconds for which failures count. */
const windowSeconds = 15 * 60;
/** No wait is longer: nobody can keep somebody else out for good. */
const longestWaitSeconds = 60;
/** Seconds for which an address from which an account has signed in is known to be its own. */
const knownSeconds = 30 * 24 * 3600;

/** Failures within the window before waits begin. Many testers may share an address. */
const freeFailures = { pair: 5, account: 20, address: 50 };
type Scope = keyof typeof freeFailures;

/**
 * Makes guessing passwords slow, on all servers of a database together. Failures are counted per account and address, per
 * account, and per address; beyond the free ones each attempt has to wait twice as long as the one before. Where an account has
 * signed in from before, only its own failures there count, so strangers' guesses do not keep anybody from their work.
 */
@Injectable()
export class SignInThrottle {
  private readonly failures: RateLimiterPostgres;
  private readonly waits: RateLimiterPostgres;
  private readonly known: RateLimiterPostgres;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.failures = rateLimiter(dataSource, 'failures', 1, windowSeconds);
    this.waits = rateLimiter(dataSource, 'wait', 1, longestWaitSeconds);
    this.known = rateLimiter(dataSource, 'known', 1, knownSeconds);
  }

  /** For attempts to sign in to an account, whether it exists or not. */
  guard(email: string, address: string): GuessGuard {
    const account = digest(canonicalEmail(email));
    const keys: Record<Scope, string> = {
      pair: `pair ${account} ${address}`,
      account: `account ${account}`,
      address: `address ${address}`,
    };
    return {
      admit: async () => {
        const known = await this.known.get(keys.pair);
        const familiar = known !== null;
        const scopes: Scope[] = familiar ? ['pair'] : ['pair', 'account', 'address'];
        // Counted before the password is looked at: a hundred guesses at the same moment are a hundred guesses.
        for (const scope of scopes) await this.count(scope, keys[scope]);
        return {
          wasRight: async () => {
            if (!known || known.msBeforeNext < (knownSeconds * 1000) / 2)
              await this.known.set(keys.pair, 1, knownSeconds);
            await this.failures.delete(keys.pair);
            for (const scope of scopes) if (scope !== 'pair') await this.failures.reward(keys[scope]);
          },
        };
      },
    };
  }

  /** @throws TooManyAttemptsError */
  private async count(scope: Scope, key: string): Promise<void> {
    const { consumedPoints } = await this.failures.penalty(key);
    const beyond = consumedPoints - freeFailures[scope];
    if (beyond <= 0) return;
    const wait = Math.min(2 ** Math.min(beyond - 1, 10), longestWaitSeconds);
    try {
      await this.waits.consume(key, 1, { customDuration: wait });
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new TooManyAttemptsError(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)));
    }
  }
}

/** What people type into the wrong field is not written down. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
