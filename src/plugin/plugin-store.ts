import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Readable } from 'node:stream';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { syncFolder } from '../config/sync-folder.js';
import { PluginStorageFullError, PluginTooLargeError } from './plugin.errors.js';

/** A file that has arrived and belongs to nothing yet. */
export interface ReceivedFile {
  path: string;
  size: number;
  sha256: string;
}

/** No room, no quota, or a limit on the size of files: what an administrator has to change. */
const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** An upload that is silent for longer has been given up long ago. */
const abandonedMillis = 60 * 60 * 1000;

/**
 * The files of the library in {@link Settings.pluginDir}: `ab/abcdef…`, by their SHA-256, so that the same package is there
 * once, and `incoming/` for what is on its way. A file gets its place by a rename, whole or not at all.
 */
@Injectable()
export class PluginStore {
  private readonly folder: string;
  private readonly incoming: string;
  /** The folder in the server's own data folder has no other user. */
  private readonly own: boolean;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.folder = settings.pluginDir;
    this.incoming = path.join(settings.pluginDir, 'incoming');
    this.own = !path.relative(settings.dataDir, settings.pluginDir).startsWith('..');
  }

  /** A path for a file that is needed for a while; in the same file system as its place. */
  temporaryFile(): string {
    return path.join(this.incoming, randomUUID());
  }

  /**
   * Writes what comes to the disk, and returns when it is safe there. When it breaks off, nothing is left.
   *
   * @param largest bytes, at most
   * @throws PluginTooLargeError as soon as there are more
   * @throws PluginStorageFullError
   */
  async receive(contents: Readable, largest: number): Promise<ReceivedFile> {
    const file = this.temporaryFile();
    const hash = createHash('sha256');
    let size = 0;
    let handle: FileHandle | undefined;
    try {
      await mkdir(this.incoming, { recursive: true });
      handle = await open(file, 'wx');
      for await (const chunk of contents as AsyncIterable<Buffer>) {
        hash.update(chunk);
        size += chunk.length;
        if (size > largest) throw new PluginTooLargeError(largest);
        await handle.writeFile(chunk);
      }
      await handle.sync();
      await handle.close();
      return { path: file, size, sha256: hash.digest('hex') };
    } catch (error) {
      await handle?.close().catch(() => undefined);
      await this.discard(file);
      throw storageError(error);
    }
  }

  /** Removes a temporary file, if it is there. */
  async discard(file: string): Promise<void> {
    await rm(file, { force: true });
  }

  /** Moves a received file to its place; one that is there already is the same. The caller holds the lock of its hash. */
  async keep({ path: file, sha256 }: ReceivedFile): Promise<void> {
    const place = this.placeOf(sha256);
    try {
      const folder = path.dirname(place);
      await mkdir(folder, { recursive: true });
      await rename(file, place);
      await syncFolder(folder);
    } catch (error) {
      throw storageError(error);
    }
  }

  /** Removes the file of a hash. The caller holds its lock, and has seen that nothing refers to it. */
  async remove(sha256: string): Promise<void> {
    await rm(this.placeOf(sha256), { force: true });
  }

  /** Bytes of a file; undefined: it is not here. */
  async sizeOf(sha256: string): Promise<number | undefined> {
    try {
      return (await stat(this.placeOf(sha256))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  read(sha256: string, range?: { start: number; end: number }): ReadStream {
    return createReadStream(this.placeOf(sha256), { ...range, highWaterMark: 256 * 1024 });
  }

  /** All hashes for which there is a file, in portions. */
  async *hashes(): AsyncGenerator<string[]> {
    for (const name of await namesIn(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(name)) continue;
      const files = await namesIn(path.join(this.folder, name));
      const hashes = files.filter((file) => /^[0-9a-f]{64}$/.test(file));
      if (hashes.length > 0) yield hashes;
    }
  }

  /** Removes what uploads have left that ended with their server. */
  async clearIncoming(atStart: boolean): Promise<void> {
    for (const name of await namesIn(this.incoming)) {
      const file = path.join(this.incoming, name);
      const modified = (await stat(file).catch(() => undefined))?.mtimeMs ?? Infinity;
      if ((atStart && this.own) || modified < Date.now() - abandonedMillis) await this.discard(file);
    }
  }

  private placeOf(sha256: string): string {
    return path.join(this.folder, sha256.slice(0, 2), sha256);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Tells "no room" from all other trouble. */
export function storageError(error: unknown): unknown {
  return noRoom.has((error as NodeJS.ErrnoException).code ?? '') ? new PluginStorageFullError() : error;
}
