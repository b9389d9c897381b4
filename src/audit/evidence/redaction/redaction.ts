import { createHash } from 'node:crypto';
import { type AuditBlock } from '../audit-block.entity.js';
import { type StoredBlock } from '../stored-block.js';
import { withoutPersonalData } from './personal-data.js';
import { type ChainEvent, leafOf, type Pseudonyms, type RedactionClaims, saltAt, saltsOf } from '../sealed-event.js';

/** The salt of each event of a block; null: a former release has sealed it. */
export function saltsIn({ salts, redacted, leaves }: Pick<AuditBlock, 'salts' | 'redacted' | 'leaves'>): Buffer | null {
  if (!salts || redacted) return salts;
  return saltsOf(salts, leaves.length / 32);
}

/** Whether an event is as it was sealed, or as it was left when it lost personal data; undefined: neither. */
export function sealOf(
  event: ChainEvent,
  pseudonyms: Pseudonyms,
  { block, index }: { block: StoredBlock; index: number },
): 'sealed' | 'redacted' | undefined {
  const at = (hashes: Buffer): Buffer => hashes.subarray(index * 32, index * 32 + 32);
  if (leafOf(event, pseudonyms, saltAt(block.salts, index)).equals(at(block.leaves))) return 'sealed';
  if (!block.redacted) return undefined;
  const left = at(block.redacted);
  // A grant loses its personal data with the session, which may run long after its block is old.
  const isLeft =
    leafOf(event, pseudonyms).equals(left) ||
    (event.kind === 'grant' && leafOf(withoutPersonalData(event), pseudonyms).equals(left));
  return isLeft ? 'redacted' : undefined;
}

/** A block some of whose events have lost personal data, and what the server is to sign of it. */
export interface Redacted {
  salts: Buffer | null;
  redacted: Buffer;
  claims: RedactionClaims;
}

/** @param left the hash of what is left of some events, by their place in the block; null: nothing is. Their salts go. */
export function redactedBlock(block: StoredBlock, left: ReadonlyMap<number, Buffer | null>): Redacted {
  const redacted = Buffer.from(block.redacted ?? Buffer.alloc(block.leaves.length));
  const salts = block.salts && Buffer.from(block.salts);
  for (const [index, hash] of left) {
    hash?.copy(redacted, index * 32);
    salts?.fill(0, index * 16, index * 16 + 16);
  }
  const leaves = createHash('sha256').update(redacted).digest('hex');
  return {
    salts,
    redacted,
    claims: { use: 'audit-redaction', block: block.number, hash: block.hash.toString('hex'), leaves },
  };
}
