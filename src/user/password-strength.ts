import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type Logger } from 'pino';
import { LOG } from '../log/log.module.js';
import { estimatorThread, ThreadEndedError } from './estimator-thread.js';
import { type EstimateRequest, type Weakness } from './password-estimator.js';
import { PasswordQueue, type PasswordRequester } from './password-queue.js';
import { PasswordCheckUnavailableError, TooManyPasswordChecksError } from './user.errors.js';

/** Estimates the strength of passwords in a thread of their own, so that the server keeps answering. */
@Injectable()
export class PasswordStrength implements OnModuleDestroy {
  private readonly queue = new PasswordQueue();

  constructor(@Inject(LOG) private readonly log: Logger) {}

  /**
   * @param names of the person and the organizations, and the e-mail address
   * @returns why the password is too weak; undefined if it is strong enough
   * @throws TooManyPasswordChecksError when the account has too many checks under way
   * @throws PasswordCheckUnavailableError when the thread fails or is too busy: a password is never accepted unchecked
   */
  async weaknessOf(
    password: string,
    names: readonly string[],
    requester: PasswordRequester,
  ): Promise<Weakness | undefined> {
    // A composed letter and its parts look the same and count the same.
    const request = { password: password.normalize('NFC'), words: splitWords(names) };
    try {
      return await this.queue.take(requester, () => this.estimate(request));
    } catch (error) {
      if (error instanceof TooManyPasswordChecksError || error instanceof PasswordCheckUnavailableError) throw error;
      this.log.error({ err: error }, 'A password could not be checked');
      throw new PasswordCheckUnavailableError();
    }
  }

  onModuleDestroy(): void {
    estimatorThread.abandon();
  }

  /** A thread that has ended is replaced once: it may have been short of memory. */
  private async estimate(request: EstimateRequest): Promise<Weakness | undefined> {
    try {
      return await this.estimateOnce(request);
    } catch (error) {
      if (!(error instanceof ThreadEndedError)) throw error;
      this.log.warn('The thread that checks passwords has ended; another one takes over');
      return await this.estimateOnce(request);
    }
  }

  private estimateOnce(request: EstimateRequest): Promise<Weakness | undefined> {
    return estimatorThread.estimate(request, (error) =>
      this.log.error({ err: error }, 'The thread that checks passwords failed'),
    );
  }
}

/** Names of the product, which many people would use. */
const productWords = ['katalon', 'studio', 'katalonstudio', 'license', 'licenseserver', 'license server'];

/** Every estimate compares the password with all of them. */
const maxWords = 200;

function splitWords(names: readonly string[]): string[] {
  const parts = names.flatMap((name) => [name, name.replace(/\s+/g, ''), ...name.split(/[\s@._-]+/)]);
  const words = new Set([...productWords, ...parts].map((word) => word.toLowerCase()));
  return [...words].filter((word) => word.length >= 3).slice(0, maxWords);
}
