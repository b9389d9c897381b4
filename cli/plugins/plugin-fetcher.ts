import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { packageFileName, safeFileName } from '../../src/plugin/file-name.js';
import { limitsFor } from '../../src/plugin/package-limits.js';
import { projectFolder } from '../../src/plugin/plugin-kind.js';
import { readPackage } from '../../src/plugin/plugin-package.js';
import { fileHashOf, type ListedPlugin, PluginLibrary } from './plugin-library.js';
import { keyOf, type LockedFile, type LockedPlugin, readLock, writeLock } from './plugin-lock.js';

export interface FetchOptions {
  /** The Server URL. */
  server: string;
  /** Folder of the Katalon project. */
  project: string;
  /** An API key, or an access token. */
  apiKey: string;
  /** Whose private plugins are to come with the public ones. */
  organizationId?: number;
  /** Changes nothing; the report says what would be done. */
  dryRun?: boolean;
  /** Removes what was fetched once and is no longer in the library. */
  prune?: boolean;
  report?: FetchReport;
}

/** What is done with a plugin: where there was none, instead of another version or damaged files, or nothing. */
export type FetchAction = 'add' | 'update' | 'restore' | 'keep' | 'remove' | 'leave';

/** For the user who watches. */
export interface FetchReport {
  /** What is going to be done, once it is known. `before`: the version that is there. */
  planned(action: FetchAction, plugin: { name: string; version: string }, before?: string): void;
  progress(plugin: { name: string; version: string }, bytes: number, size: number): void;
  done(action: FetchAction, plugin: { name: string; version: string }, files: readonly string[]): void;
}

/** Plugins by what was, or would be, done with them. */
export type FetchResult = Record<FetchAction, { name: string; version: string }[]>;

/** Something is in the way that this tool has not put there. */
export class ForeignFileError extends Error {}

/**
 * Brings the plugins of a project to the state of the server's library: keywords into `plugins`, plugins of Studio into
 * `plugins/platform`, unpacked to their jars. Only what differs is loaded, and a download that broke off goes on where it was.
 * Each plugin is replaced as a whole, when all of it is there and checked; files that were not fetched are never touched.
 *
 * @throws RefusedError, UnreachableError, ChecksumError: the server
 * @throws InvalidPackageError: a package that is unsafe to unpack
 * @throws LockFileError, ForeignFileError: the project
 */
export async function fetchPlugins(options: FetchOptions): Promise<FetchResult> {
  await checkProject(options.project);
  const library = new PluginLibrary(options.server, options.apiKey, options.organizationId);
  return new Fetch(options, library).run();
}

/** One run. */
class Fetch {
  private readonly project: string;
  /** Downloads on their way, and what is being unpacked. */
  private readonly staging: string;
  private locked = new Map<string, LockedPlugin>();
  private readonly result: FetchResult = { add: [], update: [], restore: [], keep: [], remove: [], leave: [] };

  constructor(
    private readonly options: FetchOptions,
    private readonly library: PluginLibrary,
  ) {
    this.project = options.project;
    this.staging = path.join(this.project, 'plugins', '.fetch');
  }

  async run(): Promise<FetchResult> {
    const wanted = await this.library.newest();
    this.locked = new Map((await readLock(this.project)).map((plugin) => [keyOf(plugin), plugin]));
    const targets = targetsOf(wanted);
    const todo: { action: FetchAction; plugin: ListedPlugin }[] = [];
    for (const plugin of wanted) {
      const before = this.locked.get(keyOf(plugin));
      const action = await this.actionFor(plugin, before, targets.get(plugin) ?? []);
      this.note(action, plugin, before?.version);
      if (action !== 'keep') todo.push({ action, plugin });
    }
    const names = new Set(wanted.map(keyOf));
    const gone = [...this.locked.values()].filter((plugin) => !names.has(keyOf(plugin)));
    for (const plugin of gone) this.note(this.options.prune ? 'remove' : 'leave', plugin);
    if (this.options.dryRun) return this.result;

    for (const { action, plugin } of todo) {
      const files = await this.install(plugin, targets.get(plugin) ?? []);
      this.options.report?.done(action, plugin, files);
    }
    if (this.options.prune) for (const plugin of gone) await this.remove(plugin);
    // All that is wanted is in its place; leftovers are not resumed.
    await rm(this.staging, { recursive: true, force: true });
    return this.result;
  }

  private note(action: FetchAction, plugin: { name: string; version: string }, before?: string): void {
    this.result[action].push({ name: plugin.name, version: plugin.version });
    this.options.report?.planned(action, plugin, before);
  }

  private async actionFor(
    plugin: ListedPlugin,
    before: LockedPlugin | undefined,
    targets: readonly string[],
  ): Promise<FetchAction> {
    if (!before) return 'add';
    if (before.sha256 !== plugin.sha256 || before.version !== plugin.version || before.kind !== plugin.kind) {
      return 'update';
    }
    const same =
      before.files.length === targets.length && before.files.every(({ path: file }) => targets.includes(file));
    if (!same) return 'update';
    for (const file of before.files) if (!(await this.isThere(file))) return 'restore';
    return 'keep';
  }

  private async isThere({ path: file, sha256 }: LockedFile): Promise<boolean> {
    try {
      return (await fileHashOf(path.join(this.project, file))) === sha256;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  /** @returns the plugin's files */
  private async install(plugin: ListedPlugin, targets: readonly string[]): Promise<string[]> {
    await mkdir(this.staging, { recursive: true });
    const download = path.join(this.staging, `${plugin.sha256}.part`);
    await this.library.download(plugin, download, (bytes) => this.options.report?.progress(plugin, bytes, plugin.size));
    const unpacked: string[] = [];
    try {
      const limits = limitsFor(Math.max(plugin.size, 512 * 1024 * 1024));
      const { jars, packaging } = await readPackage(
        download,
        plugin.packaging === 'jar' ? 'x.jar' : 'x.zip',
        limits,
        () => {
          const file = path.join(this.staging, randomUUID());
          unpacked.push(file);
          return file;
        },
      );
      if (packaging !== plugin.packaging || jars.length !== targets.length) {
        throw new Error(`${plugin.name} ${plugin.version} holds other jars than the server says.`);
      }
      const files = await Promise.all(
        jars.map(async ({ file }, index) => ({
          from: file,
          path: targets[index] ?? '',
          sha256: await fileHashOf(file),
        })),
      );
      await this.checkWay(files);
      await this.place(plugin, files);
      return files.map((file) => file.path);
    } finally {
      for (const file of unpacked) await rm(file, { force: true });
    }
  }

  /** A file in the way is replaced only if it was fetched, or is the same. */
  private async checkWay(files: readonly LockedFile[]): Promise<void> {
    const fetched = new Set([...this.locked.values()].flatMap((plugin) => plugin.files.map((file) => file.path)));
    for (const file of files) {
      const exists = await stat(path.join(this.project, file.path)).catch(() => undefined);
      if (exists && !fetched.has(file.path) && !(await this.isThere(file))) {
        throw new ForeignFileError(
          `${file.path} is there and was not fetched from the library. Move it away, then fetch again.`,
        );
      }
    }
  }

  private async place(plugin: ListedPlugin, files: readonly (LockedFile & { from: string })[]): Promise<void> {
    const key = keyOf(plugin);
    const before = this.locked.get(key)?.files ?? [];
    await mkdir(path.join(this.project, projectFolder[plugin.kind]), { recursive: true });
    for (const file of files) await rename(file.from, path.join(this.project, file.path));
    const { name, version, kind, sha256 } = plugin;
    const kept = files.map((file) => ({ path: file.path, sha256: file.sha256 }));
    this.locked.set(key, { name, version, kind, sha256, files: kept });
    await this.removeUnused(before);
    await writeLock(this.project, [...this.locked.values()]);
  }

  private async remove(plugin: LockedPlugin): Promise<void> {
    this.locked.delete(keyOf(plugin));
    await this.removeUnused(plugin.files);
    await writeLock(this.project, [...this.locked.values()]);
    this.options.report?.done('remove', plugin, []);
  }

  /** Removes files of a former version that belong to nothing now. */
  private async removeUnused(files: readonly LockedFile[]): Promise<void> {
    const used = new Set(
      [...this.locked.values()].flatMap((plugin) => plugin.files.map((file) => file.path.toLowerCase())),
    );
    for (const file of files) {
      if (!used.has(file.path.toLowerCase())) await rm(path.join(this.project, file.path), { force: true });
    }
  }
}

/**
 * Where the jars of each plugin go. A jar keeps its name; when another plugin has one of that name, it is prefixed with its
 * plugin's, which depends on nothing but the list.
 */
function targetsOf(plugins: readonly ListedPlugin[]): Map<ListedPlugin, string[]> {
  const taken = new Set<string>();
  const targets = new Map<ListedPlugin, string[]>();
  for (const plugin of plugins) {
    const whole = packageFileName({ ...plugin, packaging: 'jar' });
    const names =
      plugin.packaging === 'jar' ? [whole] : plugin.jars.map((jar) => safeFileName(path.posix.basename(jar)));
    targets.set(
      plugin,
      names.map((name) => {
        const folder = `${projectFolder[plugin.kind]}/`;
        const prefix = safeFileName(`${plugin.name}-${plugin.version}`);
        const choices = [
          name,
          `${prefix}-${name}`,
          ...Array.from({ length: 1000 }, (_, n) => `${prefix}-${n + 2}-${name}`),
        ];
        const choice = choices.find((each) => !taken.has((folder + each).toLowerCase())) ?? name;
        taken.add((folder + choice).toLowerCase());
        return folder + choice;
      }),
    );
  }
  return targets;
}

async function checkProject(project: string): Promise<void> {
  const found = await stat(project).catch(() => undefined);
  if (!found?.isDirectory()) throw new ForeignFileError(`There is no folder ${project}.`);
}
