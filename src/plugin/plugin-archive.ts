import { createHash } from 'node:crypto';
import { type Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { type PluginView } from './dto/plugin.js';
import { packageFileName } from './file-name.js';
import { projectFolder } from './plugin-kind.js';
import { type PluginStore } from './plugin-store.js';

/** All packages as one zip, made while it is sent. */
export interface PluginArchive {
  contents: Readable;
  /** Bytes it will have. */
  size: number;
}

/**
 * Packs packages as a project holds them: `plugins/NAME-VERSION.jar`, `plugins/platform/…` for plugins of Studio. Packages
 * are compressed already and go in as they are, one after the other; nothing but a piece of one is in memory.
 */
export async function packArchive(plugins: readonly PluginView[], store: PluginStore): Promise<PluginArchive> {
  const zip = new ZipFile();
  const contents = zip.outputStream as Readable;
  let current: Readable | undefined;
  const names = new Set<string>();
  for (const plugin of plugins) {
    const name = uniqueName(`${projectFolder[plugin.kind]}/`, plugin, names);
    const options = { size: plugin.size, compress: false, mtime: plugin.uploadedAt, mode: 0o100644 };
    zip.addReadStreamLazy(name, options, (done) => {
      current = store.read(plugin.sha256);
      // A file that fails in the middle ends the connection: half an archive must not look like one.
      current.on('error', (error) => contents.destroy(error));
      done(null, current);
    });
  }
  zip.on('error', (error: Error) => contents.destroy(error));
  contents.on('close', () => current?.destroy());
  const size = await new Promise<number>((resolve) => zip.end(undefined, resolve as () => void));
  return { contents, size };
}

/** Strong, for the archive depends on nothing but the packages in it. */
export function archiveTag(plugins: readonly PluginView[]): string {
  const hash = createHash('sha256');
  for (const { kind, fileName, sha256, uploadedAt } of plugins) {
    hash.update(JSON.stringify([kind, fileName, sha256, uploadedAt]));
  }
  return `"${hash.digest('hex')}"`;
}

/** Different names can become the same on a disk. */
function uniqueName(folder: string, plugin: PluginView, names: Set<string>): string {
  for (let count = 1; ; count++) {
    const version = count === 1 ? plugin.version : `${plugin.version}-${count}`;
    const name = folder + packageFileName({ name: plugin.name, version, packaging: plugin.packaging });
    const key = name.toLowerCase();
    if (names.has(key)) continue;
    names.add(key);
    return name;
  }
}
