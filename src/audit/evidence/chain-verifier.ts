import { createHash } from 'node:crypto';
import { inUtc } from '../../clock/in-utc.js';
import { sealOf } from './redaction/redaction.js';
import {
  type ArchiveClaims,
  blockHash,
  type ChainClaims,
  type CheckpointClaims,
  type Pseudonyms,
  type RedactionClaims,
} from './sealed-event.js';
import { type StoredBlock } from './stored-block.js';

/** How a chain can be broken. */
export const breakProblems = [
  'event-changed',
  'event-missing',
  'event-inserted',
  'block-changed',
  'block-missing',
  'checkpoint-changed',
  'checkpoint-missing',
  'chain-state-changed',
] as const;

/** The first place where the chain does not hold, and how. */
export interface Break {
  problem: (typeof breakProblems)[number];
  block: number | null;
  checkpoint: number | null;
  /** Of the event: `event 17`, `grant LEASE`, `end LEASE`. */
  event: string | null;
  message: string;
}

/** Something to know about the chain that is no break: the server's clock was set back. */
export interface Note {
  kind: 'clock-set-back';
  /** The first block that was sealed by the clock of afterwards. */
  block: number;
  from: Date;
  to: Date;
  seconds: number;
  message: string;
}

export interface Verification {
  /** Sealed events that were looked at. */
  events: number;
  blocks: number;
  /** Of the events, how many have lost personal data since they were sealed. */
  erased: number;
  intact: boolean;
  firstBroken: Break | null;
  /** The first of them; times say nothing about the order of the events, which is that of the blocks. */
  notes: Note[];
  /** The newest one. */
  checkpoint: StoredCheckpoint | null;
}

export interface StoredCheckpoint extends Omit<CheckpointClaims, 'use'> {
  kid: string;
  signature: string;
}

/** Where a chain is read from: the database, or an export. */
export interface ChainSource {
  /** What the server signed when it sealed last; undefined: it never has. */
  state(): Promise<{ signature: string | null } | undefined>;
  checkpoints(): Promise<StoredCheckpoint[]>;
  /** In their order. */
  blocks(): AsyncIterable<StoredBlock>;
  pseudonyms(events: StoredBlock['events']): Promise<Pseudonyms>;
  /** What the server says of the part of the chain that this is, and whether it is what the server has signed; undefined: it is the whole. */
  part(): Promise<ArchiveClaims | 'changed' | undefined>;
  /** Rows that should be in a block and are in none, or in two. */
  strangers(): Promise<{ event: string; block: number | null }[]>;
  /** The claims of a compact JWS of this server; undefined: it is not. */
  verify(jws: string): Promise<unknown>;
}

const dayMillis = 86_400_000;

/** Servers of one database seal in turns, by clocks that may differ by this many seconds. */
const maxDifferent = 60;

/** Of a clock that is set back again and again. */
const maxNotes = 100;

/** Reads a chain from its anchor to its end, and stops where it does not hold. */
export class ChainVerifier {
  private events = 0;
  private blocks = 0;
  private erased = 0;
  private checkpoints: StoredCheckpoint[] = [];
  private part: ArchiveClaims | undefined;
  private readonly notes: Note[] = [];
  /** An event of the newest block with a time long before that block: what comes next tells whether the clock was set back. */
  private suspect: { occurredAt: number; found: Break } | undefined;
  private last: Pick<StoredBlock, 'number' | 'hash' | 'total' | 'sealedAt' | 'checkpoint'> | undefined;

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly source: ChainSource,
    private readonly now: number,
  ) {}

  async run(): Promise<Verification> {
    this.checkpoints = await this.source.checkpoints();
    const firstBroken =
      (await this.partBroken()) ??
      (await this.checkpointsBroken()) ??
      (await this.blocksBroken()) ??
      (await this.endBroken());
    return {
      events: this.events,
      blocks: this.blocks,
      erased: this.erased,
      intact: firstBroken === undefined,
      firstBroken: firstBroken ?? null,
      notes: this.notes,
      checkpoint: this.checkpoints.at(-1) ?? null,
    };
  }

  private async partBroken(): Promise<Break | undefined> {
    const part = await this.source.part();
    if (part === 'changed') return broken('chain-state-changed', {}, 'The archive is not what this server has signed.');
    this.part = part;
    return undefined;
  }

  private async checkpointsBroken(): Promise<Break | undefined> {
    const before = this.part ? (this.checkpoints[0]?.number ?? 1) - 1 : 0;
    for (const [index, checkpoint] of this.checkpoints.entries()) {
      const { number, block } = checkpoint;
      const expected = before + index + 1;
      const at = { checkpoint: expected, block };
      if (number !== expected) return broken('checkpoint-missing', at, `Checkpoint ${expected} is missing.`);
      const { kid: _kid, signature, ...said } = checkpoint;
      const claims = (await this.source.verify(signature)) as CheckpointClaims | undefined;
      const differs = Object.entries(said).some(([name, value]) => claims?.[name as keyof CheckpointClaims] !== value);
      if (claims?.use !== 'audit-checkpoint' || differs) {
        return broken('checkpoint-changed', at, `Checkpoint ${number} is not what this server has signed.`);
      }
    }
    return undefined;
  }

  private async blocksBroken(): Promise<Break | undefined> {
    const { removedBlock = 0, anchor = '' } = this.checkpoints.at(-1) ?? {};
    let expected = this.part?.first ?? removedBlock + 1;
    let previous = Buffer.from(this.part?.previous ?? anchor, 'hex');
    for await (const block of this.source.blocks()) {
      const { number } = block;
      if (number !== expected) return broken('block-missing', { block: expected }, `Block ${expected} is missing.`);
      const found =
        this.suspectBroken(block.sealedAt.getTime()) ??
        (await this.redactionBroken(block)) ??
        (await this.eventsBroken(block)) ??
        this.linkBroken(block, previous);
      if (found) return found;
      this.noteStep(block);
      this.events += block.events.length;
      this.blocks++;
      this.last = block;
      previous = block.hash as Buffer<ArrayBuffer>;
      expected++;
    }
    return this.suspectBroken(this.now);
  }

  /**
   * Where the clock was set back, the block that follows was sealed by it too; without the key, that time cannot be changed.
   *
   * @param next milliseconds since 1970: when the next block was sealed, or this is read
   */
  private suspectBroken(next: number): Break | undefined {
    const { suspect } = this;
    this.suspect = undefined;
    return suspect && suspect.occurredAt < next - dayMillis ? suspect.found : undefined;
  }

  private noteStep({ number: block, sealedAt }: StoredBlock): void {
    const from = this.last?.sealedAt ?? sealedAt;
    const seconds = Math.round((from.getTime() - sealedAt.getTime()) / 1000);
    if (seconds <= maxDifferent || this.notes.length >= maxNotes) return;
    const message = `Before block ${block} was sealed, the server's clock was set back, from ${inUtc(from)} to ${inUtc(sealedAt)}.`;
    this.notes.push({ kind: 'clock-set-back', block, from, to: sealedAt, seconds, message });
  }

  private async eventsBroken(block: StoredBlock): Promise<Break | undefined> {
    const { number, events, history } = block;
    const before = this.last && Math.min(this.last.sealedAt.getTime(), block.sealedAt.getTime());
    const pseudonyms = await this.source.pseudonyms(events);
    const { removedSessionsBlock = 0 } = this.part ?? this.checkpoints.at(-1) ?? {};
    for (const [index, { kind, ref, fields }] of events.entries()) {
      const at = { block: number, event: `${kind} ${ref}` };
      if (!fields) {
        if (kind !== 'event' && number <= removedSessionsBlock) continue;
        return broken('event-missing', at, `${at.event} of block ${number} was removed.`);
      }
      const state = sealOf({ kind, ref, fields }, pseudonyms, { block, index });
      if (state === 'redacted') this.erased++;
      if (!state) {
        return broken('event-changed', at, `${at.event} of block ${number} was changed.`);
      }
      const occurredAt = Date.parse(String(fields.occurredAt));
      if (kind === 'event' && !history && before !== undefined && occurredAt < before - dayMillis) {
        const message = `${at.event} of block ${number} says a time long before it was sealed.`;
        if (!this.suspect || occurredAt < this.suspect.occurredAt) {
          this.suspect = { occurredAt, found: broken('event-inserted', at, message) };
        }
      }
    }
    return undefined;
  }

  /** Only the server says what was erased. */
  private async redactionBroken({ number, hash, redacted, redaction }: StoredBlock): Promise<Break | undefined> {
    if (!redacted && redaction === null) return undefined;
    const claims = redaction ? ((await this.source.verify(redaction)) as RedactionClaims | undefined) : undefined;
    const leaves = createHash('sha256')
      .update(redacted ?? '')
      .digest('hex');
    const isOurs =
      claims?.use === 'audit-redaction' &&
      claims.block === number &&
      claims.hash === hash.toString('hex') &&
      claims.leaves === leaves;
    if (isOurs) return undefined;
    return broken('block-changed', { block: number }, `What was erased from block ${number} was changed.`);
  }

  private linkBroken(block: StoredBlock, previous: Buffer): Break | undefined {
    const { number, hash, leaves, events, total } = block;
    const at = { block: number };
    const before = this.last?.total ?? total - events.length;
    if (!block.previous.equals(previous)) {
      return broken('block-changed', at, `Block ${number} does not follow the block before it.`);
    }
    if (
      !blockHash(block, leaves).equals(hash) ||
      leaves.length !== events.length * 32 ||
      total !== before + events.length
    ) {
      return broken('block-changed', at, `Block ${number} was changed.`);
    }
    const newest = this.checkpoints.at(-1)?.number ?? 0;
    if (block.checkpoint > newest) {
      const checkpoint = newest + 1;
      return broken(
        'checkpoint-missing',
        { ...at, checkpoint },
        `Checkpoint ${checkpoint}, which block ${number} names, is missing.`,
      );
    }
    const signed = this.checkpoints.find(
      (checkpoint) =>
        checkpoint.block === number && (checkpoint.hash !== hash.toString('hex') || checkpoint.count !== total),
    );
    if (signed) {
      const checkpoint = signed.number;
      return broken(
        'block-changed',
        { ...at, checkpoint },
        `Block ${number}, or one before it, is not the one that checkpoint ${checkpoint} signed.`,
      );
    }
    return undefined;
  }

  private async endBroken(): Promise<Break | undefined> {
    const newest = this.checkpoints.at(-1);
    const { number = newest?.removedBlock ?? 0, hash, total = 0 } = this.last ?? {};
    if (!this.part && newest && newest.block > number)
      return broken('block-missing', { block: number + 1 }, `The blocks from ${number + 1} on are missing.`);
    const state = await this.source.state();
    const claims = state?.signature
      ? ((await this.source.verify(state.signature)) as ChainClaims | ArchiveClaims | undefined)
      : undefined;
    if (claims?.use !== (this.part ? 'audit-archive' : 'audit-chain')) {
      const untouched = this.last === undefined && !newest && state?.signature === null;
      return untouched
        ? undefined
        : broken('chain-state-changed', {}, 'What the server signed when it sealed last is missing or was changed.');
    }
    if (claims.block > number)
      return broken('block-missing', { block: number + 1 }, `The blocks from ${number + 1} on are missing.`);
    if (claims.checkpoint > (newest?.number ?? 0)) {
      const checkpoint = (newest?.number ?? 0) + 1;
      return broken('checkpoint-missing', { checkpoint }, `Checkpoint ${checkpoint} is missing.`);
    }
    const differs =
      claims.block !== number || (hash && (claims.hash !== hash.toString('hex') || claims.count !== total));
    if (differs)
      return broken(
        'block-changed',
        { block: number },
        `Block ${number}, or one since the newest checkpoint, is not the one the server has signed.`,
      );
    const [stranger] = await this.source.strangers();
    if (!stranger) return undefined;
    return broken('event-inserted', stranger, `${stranger.event} was put in: no block has it, or two have.`);
  }
}

function broken(
  problem: Break['problem'],
  at: Partial<Pick<Break, 'block' | 'checkpoint' | 'event'>>,
  message: string,
): Break {
  return { problem, block: at.block ?? null, checkpoint: at.checkpoint ?? null, event: at.event ?? null, message };
}
