import { DataFolder } from '../../src/config/data-folder.js';
import { type FolderOwner, processLives, thisProcess } from '../../src/config/folder-owner.js';

/**
 * The parent process of the server that works in a data folder, on this machine.
 *
 * @throws Error when there is none that could be sent a signal, in words
 */
export function runningServer(dataDir: string): FolderOwner {
  const owner = DataFolder.ownerOf(dataDir);
  if (!owner) throw noServer(dataDir);
  if (!processLives(owner, thisProcess())) {
    throw new Error(
      `The license server in ${dataDir} (process ${owner.pid} on ${owner.host}) does not run here. Run this command on its machine.`,
    );
  }
  if (!owner.restarts)
    throw new Error(`Process ${owner.pid} uses ${dataDir}, but it is no license server. Try again later.`);
  return owner;
}

export function noServer(dataDir: string): Error {
  return new Error(`No license server runs in ${dataDir}. Start it with \`license-server start\`.`);
}
