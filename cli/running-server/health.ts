import { setTimeout as delay } from 'node:timers/promises';
import { readSettings } from '../../src/config/settings.js';
import { askServer } from './ask-server.js';
import { readConfiguration } from '../configuration/configuration-file.js';
import { UsageError } from '../usage-error.js';

interface HealthOptions {
  config?: string;
  ready?: boolean;
  /** Seconds. */
  wait?: string;
}

/**
 * `license-server health`: asks the server on this machine, as monitoring does.
 *
 * @throws Error when it does not answer that it is well, within the seconds to wait
 */
export async function health({ config, ready, wait = '0' }: HealthOptions): Promise<void> {
  const seconds = Number(wait);
  if (!(seconds >= 0 && seconds <= 3600)) throw new UsageError('--wait needs a number of seconds, at most 3600.');
  const settings = readSettings(readConfiguration(config).env);
  const path = ready ? '/health/ready' : '/health/live';
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await askServer(settings, path);
    if (answer?.status === 200) {
      console.log(`The license server on port ${settings.port} is ${ready ? 'ready' : 'alive'}.`);
      return;
    }
    if (Date.now() >= end) throw new Error(describe(settings.port, answer));
    await delay(500);
  }
}

function describe(port: number, answer: { status: number; body: string } | undefined): string {
  if (!answer) return `Nothing answers on port ${port}.`;
  return `The server on port ${port} answers with status ${answer.status}: ${answer.body}`;
}
