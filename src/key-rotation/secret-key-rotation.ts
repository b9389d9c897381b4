import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { holdSchema } from '../database/locks.js';
import { type KeyRing, newKey, readKeyRing, replaceKeyRing } from '../secret/key-ring.js';
import { SecretKey, SecretKeyError } from '../secret/secret-key.js';
import { keysOfSealed, lockTables, notifyKeysChanged, sealedRows, writeSealed } from './key-rotation.queries.js';
import { type SealedColumn, sealedColumns } from './sealed-columns.js';

/** What a rotation has done. */
export interface SecretRotation {
  /** Secrets in the database that were encrypted again. */
  sealedAgain: number;
  /** Those that no key opens, and that were left as they are. */
  unreadable: number;
  /** Former keys that are still in the file. */
  kept: number;
}

type SealedAgain = Pick<SecretRotation, 'sealedAgain' | 'unreadable'>;

/** Days for which a key is kept after its rotation: as long as the tokens live that derive from it. */
export const keptDays = 31;

/** Rows that are in memory at once. */
const batch = 500;

/** Replaces the secret key, while servers run. */
@Injectable()
export class SecretKeyRotation {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly audit: AuditService,
  ) {}

  /**
   * Writes a key into the file that opens and does not seal yet, so that the file can be copied to the other servers before
   * it is needed there.
   */
  async prepare(actor: Actor): Promise<void> {
    await this.exclusively(async (manager) => {
      const ring = this.read();
      if (ring.some(({ next }) => next)) return;
      const [current, ...others] = ring;
      if (current) this.replace([current, { key: newKey(), next: true }, ...others]);
      await this.record(manager, actor, 'secret-key.prepared', {});
    });
  }

  /**
   * A new key, or the prepared one, seals from now on, and everything in the database is encrypted with it. The file is written
   * first, and the old keys stay in it: whatever happens between the two, all can be opened, and another rotation finishes it.
   */
  async rotate(actor: Actor): Promise<SecretRotation> {
    return this.exclusively(async (manager) => {
      const ring = this.read();
      const prepared = ring.find(({ next }) => next);
      const now = new Date();
      const former = ring.filter(({ next }) => !next).map(({ key, retiredAt = now }) => ({ key, retiredAt }));
      this.replace([{ key: prepared?.key ?? newKey() }, ...former]);
      const counts = await this.sealAgain(manager);
      await this.record(manager, actor, 'secret-key.rotated', counts);
      return { ...counts, kept: former.length };
    }).then((rotation) => this.dropExpired(rotation));
  }

  /** Removes all former keys from the file, and with them what derives from them: tokens and setup tokens of before. */
  async forgetOld(actor: Actor): Promise<SecretRotation> {
    const counts = await this.exclusively(async (manager) => {
      // A file that cannot be replaced is found before anything is done.
      this.replace(this.read());
      const done = await this.sealAgain(manager);
      await this.record(manager, actor, 'secret-key.old-forgotten', done);
      return done;
    });
    // Once it is committed that nothing needs them.
    await this.exclusively(async (manager) => {
      this.replace(this.read().filter(({ retiredAt }) => retiredAt === undefined));
      await notifyKeysChanged(manager);
    });
    return { ...counts, kept: 0 };
  }

  /** Keys from long ago, which no token derives from any more, and which seal nothing after a rotation. */
  private async dropExpired(rotation: SecretRotation): Promise<SecretRotation> {
    return this.exclusively(() => {
      const oldest = Date.now() - keptDays * 86_400_000;
      const ring = this.read();
      const kept = ring.filter(({ retiredAt }) => retiredAt === undefined || retiredAt.getTime() > oldest);
      if (kept.length < ring.length) this.replace(kept);
      return Promise.resolve({ ...rotation, kept: kept.filter(({ retiredAt }) => retiredAt).length });
    });
  }

  /** In one transaction, with no migration, backup or other rotation beside it. */
  private exclusively<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await holdSchema(manager);
      return work(manager);
    });
  }

  private read(): KeyRing {
    return readKeyRing(this.secretKey.file);
  }

  private replace(ring: KeyRing): void {
    replaceKeyRing(this.secretKey.file, ring);
    this.secretKey.refresh();
  }

  /** Encrypts with the newest key what another one has encrypted. */
  private async sealAgain(manager: EntityManager): Promise<SealedAgain> {
    // Who writes such a row waits for its turn, and who began before has come to the end.
    const tables = [...new Set(sealedColumns.map(({ table }) => table))].sort();
    await lockTables(manager, tables);
    const counts: SealedAgain = { sealedAgain: 0, unreadable: 0 };
    for (const sealed of sealedColumns) {
      const keys = await keysOfSealed(manager, sealed);
      for (let start = 0; start < keys.length; start += batch) {
        const done = await this.sealBatchAgain(manager, sealed, keys.slice(start, start + batch));
        counts.sealedAgain += done.sealedAgain;
        counts.unreadable += done.unreadable;
      }
    }
    return counts;
  }

  private async sealBatchAgain(
    manager: EntityManager,
    column: SealedColumn,
    keys: readonly string[],
  ): Promise<SealedAgain> {
    const rows = await sealedRows(manager, column, keys);
    const old = rows.filter(({ sealed }) => !this.secretKey.isCurrent(sealed));
    const renewed = old.flatMap((row) => {
      const sealed = this.renewed(row.sealed);
      return sealed ? [{ key: row.key, sealed }] : [];
    });
    if (renewed.length > 0) await writeSealed(manager, column, renewed);
    return { sealedAgain: renewed.length, unreadable: old.length - renewed.length };
  }

  /** @returns undefined when no key opens it, which no rotation makes worse */
  private renewed(sealed: Buffer): Buffer | undefined {
    try {
      return this.secretKey.seal(this.secretKey.open(sealed));
    } catch (error) {
      if (error instanceof SecretKeyError) return undefined;
      throw error;
    }
  }

  private async record(manager: EntityManager, actor: Actor, action: string, details: object): Promise<void> {
    await this.audit.record(manager, actor, { action, targetType: 'secret-key', details: { ...details } });
  }
}
