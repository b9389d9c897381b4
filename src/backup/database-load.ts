import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { type PoolClient } from 'pg';
import { from, to, type CopyStreamQuery } from 'pg-copy-streams';
import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { dataSourceOptions, schemaVersion } from '../database/data-source.js';
import { migrationsIn } from '../database/database-fitness.js';
import { holdSchema } from '../database/locks.js';
import { type PartContent } from './archive.js';
import { recordBackupEvent } from './backup-event.js';
import {
  namesInDatabase,
  newServerId,
  restoredInstallation,
  sameTextEverywhere,
  setSequence,
  switchTriggers,
  truncate,
} from './backup.queries.js';
import { BackupError, DamagedBackupError } from './backup-error.js';
import { columnsOf, tableOfPiece } from './database-dump.js';
import { type Manifest } from './manifest.js';
import { type JournalLine, newestLines } from './journal/seat-journal.js';
import {
  isEvaluation,
  licensesLostBy,
  type RestoredAs,
  type RestoredInstallation,
  type ServerIdentity,
} from './server-identity.js';
import { divideAgain, giveBack, journalServer, keepIds, takeOut } from './journal/seat-journal.queries.js';
import { counted } from '../errors/counted.js';

/**
 * Fills an empty database from a backup, in one transaction: first the schema as the backup knows it, then the rows, then
 * the migrations that have come since. Until {@link commit} the database is as empty as before, whatever happens.
 */
export class DatabaseLoad {
  private copy: { table: string; stream: CopyStreamQuery } | undefined;
  private readonly rows = new Map<string, number>();
  /** Of the text of each table. */
  private readonly hashes = new Map<string, Hash>();

  private constructor(
    private readonly dataSource: DataSource,
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
    private readonly manifest: Manifest,
  ) {}

  /**
   * @param url of the database
   * @throws BackupError when there is something in the database, or the backup is of a newer schema
   */
  static async begin(url: string, manifest: Manifest): Promise<DatabaseLoad> {
    const dataSource = await new DataSource(dataSourceOptions(url)).initialize();
    const { unknown } = schemaVersion(manifest.schema);
    try {
      if (unknown.length > 0) {
        throw new BackupError(
          `The backup was made by license server ${manifest.version}, whose database is newer than this version ` +
            `understands (${unknown.join(', ')}). Nothing was restored. Restore it with that version or a newer one.`,
        );
      }
      const runner = dataSource.createQueryRunner();
      const client = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      const load = new DatabaseLoad(dataSource, runner, client, manifest);
      await load.prepare();
      return load;
    } catch (error) {
      await dataSource.destroy();
      throw error;
    }
  }

  /** Adds a piece of a table. @returns false when the part is no such piece */
  async take(name: string, content: PartContent): Promise<boolean> {
    const table = tableOfPiece(name);
    if (table === undefined) return false;
    if (this.copy?.table !== table) {
      await this.endCopy();
      this.copy = { table, stream: this.beginCopy(table) };
    }
    const { stream } = this.copy;
    const failed = once(stream, 'error').then(([error]) => {
      throw error as Error;
    });
    failed.catch(() => undefined);
    const hash = this.hashOf(table);
    for await (const chunk of content) {
      hash.update(chunk);
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), failed]);
    }
    return true;
  }

  /**
   * Reads all tables back: each must give the very text that has come.
   *
   * @throws BackupError that names the first that does not
   */
  async compare(): Promise<void> {
    await this.endCopy();
    await this.client.query(sameTextEverywhere);
    for (const { name, columns } of this.manifest.tables) {
      const restored = createHash('sha256');
      const copy = this.client.query(to(`COPY ${columnsOf(name, columns)} TO STDOUT`));
      for await (const chunk of copy as AsyncIterable<Buffer>) restored.update(chunk);
      if (restored.digest('hex') !== this.hashOf(name).digest('hex')) {
        throw new BackupError(`The table ${name} is not the same after it was restored.`);
      }
    }
  }

  private hashOf(table: string): Hash {
    const hash = this.hashes.get(table) ?? createHash('sha256');
    this.hashes.set(table, hash);
    return hash;
  }

  /**
   * Compares what has arrived with the manifest and runs the newer migrations. Nothing is final yet.
   *
   * @returns the names of the newer migrations
   */
  async complete(): Promise<string[]> {
    await this.endCopy();
    for (const { name, rows } of this.manifest.tables) {
      const found = this.rows.get(name) ?? 0;
      if (found !== rows)
        throw new DamagedBackupError(`The backup has ${counted(found, 'row')} of ${name} in place of ${rows}.`);
    }
    for (const sequence of this.manifest.sequences) await this.client.query(setSequence(sequence));
    await this.triggers('ENABLE');
    return this.runMigrations();
  }

  /**
   * Counts seats as out that were borrowed or licensed offline after the backup, and gives those back that were returned.
   *
   * @returns how many were not known
   */
  async takeJournal(lines: readonly JournalLine[]): Promise<number> {
    const { rows: servers } = await this.client.query<{ serverId: string }>(journalServer);
    const own = newestLines(lines.filter(({ serverId }) => serverId === servers[0]?.serverId));
    const seats = own.flatMap((line) => ('out' in line ? line.out : []));
    await this.client.query(giveBack(own.flatMap((line) => ('returned' in line ? line.returned : []))));
    const { rows } = await this.client.query<{ seats: number }>(takeOut(seats));
    const count = rows[0]?.seats ?? 0;
    if (count > 0) {
      await this.client.query(keepIds(seats));
      await this.client.query(divideAgain);
    }
    return count;
  }

  /**
   * Gives a copy a server id of its own.
   *
   * @param as undefined: it was not said, and is a copy unless it only evaluates, or licenses would be lost with the id
   * @throws BackupError when they would
   */
  async identify(as: RestoredAs | undefined): Promise<ServerIdentity> {
    const { rows } = await this.client.query<RestoredInstallation>(restoredInstallation);
    const [installation] = rows;
    if (!installation) throw new DamagedBackupError('The backup holds no installation.');
    const { serverId } = installation;
    if (as === 'same-installation' || (as === undefined && isEvaluation(installation)))
      return { serverId, formerServerId: null, unusable: [] };
    const unusable = licensesLostBy(as, installation);
    const { rows: changed } = await this.client.query<{ serverId: string }>(newServerId);
    return { serverId: changed[0]?.serverId ?? serverId, formerServerId: serverId, unusable };
  }

  /**
   * For the audit log of what is restored.
   *
   * @param seats from the journal; undefined: there was none
   */
  async record(seats: number | undefined, { serverId, formerServerId }: ServerIdentity): Promise<void> {
    const { version, createdAt } = this.manifest;
    const details = { version, createdAt, seatsFromJournal: seats ?? null, serverId, formerServerId };
    await recordBackupEvent(this.client, 'backup.restored', details);
  }

  async commit(): Promise<void> {
    await this.runner.commitTransaction();
    await this.client.query('ANALYZE');
    await this.end();
  }

  async rollback(): Promise<void> {
    this.copy?.stream.destroy();
    // The connection may be busy with a COPY that will not come to its end: it goes, and the transaction with it.
    this.client.release(true);
    await this.dataSource.destroy().catch(() => undefined);
  }

  private async prepare(): Promise<void> {
    await holdSchema(this.client);
    const found = await namesInDatabase(this.client);
    if (found.length > 0) {
      const seen = await migrationsIn(this.client);
      const what = seen.length > 0 ? 'holds a license server already' : 'is not empty';
      throw new BackupError(
        `The database ${what} (${found.join(', ')} …). Nothing was restored: a backup goes into an empty database only.`,
      );
    }
    await this.runMigrations(this.manifest.schema);
    // What the migrations have put in is in the backup too.
    const names = this.manifest.tables.map(({ name }) => name);
    if (names.length > 0) await this.client.query(truncate(names));
    await this.triggers('DISABLE');
  }

  /** Triggers have done their work when the rows came into being; foreign keys are looked at all the same. */
  private async triggers(what: 'ENABLE' | 'DISABLE'): Promise<void> {
    for (const { name } of this.manifest.tables) {
      await this.client.query(switchTriggers(name, what));
    }
  }

  /** @param only these, in place of all */
  private async runMigrations(only?: readonly string[]): Promise<string[]> {
    const executor = new MigrationExecutor(this.dataSource, this.runner);
    const done: string[] = [];
    for (const migration of await executor.getPendingMigrations()) {
      if (only && !only.includes(migration.name)) continue;
      await executor.executeMigration(migration);
      done.push(migration.name);
    }
    return done;
  }

  private beginCopy(table: string): CopyStreamQuery {
    const known = this.manifest.tables.find(({ name }) => name === table);
    if (!known) throw new DamagedBackupError(`The manifest of the backup does not know the table ${table}.`);
    const stream = this.client.query(from(`COPY ${columnsOf(table, known.columns)} FROM STDIN`));
    // The code that writes to it, or waits for its end, learns of it.
    stream.on('error', () => undefined);
    return stream;
  }

  private async endCopy(): Promise<void> {
    if (!this.copy) return;
    const { table, stream } = this.copy;
    this.copy = undefined;
    const end = finished(stream);
    stream.end();
    await end;
    this.rows.set(table, (this.rows.get(table) ?? 0) + stream.rowCount);
  }

  private async end(): Promise<void> {
    await this.runner.release();
    await this.dataSource.destroy();
  }
}
