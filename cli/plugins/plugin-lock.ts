import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type PluginKind, pluginKinds } from '../../src/plugin/plugin-kind.js';

/** A plugin in a project: what was fetched, and the files it became. */
export interface LockedPlugin {
  name: string;
  version: string;
  kind: PluginKind;
  /** Of the package. */
  sha256: string;
  files: LockedFile[];
}

export interface LockedFile {
  /** In the project, with `/`: `plugins/NAME.jar` or `plugins/platform/NAME.jar`. */
  path: string;
  sha256: string;
}

/** The file in which a project notes its plugins; fit for version control. */
export const lockFileName = 'plugins/plugins.lock.json';

/** A lock file from elsewhere. */
export class LockFileError extends Error {}

/** @throws LockFileError when it is damaged, or names files outside of the project's plugins */
export async function readLock(project: string): Promise<LockedPlugin[]> {
  const file = path.join(project, lockFileName);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    const { plugins } = JSON.parse(text) as { plugins: unknown };
    if (Array.isArray(plugins) && plugins.every(isLockedPlugin)) return plugins;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new LockFileError(`${file} is damaged. Restore it, or delete it and the jars it was about, and fetch again.`);
}

/** Writes the whole file or nothing of it. */
export async function writeLock(project: string, plugins: readonly LockedPlugin[]): Promise<void> {
  const file = path.join(project, lockFileName);
  const sorted = [...plugins].sort((a, b) => compare(keyOf(a), keyOf(b)));
  const text = `${JSON.stringify({ lockfileVersion: 1, plugins: sorted }, null, 2)}\n`;
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** Plugins are the same under names that some file systems take for one. */
export function keyOf({ name }: { name: string }): string {
  return name.toLowerCase();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isLockedPlugin(value: unknown): value is LockedPlugin {
  const { name, version, kind, sha256, files } = (value ?? {}) as Record<keyof LockedPlugin, unknown>;
  return (
    typeof name === 'string' &&
    typeof version === 'string' &&
    pluginKinds.includes(kind as PluginKind) &&
    isHash(sha256) &&
    Array.isArray(files) &&
    files.every((file: Partial<LockedFile> | null) => file !== null && isHash(file.sha256) && isPluginPath(file.path))
  );
}

export function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** What is written in a lock file is deleted one day: nothing but a jar in the folders for them. */
function isPluginPath(value: unknown): boolean {
  return typeof value === 'string' && /^plugins\/(platform\/)?[^/\\:]+\.jar$/i.test(value);
}
