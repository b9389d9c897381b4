import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../../clock/clock.js';
import { SETTINGS } from '../../../config/config.module.js';
import { type Settings } from '../../../config/settings.js';
import { syncFolder } from '../../../config/sync-folder.js';
import { rowsOf } from '../../../database/query.js';
import { SigningService } from '../../../signing/signing.service.js';
import { AuditArchive } from './audit-archive.entity.js';
import { type ClosedMonth, lastArchived, nextClosedMonth, triedToArchive } from './archive.queries.js';
import { archiveEnd, archiveLines } from '../chain-export.js';
import { type StoredCheckpoint } from '../chain-verifier.js';
import { DatabaseChain } from '../database-chain.js';
import { type ArchiveClaims } from '../sealed-event.js';
import { type StoredBlock } from '../stored-block.js';

/** What the blocks of an archive say, once they are written. */
interface Written {
  last?: StoredBlock;
  previous: string;
}

/** Writes each month of the audit log, once it is over, into a signed file that proves itself without the database. */
@Injectable()
export class ArchiveService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly signing: SigningService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The last block that is safe in an archive. */
  async archivedBlock(): Promise<number> {
    const [row] = await rowsOf<{ block: number }>(this.dataSource, lastArchived);
    return row?.block ?? 0;
  }

  /**
   * Archives the next month that is over. The database says so only when the file is on the disk: after a crash or on a full disk
   * nothing counts as archived that is not.
   *
   * @returns whether there may be more
   */
  archiveNext(): Promise<boolean> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const [lock] = await rowsOf<{ locked: boolean }>(manager, triedToArchive);
      if (!lock?.locked) return false;
      const [done] = await rowsOf<{ block: number }>(manager, lastArchived);
      const [month] = await rowsOf<ClosedMonth>(manager, nextClosedMonth(done?.block ?? 0, this.clock.now()));
      if (!month) return false;
      const { file, sha256 } = await this.write(manager, month);
      await manager.insert(AuditArchive, {
        ...{ lastBlock: month.last, firstBlock: month.first, month: month.month, file, sha256 },
        archivedAt: this.clock.now(),
      });
      return true;
    });
  }

  private async write(manager: EntityManager, month: ClosedMonth): Promise<{ file: string; sha256: string }> {
    const { auditArchiveDir: folder } = this.settings;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, `audit-${month.month}_blocks-${month.first}-${month.last}.jsonl.gz`);
    const unfinished = `${file}.unfinished`;
    try {
      const sha256 = createHash('sha256');
      const lines = Readable.from(this.lines(manager, month, sha256));
      await pipeline(lines, createGzip(), createWriteStream(unfinished, { mode: 0o600, flush: true }));
      await rename(unfinished, file);
      await syncFolder(folder);
      return { file, sha256: sha256.digest('hex') };
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  private async *lines(manager: EntityManager, month: ClosedMonth, sha256: Hash): AsyncGenerator<string> {
    const chain = new DatabaseChain(manager, (jws) => this.signing.verifyKept('native', jws));
    const checkpoints = await chain.checkpoints();
    const keys = this.signing.allKeys().filter(({ purpose }) => purpose === 'native');
    const written: Written = { previous: '' };
    const within = checkpointsOf(checkpoints, month);
    const part = {
      pems: keys.map(({ publicPem }) => publicPem),
      checkpoints: within,
      blocks: blocksOf(chain, month, written),
    };
    for await (const line of archiveLines(manager, part)) {
      sha256.update(line);
      yield line;
    }
    const hash = sha256.copy().digest('hex');
    const claims = claimsOf(month, written, { within, newest: checkpoints.at(-1), sha256: hash });
    yield archiveEnd(await this.signing.sign('native', claims));
  }
}

async function* blocksOf(
  chain: DatabaseChain,
  { first, last }: ClosedMonth,
  written: Written,
): AsyncGenerator<StoredBlock> {
  for await (const block of chain.blocks(first - 1)) {
    if (block.number > last) return;
    if (block.number === first) written.previous = block.previous.toString('hex');
    written.last = block;
    yield block;
  }
}

function claimsOf(
  { month, first, last }: ClosedMonth,
  written: Written,
  { within, newest, sha256 }: { within: StoredCheckpoint[]; newest: StoredCheckpoint | undefined; sha256: string },
): ArchiveClaims {
  return {
    use: 'audit-archive',
    month,
    first,
    previous: written.previous,
    block: last,
    hash: written.last?.hash.toString('hex') ?? '',
    count: written.last?.total ?? 0,
    checkpoint: within.at(-1)?.number ?? 0,
    removedSessionsBlock: newest?.removedSessionsBlock ?? 0,
    sha256,
  };
}

/** Those within the month, and the newest one before: its first blocks name that. */
function checkpointsOf(checkpoints: readonly StoredCheckpoint[], { first, last }: ClosedMonth): StoredCheckpoint[] {
  const before = checkpoints.findLastIndex(({ block }) => block < first);
  return checkpoints.slice(Math.max(before, 0)).filter(({ block }) => block <= last);
}
