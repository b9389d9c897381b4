import { setTimeout as wait } from 'node:timers/promises';
import { processLives, thisProcess } from '../../src/config/folder-owner.js';
import { readSettings } from '../../src/config/settings.js';
import { stopOwner } from '../../src/config/stop-pipe.js';
import { readConfiguration } from '../configuration/configuration-file.js';
import { noServer, runningServer } from './running-server.js';

/** `license-server stop`: has the parent process of the server in the data folder stop, as SIGTERM does, and waits for its end. */
export async function stop({ config }: { config?: string }): Promise<void> {
  const { dataDir } = readSettings(readConfiguration(config).env);
  if (process.platform === 'win32') {
    if (!(await stopOwner(dataDir))) throw noServer(dataDir);
  } else {
    const owner = runningServer(dataDir);
    process.kill(owner.pid, 'SIGTERM');
    while (processLives(owner, thisProcess())) await wait(50);
  }
  console.log('The server has stopped.');
}
