import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { createHash, timingSafeEqual } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SETTINGS } from '../config/config.module.js';
import { TooManyAttemptsError } from '../auth/auth.errors.js';
import { type Settings } from '../config/settings.js';
import { SecretKey } from '../secret/secret-key.js';
import { WrongSetupTokenError } from './setup.errors.js';

/** Wrong tokens that one address may send in a minute. */
const wrongPerMinute = 10;

/** What the key is for that the token derives from. */
const purpose = 'setup token';

/**
 * The one-time token that proves access to the server's log or data folder, so that no stranger on the network sets the
 * server up first. It derives from the secret key: the same on every server of the installation and after a restart.
 */
@Injectable()
export class SetupToken {
  readonly value: string;
  private readonly file: string;
  private readonly wrong = new RateLimiterMemory({ points: wrongPerMinute, duration: 60 });

  constructor(
    private readonly secretKey: SecretKey,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.value = tokenOf(secretKey.derive(purpose));
    this.file = path.join(settings.dataDir, 'setup-token');
  }

  /** Writes the file `setup-token`, for this user alone. */
  publish(): void {
    writeFileSync(this.file, `${this.value}\n`, { mode: 0o600 });
  }

  withdraw(): void {
    rmSync(this.file, { force: true });
  }

  /**
   * @param address of the caller: too many wrong tokens from there, and it has to wait
   * @throws WrongSetupTokenError
   * @throws TooManyAttemptsError
   */
  async check(given: string | undefined, address: string): Promise<void> {
    const before = await this.wrong.get(address);
    if (before && before.consumedPoints >= wrongPerMinute) throw tooMany(before);
    // The one in another server's folder may be older or newer than a rotation of the secret key.
    this.secretKey.refresh();
    const tokens = this.secretKey.derived(purpose).map(({ bytes }) => tokenOf(bytes));
    if (tokens.some((token) => timingSafeEqual(digest(given ?? ''), digest(token)))) return;
    await this.wrong.penalty(address);
    throw new WrongSetupTokenError();
  }
}

function tokenOf(key: Buffer): string {
  return key.toString('hex').slice(0, 32);
}

function tooMany({ msBeforeNext }: RateLimiterRes): TooManyAttemptsError {
  return new TooManyAttemptsError(Math.max(1, Math.ceil(msBeforeNext / 1000)), 'setup-token');
}

/** Of equal length, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
