import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Logger } from 'pino';
import { LOG } from '../log/log.module.js';
import { type EstimateAnswer, type EstimateRequest, type Weakness } from './password-estimator.js';
import { PasswordQueue, type PasswordRequester } from './password-queue.js';
import { PasswordCheckUnavailableError, TooManyPasswordChecksError } from './user.errors.js';

/** Milliseconds without a request after which the thread ends and gives back the memory of its word lists, about 60 MB. */
const idleMillis = 60_000;

/** Milliseconds for one estimate. The first one also loads the word lists: a second, more on a busy machine. */
const timeoutMillis = 30_000;

/** Estimates the strength of passwords in a thread that exists only while passwords are being chosen. */
@Injectable()
export class PasswordStrength implements OnModuleDestroy {
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
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
    this.stop();
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

  private async estimateOnce(request: EstimateRequest): Promise<Weakness | undefined> {
    clearTimeout(this.idle);
    const worker = (this.worker ??= this.start());
    try {
      return await answerOf(worker, request);
    } catch (error) {
      // It may be stuck. The next request starts another one.
      this.stop();
      throw error;
    } finally {
      this.idle = setTimeout(() => this.stop(), idleMillis).unref();
    }
  }

  private start(): Worker {
    const worker = new Worker(new URL('./password-estimator.js', import.meta.url));
    worker.unref();
    worker.on('error', (error) => this.log.error({ err: error }, 'The thread that checks passwords failed'));
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = undefined;
    });
    return worker;
  }

  private stop(): void {
    clearTimeout(this.idle);
    void this.worker?.terminate();
    this.worker = undefined;
  }
}

class ThreadEndedError extends Error {}

async function answerOf(worker: Worker, request: EstimateRequest): Promise<Weakness | undefined> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(timeoutMillis)]);
  const answered = once(worker, 'message', { signal }).catch((error: unknown) => {
    throw signal.aborted ? error : new ThreadEndedError('The thread failed', { cause: error });
  });
  const exited = once(worker, 'exit', { signal }).then(() => {
    throw new ThreadEndedError('The thread ended before it answered');
  });
  worker.ref();
  try {
    worker.postMessage(request);
    const [{ weakness }] = (await Promise.race([answered, exited])) as [EstimateAnswer];
    return weakness;
  } finally {
    done.abort();
    worker.unref();
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
