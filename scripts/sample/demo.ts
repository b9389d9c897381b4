import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { KatalonClient, type Package, ServerRefusedError } from '../../test/clients/katalon-client.js';
import { sampleLicense, sampleSettings } from './sample-company.js';
import { ThrowAwayServer } from './throw-away-server.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, port: { type: 'string', default: '0' } },
});
const end = Date.now() + Number(values.seconds) * 1000;
const email = 'ada@example.com';
const password = 'correct horse battery';

/** Somebody at a machine: in the window of Studio, or a pipeline with Runtime Engine. */
interface Tester {
  hostname: string;
  client: KatalonClient;
  active: boolean;
}

const server = await ThrowAwayServer.start({ VENDOR_KEYS: sampleSettings.VENDOR_KEYS, PORT: values.port });
const stopping = new AbortController();
process.on('SIGINT', () => stopping.abort());
process.on('SIGTERM', () => stopping.abort());
try {
  const license = await sampleLicense();
  await server.call('POST', '/api/v1/setup/license', { license }, { 'x-setup-token': server.setupToken });
  const { apiKey } = await server.open(email, password);
  console.log(`A throw-away license server is at ${server.url} for ${values.seconds} seconds (Ctrl-C ends it).
Sign in to its console with ${email} and "${password}", or try its API at ${server.url}/api.
It runs on the license of a sample vendor: 11 seats of Studio, 4 floating ones of Runtime Engine.
`);
  const testers = Array.from({ length: 16 }, (_, index) => testerAt(index, apiKey));
  while (Date.now() < end && !stopping.signal.aborted) {
    const tester = testers[randomInt(testers.length)];
    if (tester) await comeOrGo(tester);
    await delay(700, undefined, { signal: stopping.signal }).catch(() => undefined);
  }
  console.log('\nThe demo is over; nothing of it stays.');
} finally {
  await server.stop();
}

function testerAt(index: number, apiKey: string): Tester {
  const ci = index % 2 === 1;
  const hostname = ci ? `ci-agent-${index}` : `desk-${index}`;
  const kind: Package = ci ? 'FLOATING_ENGINE' : 'KSE';
  const credentials = ci ? { apiKey } : { email, password };
  const client = new KatalonClient({ serverUrl: server.url, package: kind, hostname, ...credentials });
  return { hostname, client, active: false };
}

async function comeOrGo(tester: Tester): Promise<void> {
  const say = (line: string): void => {
    console.log(`${new Date().toISOString().slice(11, 19)}  ${tester.hostname.padEnd(12)}  ${line}`);
  };
  try {
    if (tester.active) {
      await tester.client.release();
      tester.active = false;
      say('gives its seat back');
      return;
    }
    const activation = await tester.client.activate();
    tester.active = true;
    say(`holds a seat of ${activation.organization.name} until ${activation.expirationDate}`);
  } catch (error) {
    if (!(error instanceof ServerRefusedError)) throw error;
    say(`is refused: ${error.message}`);
  }
}
