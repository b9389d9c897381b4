import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { execute, rowsOf } from '../../../database/query.js';
import { SigningService } from '../../../signing/signing.service.js';
import { AuditBlock } from '../audit-block.entity.js';
import { AuditChain } from '../audit-chain.entity.js';
import { type StoredBlock } from '../stored-block.js';
import { DatabaseChain } from '../database-chain.js';
import { withoutPersonalData } from './personal-data.js';
import { redactedBlock, sealOf } from './redaction.js';
import { forgetNames, forgetSessions, lastForgotten, rewriteEvents } from './redaction.queries.js';
import { type ChainEvent, leafOf, type Pseudonyms } from '../sealed-event.js';
import { lastBlockWithSessions } from '../sealing.queries.js';
import { SealingService } from '../sealing.service.js';

/** Events that lose their personal data at once. */
const maxEvents = 5_000;

/** Takes personal data out of sealed events. What is left is signed, block by block, so the chain goes on verifying. */
@Injectable()
export class RedactionService {
  constructor(
    private readonly sealing: SealingService,
    private readonly signing: SigningService,
  ) {}

  /**
   * Takes persons, hosts and addresses out of the next events that were sealed before a time, and out of the sessions that ended
   * in them.
   *
   * @returns whether there may be more
   */
  async forgetBefore(before: Date): Promise<boolean> {
    const isDone = await this.sealing.whileNothingIsSealed(async (manager) => {
      const [done] = await rowsOf<{ block: number }>(manager, lastForgotten);
      const after = done?.block ?? 0;
      const old = { after, before, atMost: maxEvents };
      const [last] = await rowsOf<{ number: number | null }>(manager, lastBlockWithSessions(old));
      if (!last?.number) return false;
      for await (const block of this.chainIn(manager).blocks(after)) {
        if (block.number > last.number) break;
        await this.forgetBlock(manager, block);
      }
      await manager.update(AuditChain, { singleton: true }, { forgottenBlock: last.number });
      for (const statement of forgetNames(last.number)) await execute(manager, statement);
      return true;
    });
    return isDone ?? false;
  }

  /**
   * Notes what will be left of events in the blocks that have them, before the same transaction changes their rows.
   *
   * @param manager of {@link SealingService.whileNothingIsSealed}
   * @param events as they are going to be
   */
  async leave(manager: EntityManager, events: readonly ChainEvent[]): Promise<void> {
    await (await this.blocksOf(manager, events)).leave(events);
  }

  /** The same in two steps: reads the blocks of events before their rows change, and notes afterwards what is left. */
  async blocksOf(
    manager: EntityManager,
    events: readonly ChainEvent[],
  ): Promise<{ leave: (left: readonly ChainEvent[]) => Promise<void> }> {
    const chain = this.chainIn(manager);
    const blocks = await chain.blocksWith(events);
    const pseudonyms = await chain.pseudonyms(blocks.flatMap((block) => block.events));
    return {
      leave: async (left) => {
        const byRef = new Map(left.map((event) => [`${event.kind} ${event.ref}`, event]));
        for (const block of blocks) {
          const change = ({ kind, ref }: ChainEvent): ChainEvent | undefined => byRef.get(`${kind} ${ref}`);
          await this.redact(manager, block, hashesLeft(block, pseudonyms, change));
        }
      },
    };
  }

  private chainIn(manager: EntityManager): DatabaseChain {
    return new DatabaseChain(manager, (jws) => this.signing.verifyKept('native', jws));
  }

  private async forgetBlock(manager: EntityManager, block: StoredBlock): Promise<void> {
    const pseudonyms = await this.chainIn(manager).pseudonyms(block.events);
    await this.redact(manager, block, hashesLeft(block, pseudonyms, withoutPersonalData));
    const changed = block.events.flatMap(({ kind, ref, fields }) =>
      fields ? [withoutPersonalData({ kind, ref, fields })] : [],
    );
    const recorded = changed.filter(({ kind }) => kind === 'event');
    if (recorded.length > 0) await execute(manager, rewriteEvents(recorded));
    // With the end of a session its grant changes, too; that is in this block, or in one before.
    const ended = changed.filter(({ kind }) => kind === 'end').map(({ ref }) => ref);
    if (ended.length > 0) await execute(manager, forgetSessions(ended));
  }

  private async redact(manager: EntityManager, block: StoredBlock, left: Map<number, Buffer | null>): Promise<void> {
    if (left.size === 0) return;
    const { salts, redacted, claims } = redactedBlock(block, left);
    const redaction = await this.signing.sign('native', claims);
    await manager.update(AuditBlock, { number: block.number }, { salts, redacted, redaction });
  }
}

/**
 * The hash of what is left of each event that changes, by its place in the block; null where its row is gone. An event that is not as
 * it was sealed gets none: what was changed stays broken.
 *
 * @param change what an event becomes; undefined: it stays
 */
function hashesLeft(
  block: StoredBlock,
  pseudonyms: Pseudonyms,
  change: (event: ChainEvent) => ChainEvent | undefined,
): Map<number, Buffer | null> {
  return new Map(
    block.events.flatMap(({ kind, ref, fields }, index): [number, Buffer | null][] => {
      if (!fields)
        return block.salts?.subarray(index * 16, index * 16 + 16).some((byte) => byte !== 0) ? [[index, null]] : [];
      const event = { kind, ref, fields };
      const left = change(event);
      if (!left || !sealOf(event, pseudonyms, { block, index })) return [];
      return sealOf(left, pseudonyms, { block, index }) === 'sealed' ? [] : [[index, leafOf(left, pseudonyms)]];
    }),
  );
}
