import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger } from 'pino';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { execute, rowsOf } from '../../database/query.js';
import { LOG } from '../../log/log.module.js';
import { SigningService } from '../../signing/signing.service.js';
import { AuditBlock } from './audit-block.entity.js';
import { forgetNames } from './redaction/redaction.queries.js';
import { AuditCheckpoint } from './audit-checkpoint.entity.js';
import { type AuditName } from './audit-name.entity.js';
import { ends, grants, recordedEvents } from './event.queries.js';
import {
  blockHash,
  type ChainClaims,
  type ChainEvent,
  type CheckpointClaims,
  leafOf,
  namesIn,
  pseudonymFor,
  saltAt,
  saltsOf,
} from './sealed-event.js';
import {
  addNames,
  heldChain,
  isUnsealed,
  lastBlockWithSessions,
  lastOldBlock,
  noteNames,
  pseudonymsOf,
  removeBlocksUpTo,
  removeSessionsOf,
  renumbered,
  saveChain,
  type SealedIds,
  triedToSeal,
} from './sealing.queries.js';

const intervalMillis = 10_000;
const checkpointMillis = 3_600_000;
/** Events in a block at most. */
const maxEvents = 5_000;
/** Events of blocks that are removed at once. */
const maxEventsRemoved = 10_000;
/** Blocks that a stop waits for at most; after a restore there are many more, and the next start seals them. */
const maxBlocksAtStop = 10;
/** Milliseconds for which a stop waits until the last block has left the server. */
const stopMillis = 5_000;
/** A transaction that met another one's; the next pass does it. */
const conflicts = ['40001', '23505'];

/** What a checkpoint says that is missing. */
type Removed = Partial<Pick<CheckpointClaims, 'removedBlock' | 'anchor' | 'removedSessionsBlock'>>;

/** Where sealing stands. */
interface Chain {
  sealedBelow: string;
  restoredIn: string | null;
  cluster: string | null;
  currentCluster: string;
  /** The oldest transaction that runs. */
  xmin: string;
  block: number;
  hash: Buffer;
  total: number;
  checkpoint: number;
  signature: string | null;
}

/**
 * Seals committed audit events in blocks that are chained by their hashes, and signs checkpoints. Any server of the database
 * does it, one at a time. Only what is below the oldest running transaction is sealed, so nothing that is committed late is
 * missed, and writers of events do not wait for this.
 */
@Injectable()
export class SealingService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private isStopping = false;
  private readonly listeners: (() => Promise<void>)[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly signing: SigningService,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const run = (): void => {
      this.seal().catch((error: unknown) => {
        this.log.warn({ err: error }, 'The audit log could not be sealed; next try in ten seconds');
      });
    };
    this.timer = setInterval(run, intervalMillis).unref();
    run();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.isStopping = true;
    try {
      await this.seal(true);
      // What was under way may have missed the last block.
      const told = this.tellListeners().then(() => this.tellListeners());
      await Promise.race([told, delay(stopMillis, undefined, { ref: false })]);
    } catch (error) {
      this.log.warn({ err: error }, 'The audit log could not be sealed at the stop; the next start does it');
    }
  }

  /** Tells of each pass, for those who send what is sealed elsewhere. */
  whenSealed(listener: () => Promise<void>): void {
    this.listeners.push(listener);
  }

  /** Seals what can be sealed. @param checkpoint also signs a checkpoint that is not due */
  async seal(checkpoint = false): Promise<void> {
    await this.inTurn(() => this.pass(checkpoint));
    void this.tellListeners();
  }

  /**
   * Removes the sessions whose ends were sealed before a time, block by block, and signs that they may be missing. Their
   * hashes stay in the blocks. It stops at the first block that was sealed later, for a clock may have been set back since.
   *
   * @returns whether there may be more
   */
  async removeSessions(before: Date): Promise<boolean> {
    return this.removing(async (manager, newest) => {
      // Sessions of blocks that are gone are no events any more.
      const done = Math.max(newest.removedSessionsBlock, newest.removedBlock);
      const old = { after: done, before, atMost: maxEventsRemoved };
      const [last] = await rowsOf<{ number: number | null }>(manager, lastBlockWithSessions(old));
      if (!last?.number) return undefined;
      await execute(manager, removeSessionsOf(done, last.number));
      return { removedSessionsBlock: last.number };
    });
  }

  /**
   * Removes the oldest blocks that were sealed before a time, with their events, and signs the anchor from which the rest
   * verifies. Sessions stay for as long as utilization needs them; they are no longer events.
   *
   * @param safe nothing after this block is removed, because it is nowhere else yet
   * @returns whether there may be more
   */
  async removeBlocks(before: Date, safe: number): Promise<boolean> {
    return this.removing(async (manager, { removedBlock: done }) => {
      const old = { after: done, before, atMost: maxEventsRemoved };
      const [last] = await rowsOf<{ number: number; hash: string }>(manager, lastOldBlock(old, safe));
      if (!last) return undefined;
      for (const statement of [...removeBlocksUpTo(last.number), ...forgetNames(last.number)]) {
        await execute(manager, statement);
      }
      return { removedBlock: last.number, anchor: last.hash };
    });
  }

  /** @param work what it has removed; undefined: nothing */
  private async removing(
    work: (manager: EntityManager, newest: AuditCheckpoint) => Promise<Removed | undefined>,
  ): Promise<boolean> {
    const removed = await this.inTurn(() =>
      this.locked(async (manager, chain) => {
        const [newest] = await manager.find(AuditCheckpoint, { order: { number: 'DESC' }, take: 1 });
        const found = newest && chain.restoredIn === null ? await work(manager, newest) : undefined;
        if (!found) return false;
        await this.signCheckpoint(manager, chain, true, found);
        await this.save(manager, chain, chain.sealedBelow);
        return true;
      }),
    );
    return removed ?? false;
  }

  /**
   * Changes what is sealed while nothing else is sealed, and no server seals from what it read before.
   *
   * @returns undefined: it could not be done now
   */
  async whileNothingIsSealed<T>(work: (manager: EntityManager) => Promise<T>): Promise<T | undefined> {
    return this.inTurn(() =>
      this.locked(async (manager, chain) => {
        if (chain.restoredIn !== null) return undefined;
        const result = await work(manager);
        await this.save(manager, chain, chain.sealedBelow);
        return result;
      }),
    );
  }

  /** One after the other: this server does not stand in its own way. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.running.then(work);
    this.running = turn.catch(() => undefined);
    return turn;
  }

  private async tellListeners(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener()));
  }

  private async pass(checkpoint: boolean): Promise<void> {
    await this.locked(async (manager, chain) => {
      const { block } = chain;
      const sealedBelow = await this.sealEvents(manager, chain);
      const signed = await this.signCheckpoint(manager, chain, checkpoint);
      if (block !== chain.block || signed || chain.restoredIn !== null) await this.save(manager, chain, sealedBelow);
    });
  }

  /** @returns undefined: another server is at it, or the chain is not ready to be worked on; the next pass does it */
  private async locked<T>(work: (manager: EntityManager, chain: Chain) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.dataSource.transaction('REPEATABLE READ', async (manager) => {
        const [lock] = await rowsOf<{ locked: boolean }>(manager, triedToSeal);
        if (!lock?.locked) return undefined;
        const chain = await this.chainIn(manager);
        const { restoredIn, cluster, currentCluster, xmin } = chain;
        if (restoredIn === null && cluster !== null && cluster !== currentCluster) {
          await renumber(manager);
          return undefined;
        }
        // The restore has only just been committed.
        if (restoredIn !== null && BigInt(restoredIn) >= BigInt(xmin)) return undefined;
        return await work(manager, chain);
      });
    } catch (error) {
      if (!conflicts.includes((error as { code?: string }).code ?? '')) throw error;
      return undefined;
    }
  }

  private async chainIn(manager: EntityManager): Promise<Chain> {
    const [chain] = await rowsOf<Chain>(manager, heldChain);
    if (!chain) throw new Error('The row of the audit chain is missing');
    return this.asSigned(chain);
  }

  /**
   * Goes on from what was signed, not from what the table says: the next block and checkpoint would otherwise make good what
   * was cut off. Where the signature itself is gone a number is left out, so that it shows.
   */
  private async asSigned(chain: Chain): Promise<Chain> {
    const claims = chain.signature
      ? ((await this.signing.verifyKept('native', chain.signature)) as ChainClaims | undefined)
      : undefined;
    if (claims?.use === 'audit-chain') {
      const { block, hash, count: total, checkpoint } = claims;
      return { ...chain, block, hash: Buffer.from(hash, 'hex'), total, checkpoint };
    }
    if (chain.block === 0 && chain.checkpoint === 0) return chain;
    return { ...chain, block: chain.block + 1, checkpoint: chain.checkpoint + 1 };
  }

  /** @returns below which transaction all is sealed now */
  private async sealEvents(manager: EntityManager, chain: Chain): Promise<string> {
    const { restoredIn, xmin } = chain;
    const isNew = (xid: string, sealed: SealedIds): Sql => isUnsealed(chain, xid, sealed);
    // A lease that has ended since is in the other table, with a later transaction.
    const newest = sql`g.newest_xid >= ${restoredIn ?? chain.sealedBelow}::xid8`;
    const sources = [
      sql`${recordedEvents(isNew('e.xid', { column: 'events', id: 'e.id' }))} ORDER BY e.id`,
      sql`${grants(sql`${newest} AND ${isNew('g.xid', { column: 'grants', id: 'g.id' })}`)} ORDER BY g.id`,
      sql`${ends(isNew('s.ended_xid', { column: 'ends', id: 's.lease_id' }))} ORDER BY s.lease_id`,
    ];
    const last = chain.block + maxBlocksAtStop;
    for (const source of sources) {
      // A cursor reads once, in the order of the ids, what a restore has put in with one transaction.
      await execute(manager, sql`DECLARE unsealed NO SCROLL CURSOR FOR ${source}`);
      let isFull = true;
      while (isFull) {
        const found = await manager.query<ChainEvent[]>(`FETCH ${maxEvents} FROM unsealed`);
        if (this.isStopping && chain.block > last) throw new Error('There is more to seal than a stop has time for');
        if (found.length > 0) await this.append(manager, chain, found);
        isFull = found.length === maxEvents;
      }
      await manager.query('CLOSE unsealed');
    }
    return restoredIn === null ? xmin : String(BigInt(restoredIn) + 1n);
  }

  private async append(manager: EntityManager, chain: Chain, events: readonly ChainEvent[]): Promise<void> {
    const names = new Set(events.flatMap(({ fields }) => namesIn(fields)));
    const pseudonyms = await ensurePseudonyms(manager, names, chain.block + 1);
    const seed = randomBytes(32);
    const salts = saltsOf(seed, events.length);
    const leaves = Buffer.concat(events.map((event, index) => leafOf(event, pseudonyms, saltAt(salts, index))));
    const header = {
      number: chain.block + 1,
      sealedAt: this.clock.now(),
      previous: chain.hash,
      total: chain.total + events.length,
      checkpoint: chain.checkpoint,
      history: chain.sealedBelow === '0',
    };
    const hash = blockHash(header, leaves);
    const refs = (kind: string): string[] => events.filter((event) => event.kind === kind).map(({ ref }) => ref);
    await manager.insert(AuditBlock, {
      ...header,
      hash,
      leaves,
      salts: seed,
      events: refs('event').map(Number),
      grants: refs('grant'),
      ends: refs('end'),
    });
    Object.assign(chain, { block: header.number, hash, total: header.total });
  }

  private async signCheckpoint(
    manager: EntityManager,
    chain: Chain,
    force: boolean,
    removed: Removed = {},
  ): Promise<boolean> {
    const [newest] = await manager.find(AuditCheckpoint, { order: { number: 'DESC' }, take: 1 });
    const now = this.clock.now();
    // One that a clock in the future has dated says nothing of when the next is due.
    const isDue =
      !newest ||
      newest.at.getTime() > now.getTime() + checkpointMillis ||
      newest.at.getTime() + checkpointMillis <= now.getTime();
    if (!force && !isDue) return false;
    const claims: CheckpointClaims = {
      use: 'audit-checkpoint',
      number: chain.checkpoint + 1,
      at: now.toISOString(),
      block: chain.block,
      hash: chain.hash.toString('hex'),
      count: chain.total,
      removedBlock: newest?.removedBlock ?? 0,
      anchor: newest?.anchor ?? '',
      removedSessionsBlock: newest?.removedSessionsBlock ?? 0,
      ...removed,
    };
    const signature = await this.signing.sign('native', claims);
    const { use: _use, ...columns } = claims;
    await manager.insert(AuditCheckpoint, { ...columns, at: now, kid: kidOf(signature), signature });
    chain.checkpoint = claims.number;
    return true;
  }

  private async save(manager: EntityManager, chain: Chain, sealedBelow: string): Promise<void> {
    const { block, hash, total, checkpoint, currentCluster } = chain;
    const claims: ChainClaims = { use: 'audit-chain', block, hash: hash.toString('hex'), count: total, checkpoint };
    const signature = await this.signing.sign('native', claims);
    await execute(
      manager,
      saveChain({ sealedBelow, cluster: currentCluster, block, hash, total, checkpoint, signature }),
    );
  }
}

/** The database came from another cluster by other means than a restore, and the ids of its transactions mean nothing here. */
async function renumber(manager: EntityManager): Promise<void> {
  for (const statement of renumbered) await execute(manager, statement);
}

/** The pseudonyms of these names; those that have none get one. */
async function ensurePseudonyms(
  manager: EntityManager,
  names: ReadonlySet<string>,
  block: number,
): Promise<Map<string, string>> {
  const wanted = [...names];
  const known = await rowsOf<AuditName>(manager, pseudonymsOf(wanted));
  const pseudonyms = new Map(known.map(({ name, pseudonym }) => [name, pseudonym]));
  const added = wanted
    .filter((name) => !pseudonyms.has(name))
    .map((name) => ({ name, salt: randomBytes(16) }))
    .map(({ name, salt }) => ({ name, salt, pseudonym: pseudonymFor(name, salt) }));
  for (const { name, pseudonym } of added) pseudonyms.set(name, pseudonym);
  if (added.length > 0) await execute(manager, addNames(added, block));
  if (known.length > 0) await execute(manager, noteNames(wanted, block));
  return pseudonyms;
}

function kidOf(jws: string): string {
  const header = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()) as { kid?: string };
  return header.kid ?? '';
}
