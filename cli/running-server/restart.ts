import { readSettings } from '../../src/config/settings.js';
import { readConfiguration } from '../configuration/configuration-file.js';
import { runningServer } from './running-server.js';

/** `license-server restart`: asks the parent process of the server in the data folder for a fresh server process. */
export function restart({ config }: { config?: string }): void {
  const { dataDir } = readSettings(readConfiguration(config).env);
  if (process.platform === 'win32') {
    throw new Error('Windows has no signal for this. Restart the service instead: Restart-Service license-server.');
  }
  process.kill(runningServer(dataDir).pid, 'SIGHUP');
  console.log('A new server process takes over as soon as it answers; the log tells.');
}
