import { open } from 'node:fs/promises';

/** Returns when the names in a folder survive a loss of power; Windows does it automatically. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
