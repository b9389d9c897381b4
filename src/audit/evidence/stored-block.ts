import { type BlockHeader, type ChainEvent } from './sealed-event.js';

/** A block of the chain with its events, as it is stored. */
export interface StoredBlock extends BlockHeader {
  hash: Buffer;
  leaves: Buffer;
  /** Of each event; null: a former release has sealed the block. */
  salts: Buffer | null;
  /** The hash of what is left of each event; zeros where nothing was erased. */
  redacted: Buffer | null;
  redaction: string | null;
  /** Its events in their order; `fields` is missing where the row is. */
  events: { kind: ChainEvent['kind']; ref: string; fields?: Record<string, unknown> }[];
}
