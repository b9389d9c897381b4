import { Worker } from 'node:worker_threads';
import { Turns } from '../database/turns.js';
import { type EstimateAnswer, type EstimateRequest, type Weakness } from './password-estimator.js';

/** Milliseconds without a question after which the estimator's memory is given back, about 100 MB of words. */
const idleMillis = 60_000;

/** Asks the estimator in its thread, which exists only while somebody chooses a password. */
class Estimator {
  private worker: Worker | undefined;
  private idle: NodeJS.Timeout | undefined;
  private readonly turns = new Turns(1);
  private lastId = 0;

  /** @returns why the password is too weak; undefined: it is strong enough */
  ask(password: string, words: string[]): Promise<Weakness | undefined> {
    return this.turns.take(async () => {
      clearTimeout(this.idle);
      const worker = (this.worker ??= this.start());
      const request: EstimateRequest = { id: ++this.lastId, password, words };
      try {
        return await answerOf(worker, request);
      } finally {
        this.idle = setTimeout(() => this.stop(), idleMillis).unref();
      }
    });
  }

  private start(): Worker {
    const worker = new Worker(new URL('./password-estimator.js', import.meta.url));
    worker.unref();
    // A thread that has failed is replaced by the next question.
    worker.on('error', () => this.stop());
    return worker;
  }

  private stop(): void {
    void this.worker?.terminate();
    this.worker = undefined;
  }
}

async function answerOf(worker: Worker, request: EstimateRequest): Promise<Weakness | undefined> {
  worker.ref();
  try {
    return await new Promise((resolve, reject) => {
      const end = (): void => {
        worker.off('message', heard).off('error', failed);
      };
      const heard = ({ id, weakness }: EstimateAnswer): void => {
        if (id !== request.id) return;
        end();
        resolve(weakness);
      };
      const failed = (error: unknown): void => {
        end();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      worker.on('message', heard).on('error', failed);
      worker.postMessage(request);
    });
  } finally {
    worker.unref();
  }
}

const estimator = new Estimator();

/** The product's names, which many would choose for it. */
const productWords = ['katalon', 'studio', 'katalonstudio', 'license', 'licenseserver', 'license server'];

/**
 * Why a password is too weak for an account.
 *
 * @param names of the person and the organizations, and the e-mail address: what others would try first
 */
export async function weaknessOf(password: string, names: readonly string[]): Promise<Weakness | undefined> {
  const parts = names.flatMap((name) => [name, name.replace(/\s+/g, ''), ...name.split(/[\s@._-]+/)]);
  const words = [...new Set([...productWords, ...parts].map((word) => word.toLowerCase()))];
  // Letters that are not composed would be counted twice.
  return estimator.ask(password.normalize('NFC'), words.filter((word) => word.length >= 3).slice(0, 200));
}
