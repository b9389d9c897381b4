import { readSettings, SettingsError } from './config/settings.js';
import { createLog } from './log/log.js';
import { type RunningServer, startServer } from './server.js';

let server: RunningServer | undefined;
let stopping = false;

async function stop(signal: string, exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ signal }, 'Stopping');
  await server?.close();
  process.exit(exitCode);
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
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal, 0));

try {
  server = await startServer(settings, log, () => void stop('the embedded database has ended', 1));
} catch (error) {
  log.debug({ err: error }, 'The start failed');
  console.error(`The license server could not start. ${(error as Error).message}`);
  process.exit(1);
}

const { setupToken } = server;
if (setupToken) {
  log.info(
    { url: settings.serverUrl, setup_token: setupToken },
    `Activate this server at ${settings.serverUrl} with the setup token ${setupToken}`,
  );
} else {
  log.info({ url: settings.serverUrl }, `The license server answers at ${settings.serverUrl}`);
}
