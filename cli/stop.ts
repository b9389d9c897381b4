import { readSettings } from '../src/config/settings.js';
import { askToStop } from '../src/config/stop-pipe.js';
import { readConfiguration } from './configuration-file.js';
import { noServer, runningServer } from './running-server.js';

/** `license-server stop`: asks the parent process of the server in the data folder to stop, as SIGTERM does. */
export async function stop({ config }: { config?: string }): Promise<void> {
  const { dataDir } = readSettings(readConfiguration(config).env);
  if (process.platform !== 'win32') process.kill(runningServer(dataDir).pid, 'SIGTERM');
  else if (!(await askToStop(dataDir))) throw noServer(dataDir);
  console.log('The server stops as soon as the requests under way are answered; the log tells.');
}
