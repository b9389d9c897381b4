import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { Counter } from 'prom-client';
import { Metrics } from '../metrics/metrics.js';

/** Milliseconds without a password after which a thread ends and gives its memory back. */
const idleMillis = 60_000;

/**
 * Hashes that a thread has in hand: when it has made one it begins the next, without waiting for the event loop of the server,
 * which is busy just when many sign in.
 */
const tasksPerThread = 4;

/** Hashes passwords, and compares them with hashes, in as many threads as there are processors: no other work waits behind them. */
@Injectable()
export class PasswordHasher implements OnModuleDestroy {
  private readonly comparisonsMade: Counter;
  private readonly threads = new Piscina({
    filename: fileURLToPath(new URL('./password-thread.js', import.meta.url)),
    minThreads: 0,
    maxThreads: os.availableParallelism(),
    idleTimeout: idleMillis,
    concurrentTasksPerWorker: tasksPerThread,
  });

  constructor({ registry }: Metrics) {
    this.comparisonsMade = new Counter({
      name: 'license_server_password_comparisons_total',
      help: 'Passwords compared with an Argon2id hash; passwords that are remembered are not',
      registers: [registry],
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.threads.close({ force: true });
  }

  async hash(password: string): Promise<string> {
    return (await this.threads.run(password, { name: 'hash' })) as string;
  }

  /**
   * Compares a password with what the account's row holds.
   *
   * @param stored an argon2 hash, or the plain text where the row says so; undefined: there is none, which takes as long to answer
   * @param encrypted the row's `password_encrypted`
   */
  async matches(password: string, stored: string | undefined, encrypted: boolean): Promise<boolean> {
    this.comparisonsMade.inc();
    if (stored !== undefined && !encrypted) return timingSafeEqual(digest(password), digest(stored));
    return (await this.threads.run({ password, stored }, { name: 'verify' })) as boolean;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
