import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type EstimateAnswer, type EstimateRequest, type Weakness } from './password-estimator.js';

/** Milliseconds without a request after which the thread ends and gives back the memory of its word lists, about 60 MB. */
const idleMillis = 60_000;

/** Milliseconds for one estimate. The first one also loads the word lists: a second, more on a busy machine. */
const timeoutMillis = 30_000;

export class ThreadEndedError extends Error {}

/** A thread that estimates passwords, one at a time. It exists only while passwords are being chosen. */
class EstimatorThread {
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
  private isBusy = false;

  /**
   * @param onError called when the thread fails, also between two requests
   * @throws ThreadEndedError
   */
  async estimate(request: EstimateRequest, onError: (error: unknown) => void): Promise<Weakness | undefined> {
    clearTimeout(this.idle);
    const worker = (this.worker ??= this.start());
    worker.removeAllListeners('error').on('error', onError);
    this.isBusy = true;
    try {
      return await answerOf(worker, request);
    } catch (error) {
      // It may be stuck. The next request starts another one.
      this.stop(worker);
      throw error;
    } finally {
      this.isBusy = false;
      this.idle = setTimeout(() => this.stop(worker), idleMillis).unref();
    }
  }

  /** Ends the thread if it is at work: the answer would be taken for that of the next request. */
  abandon(): void {
    if (this.isBusy) this.stop(this.worker);
  }

  private start(): Worker {
    const worker = new Worker(new URL('./password-estimator.js', import.meta.url));
    worker.unref();
    worker.on('exit', () => this.forget(worker));
    return worker;
  }

  private stop(worker: Worker | undefined): void {
    this.forget(worker);
    void worker?.terminate();
  }

  private forget(worker: Worker | undefined): void {
    if (this.worker === worker) this.worker = undefined;
  }
}

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

/** One for the process, also where several servers run in it one after the other: loading the word lists takes a third of a second. */
export const estimatorThread = new EstimatorThread();
