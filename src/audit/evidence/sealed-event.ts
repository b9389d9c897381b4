import { createHash, createHmac } from 'node:crypto';

export type EventKind = 'event' | 'grant' | 'end';

/** An audit event as it is sealed: a row of audit_event, or the grant or end of a lease from the table that has it. */
export interface ChainEvent {
  kind: EventKind;
  /** Id of the row, or of the lease. */
  ref: string;
  /** What it says, for people to read; e-mail addresses stand in it as they are. */
  fields: Record<string, unknown>;
}

/** What stands in for an e-mail address in what is hashed. */
export type Pseudonyms = ReadonlyMap<string, string>;

const address = /[^\s"'<>(),;:@]+@[^\s"'<>(),;:@]+/g;

/** All e-mail addresses in an event. */
export function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return value.match(address) ?? [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(namesIn);
}

/** Cannot be guessed without the salt: once its row is deleted, it cannot be attributed. */
export function pseudonymFor(name: string, salt: Buffer): string {
  return `person:${createHash('sha256').update(salt).update(name).digest('hex').slice(0, 32)}`;
}

/**
 * The hash of an event, over its canonical form: JSON with sorted keys and without white space, each e-mail address replaced by
 * its pseudonym. Where a person was erased the pseudonym stands in the row itself, and the hash is the same.
 *
 * @param salt goes with what is erased, so that the hash does not tell it to a reader who tries all addresses
 */
export function leafOf({ kind, ref, fields }: ChainEvent, pseudonyms: Pseudonyms, salt: Buffer = noSalt): Buffer {
  return createHash('sha256').update(salt).update(canonical({ kind, ref, fields }, pseudonyms)).digest();
}

const noSalt = Buffer.alloc(0);
const saltBytes = 16;

/** The salt of each event of a block, one after the other. */
export function saltsOf(seed: Buffer, events: number): Buffer {
  const salts = Array.from({ length: events }, (_, index) =>
    createHmac('sha256', seed).update(String(index)).digest().subarray(0, saltBytes),
  );
  return Buffer.concat(salts);
}

/** @param salts of {@link saltsOf}; null: a former release has sealed the block */
export function saltAt(salts: Buffer | null, index: number): Buffer {
  return salts ? salts.subarray(index * saltBytes, (index + 1) * saltBytes) : noSalt;
}

/** What a server says of the events of a block that have lost personal data. */
export interface RedactionClaims {
  use: 'audit-redaction';
  block: number;
  /** Of the block, as it is in the chain. */
  hash: string;
  /** SHA-256 of the hashes of what is left. */
  leaves: string;
}

function canonical(value: unknown, pseudonyms: Pseudonyms): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.replace(address, (name) => pseudonyms.get(name) ?? `unknown:${name}`));
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each) => canonical(each, pseudonyms)).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each, pseudonyms)}`).join(',')}}`;
}

export interface BlockHeader {
  number: number;
  sealedAt: Date;
  /** Hash of the block before. */
  previous: Buffer;
  /** Events in this block and all before. */
  total: number;
  /** The newest checkpoint when it was sealed. */
  checkpoint: number;
  /** It holds events from before there were blocks. */
  history: boolean;
}

/** @param leaves the hashes of its events, one after the other */
export function blockHash(
  { number, sealedAt, previous, total, checkpoint, history }: BlockHeader,
  leaves: Buffer,
): Buffer {
  const header = {
    number,
    sealedAt: sealedAt.toISOString(),
    previous: previous.toString('hex'),
    total,
    checkpoint,
    history,
  };
  return createHash('sha256').update(canonical(header, new Map())).update(leaves).digest();
}

/** Where the chain stands, as the server signs it with every block. */
export interface ChainClaims {
  use: 'audit-chain';
  block: number;
  hash: string;
  count: number;
  checkpoint: number;
}

/** What a checkpoint says. */
export interface CheckpointClaims {
  use: 'audit-checkpoint';
  number: number;
  at: string;
  block: number;
  hash: string;
  count: number;
  /** Blocks up to this one are removed, and the hash of the last of them. */
  removedBlock: number;
  anchor: string;
  /** Sessions of blocks up to this one may be removed. */
  removedSessionsBlock: number;
}

/** What a server says of an archive: where its part of the chain begins and ends, and what is in the file. */
export interface ArchiveClaims extends Omit<ChainClaims, 'use'> {
  use: 'audit-archive';
  /** Such as `2026-11`. */
  month: string;
  /** The first block, and the hash of the block before. */
  first: number;
  previous: string;
  /** Sessions of blocks up to this one may be missing. */
  removedSessionsBlock: number;
  /** SHA-256 of all lines before the one with this signature. */
  sha256: string;
}
