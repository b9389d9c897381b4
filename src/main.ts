import { misspelledSettings } from './config/misspelled-settings.js';
import { readSettings, SettingsError } from './config/settings.js';
import { isDiskFull } from './errors/disk-full.js';
import { createLog } from './log/log.js';
import { ParentLink } from './parent-link.js';
import { type RunningServer, startServer } from './server.js';

/** Found before anything else: it may say something at any time. */
const parent = ParentLink.find();
let server: RunningServer | undefined;
let starting: Promise<RunningServer> | undefined;
let draining = false;
let stopping = false;

/** Milliseconds that a start under way has to come to an end when the server is told to stop. */
const startTimeoutMillis = 10_000;

/** Milliseconds that a server without its parent takes to end. */
const orphanMillis = 3_000;

async function stop(signal: string, exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ signal }, 'Stopping');
  // Stopped while it starts, it must not leave the embedded database behind.
  const timeout = new Promise<undefined>((resolve) => setTimeout(resolve, startTimeoutMillis, undefined));
  const started = server ?? (await Promise.race([starting?.catch(() => undefined), timeout]));
  await started?.close();
  process.exit(exitCode);
}

/** Service managers send this signal; a second signal, or Ctrl-C, skips the wait. */
async function drainAndStop(signal: string): Promise<void> {
  if (!draining && server && settings.drainSeconds > 0) {
    draining = true;
    log.info({ signal, seconds: settings.drainSeconds }, 'Draining');
    await server.drain();
  }
  await stop(signal, 0);
}

/** Another process answers already; idle connections end with this one. */
async function handOver(): Promise<void> {
  if (stopping || !server) return;
  await server.handOver();
  await stop('relieved by another process', 0);
}

/** This server would not be restarted, and the database ends too. */
function followParent(): void {
  setTimeout(() => process.exit(1), orphanMillis).unref();
  void stop('the parent process has gone', 1);
}

const settings = (() => {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
})();
const log = createLog(settings.logLevel);
for (const message of misspelledSettings(process.env)) log.warn(message);
process.on('SIGINT', () => void stop('SIGINT', 0));
process.on('SIGTERM', () => void drainAndStop('SIGTERM'));
parent?.onHandOver(() => void handOver());
parent?.onParentGone(followParent);
parent?.onStop((signal) => void (signal === 'SIGTERM' ? drainAndStop(signal) : stop(signal, 0)));

try {
  starting = startServer(settings, log, () => void stop('the embedded database has ended', 1), parent);
  server = await starting;
} catch (error) {
  log.debug({ err: error }, 'The start failed');
  console.error(`The license server could not start. ${describeError(error as NodeJS.ErrnoException)}`);
  // Settings and files do not get better by trying again.
  process.exit(['SocketUnitError', 'ProvisioningError'].includes((error as Error).name) ? 2 : 1);
}

parent?.ready();
const { setupToken } = server;
if (setupToken) {
  log.info(
    { listening: server.url, url: settings.serverUrl, setup_token: setupToken },
    `Activate this server at ${settings.serverUrl} with the setup token ${setupToken}`,
  );
} else {
  log.info({ listening: server.url, url: settings.serverUrl }, `The license server answers at ${settings.serverUrl}`);
}

function describeError({ code, message }: NodeJS.ErrnoException): string {
  if (isDiskFull({ code })) return `The disk is full (${message}). Make room and start it again.`;
  if (code === 'EADDRINUSE') return `The port ${settings.port} is taken. Choose another one with PORT.`;
  if (code === 'EACCES' && message.includes('listen')) return `This user may not use the port ${settings.port}.`;
  if (['EACCES', 'EPERM', 'EROFS'].includes(code ?? '') && message.includes(settings.dataDir)) {
    return `This user may not write to ${settings.dataDir} (${message}). Let it own the folder, or choose another one with DATA_DIR.`;
  }
  if (code === 'ECONNREFUSED') return `The database does not answer (${message}). Check DATABASE_URL.`;
  return message;
}
