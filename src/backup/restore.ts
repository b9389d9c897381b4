import {
  createWriteStream,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Settings } from '../config/settings.js';
import { bytesOf, type PartContent, readArchive } from './archive.js';
import { isPartOf, parseKeyRing } from '../secret/key-ring.js';
import { BackupError } from './backup-error.js';
import { DatabaseLoad } from './database-load.js';
import { type RestoredAs, type ServerIdentity } from './server-identity.js';
import { type Manifest } from './manifest.js';
import { decodeText } from '../config/decode-text.js';
import { journalFile, type JournalContent, readJournal } from './journal/seat-journal.js';
import { configurationPart, pluginOfPart, secretKeyPart, vendorKeysPart } from './parts.js';

/** What a restore has done. */
export interface Restored {
  /** Names of migrations that are newer than the backup and have been run. */
  migrations: string[];
  /** Borrowed and offline seats that the backup did not know, and that count as out; undefined: there was no journal of them. */
  seats: number | undefined;
  /** Lines of the journal that could not be read. */
  damagedLines: number;
  identity: ServerIdentity;
}

/** What a restore is told. */
export interface RestoreRequest {
  /** Files with seats that are out, beside that of the data folder. */
  journals?: readonly string[];
  /** Undefined: beside the secret key of the backup it is the same installation, elsewhere a copy. */
  as?: RestoredAs;
}

/** A backup that has been proved from its first byte to its last. */
export class ProvedBackup {
  private constructor(
    private readonly file: string,
    private readonly passphrase: () => Promise<string>,
    readonly manifest: Manifest,
    /** The small parts, by name. */
    private readonly small: ReadonlyMap<string, Buffer>,
  ) {}

  /**
   * Reads the whole file and writes nothing.
   *
   * @param passphrase asked for when the file is encrypted
   * @throws DamagedBackupError
   */
  static async open(file: string, passphrase: () => Promise<string>): Promise<ProvedBackup> {
    let given: Promise<string> | undefined;
    const once = (): Promise<string> => (given ??= passphrase());
    const small = new Map<string, Buffer>();
    const manifest = await readArchive(file, once, async (name, content) => {
      if ([secretKeyPart, vendorKeysPart, configurationPart].includes(name)) small.set(name, await bytesOf(content));
    });
    if (!small.has(secretKeyPart)) throw new BackupError('The backup holds no secret key.');
    return new ProvedBackup(file, once, manifest, small);
  }

  /** The configuration file that was in use. */
  get configuration(): string | undefined {
    const bytes = this.small.get(configurationPart);
    return bytes && decodeText(bytes);
  }

  /**
   * Whether the folders of a server are free for this backup; the database is asked when it is filled.
   *
   * @throws BackupError when something is there that would be lost
   */
  checkFolders(settings: Settings): void {
    const { secretKeyFile } = settings;
    const key = this.small.get(secretKeyPart);
    if (existsSync(secretKeyFile) && key && !holdsKeysOf(readFileSync(secretKeyFile), key)) {
      throw new BackupError(
        `There is another secret key at ${secretKeyFile}. Nothing was restored: a backup goes into an empty folder only.`,
      );
    }
  }

  /**
   * Fills an empty database and puts the files into place: all of it, or nothing. Proves everything once more on the way.
   *
   * @param databaseUrl of the empty database
   * @throws BackupError when there is something already, a journal is not there, or it must be said whether it is a copy
   */
  async restore(settings: Settings, databaseUrl: string, request: RestoreRequest = {}): Promise<Restored> {
    this.checkFolders(settings);
    const { journals = [], as = existsSync(settings.secretKeyFile) ? 'same-installation' : undefined } = request;
    const journal = journalsTogether(settings, journals);
    mkdirSync(settings.dataDir, { recursive: true });
    // In the file system of the plugins, and where the server itself puts what is on its way.
    const staging = path.join(settings.pluginDir, 'incoming', 'restore');
    rmSync(staging, { recursive: true, force: true });
    let load: DatabaseLoad | undefined;
    try {
      const loading = (load = await DatabaseLoad.begin(databaseUrl, this.manifest));
      const plugins: string[] = [];
      const manifest = await readArchive(this.file, this.passphrase, async (name, content) => {
        if (await loading.take(name, content)) return;
        const plugin = pluginOfPart(name);
        if (plugin === undefined) return;
        await write(path.join(staging, plugin), content);
        plugins.push(plugin);
      });
      if (JSON.stringify(manifest) !== JSON.stringify(this.manifest)) {
        throw new BackupError(`${this.file} has changed while it was read. Nothing was restored.`);
      }
      const migrations = await load.complete();
      const seats = journal && (await load.takeJournal(journal.lines));
      const identity = await load.identify(as);
      await load.record(seats, identity);
      this.placeFiles(settings, staging, plugins);
      // The last step: until here there is no server in the database, and the same restore can be done again.
      await load.commit();
      return { migrations, seats, damagedLines: journal?.damaged ?? 0, identity };
    } catch (error) {
      await load?.rollback();
      throw error;
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  }

  /**
   * Restores the database only, and compares every table with the backup. Nothing is kept.
   *
   * @param databaseUrl of an empty database
   * @returns migrations that are newer than the backup
   * @throws BackupError when a table is not as it was
   */
  async drill(databaseUrl: string): Promise<string[]> {
    const load = await DatabaseLoad.begin(databaseUrl, this.manifest);
    try {
      await readArchive(this.file, this.passphrase, async (name, content) => {
        await load.take(name, content);
      });
      await load.compare();
      return await load.complete();
    } finally {
      await load.rollback();
    }
  }

  private placeFiles(settings: Settings, staging: string, plugins: readonly string[]): void {
    const folder = settings.pluginDir;
    for (const plugin of plugins) {
      const target = path.join(folder, plugin);
      mkdirSync(path.dirname(target), { recursive: true });
      // A plugin that is there already is the same: its name follows from its content.
      if (!existsSync(target)) renameSync(path.join(staging, plugin), target);
    }
    this.place(secretKeyPart, settings.secretKeyFile);
  }

  /** Writes the vendor's public keys to a file. @returns false when there is one, or the backup has none */
  placeVendorKeys(file: string): boolean {
    return this.place(vendorKeysPart, file);
  }

  /** Writes a small part aside and links it, unless there is something already. */
  private place(part: string, file: string): boolean {
    const content = this.small.get(part);
    if (!content || existsSync(file)) return false;
    const aside = `${file}.${process.pid}`;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(aside, content, { mode: 0o600, flush: true });
    linkSync(aside, file);
    rmSync(aside);
    return true;
  }
}

/** @returns undefined when there is no journal at all */
function journalsTogether({ dataDir }: Settings, more: readonly string[]): JournalContent | undefined {
  const others = more.map((file) => {
    const content = readJournal(file);
    if (!content) throw new BackupError(`There is no file ${file}. Nothing was restored.`);
    return content;
  });
  const all = [readJournal(journalFile(dataDir)), ...others].filter((content) => content !== undefined);
  if (all.length === 0) return undefined;
  return { lines: all.flatMap(({ lines }) => lines), damaged: all.reduce((sum, { damaged }) => sum + damaged, 0) };
}

/** Whether a key file opens what another one does: after a rotation the file still holds the keys of before. */
function holdsKeysOf(file: Buffer, other: Buffer): boolean {
  const [keys, others] = [file, other].map((text) => parseKeyRing(text.toString('utf8')));
  return file.equals(other) || (keys !== undefined && others !== undefined && isPartOf(others, keys));
}

async function write(file: string, content: PartContent): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  await pipeline(content, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
}
