// A process for built servers, one at a time, each as it runs for users. The test gets its address, and steps its clock.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import { adoptClocks } from './clock/adopted-clocks.mjs';

shareRsaKey();
const { readSettings } = await import('../../dist/server/settings.js');
const { createLog } = await import('../../dist/server/log.js');
const { startServer } = await import('../../dist/server/server.js');

/** Threads that live, and how many new ones end as soon as they have begun, with what they were given. */
const threads = new Set();
let threadsToEnd = 0;
process.on('worker', (thread) => {
  threads.add(thread);
  thread.on('exit', () => threads.delete(thread));
  if (threadsToEnd === 0) return;
  threadsToEnd--;
  void thread.terminate();
});

async function endThreads(next) {
  await Promise.all([...threads].map((thread) => thread.terminate()));
  threadsToEnd = next;
}

// Beside servers whose clocks were stepped, this one starts with their time.
const ahead = Number(process.env.CLOCK_AHEAD ?? 0);
if (ahead !== 0) await adoptClocks(() => ahead);

/** One at a time. */
let server;

async function start(environment) {
  threadsToEnd = 0;
  const settings = readSettings(environment);
  server = await startServer(settings, createLog(settings.logLevel));
  process.send({ url: server.url, setupToken: server.setupToken });
}

/** Whatever would keep this process from ending, but for its own pipes. */
function leftRunning() {
  return process.getActiveResourcesInfo().filter((kind) => kind !== 'PipeWrap');
}

process.on('message', async (message) => {
  if (message.start) return start(message.start);
  if (message.advance !== undefined) server.clock.advance(message.advance);
  if (message.endThreads !== undefined) await endThreads(message.endThreads);
  if (message.close) await server.close();
  process.send({ done: message.id, left: message.close ? leftRunning() : [] });
});
// What Node.js and the packages warn of is seen in the output of the tests.
process.on('warning', (warning) => console.log(warning.stack));
process.on('disconnect', () => process.exit(1));

/** Every database gets an RSA key, which takes a core a seventh of a second to make: those of this process get the same one. */
function shareRsaKey() {
  const { generateKeyPair } = crypto;
  const generate = promisify(generateKeyPair);
  let rsa;
  crypto.generateKeyPair = Object.assign((...args) => generateKeyPair(...args), {
    [promisify.custom]: (type, options) =>
      type === 'rsa' ? (rsa ??= generate(type, options)) : generate(type, options),
  });
  syncBuiltinESMExports();
}
