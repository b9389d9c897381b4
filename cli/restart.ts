import { DataFolder } from '../src/config/data-folder.js';
import { processLives, thisProcess } from '../src/config/folder-owner.js';
import { readSettings } from '../src/config/settings.js';
import { readConfiguration } from './configuration-file.js';

/** `license-server restart`: asks the parent process of the server in the data folder for a fresh server process. */
export function restart({ config }: { config?: string }): void {
  const { dataDir } = readSettings(readConfiguration(config).env);
  if (process.platform === 'win32') {
    throw new Error('Windows has no signal for this. Restart the service instead: Restart-Service license-server.');
  }
  const owner = DataFolder.ownerOf(dataDir);
  if (!owner) throw new Error(`No license server runs in ${dataDir}. Start it with \`license-server start\`.`);
  if (!processLives(owner, thisProcess())) {
    throw new Error(
      `The license server in ${dataDir} (process ${owner.pid} on ${owner.host}) does not run here. Restart it where it runs.`,
    );
  }
  if (!owner.restarts)
    throw new Error(`Process ${owner.pid} uses ${dataDir}, but it is no license server. Try again later.`);
  process.kill(owner.pid, 'SIGHUP');
  console.log('A new server process takes over as soon as it answers; the log tells.');
}
