import { createHash, createPublicKey, type Hash, type KeyObject, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { type AuditName } from './audit-name.entity.js';
import { type ChainSource, type StoredCheckpoint } from './chain-verifier.js';
import { type StoredBlock } from './stored-block.js';
import { type ArchiveClaims, namesIn, pseudonymFor, type Pseudonyms } from './sealed-event.js';
import { pseudonymsOf } from './sealing.queries.js';

type Line =
  | { type: 'key'; pem: string }
  | ({ type: 'checkpoint' } & StoredCheckpoint)
  | { type: 'name'; name: string; salt: string }
  | ({
      type: 'block';
      sealedAt: string;
      previous: string;
      hash: string;
      leaves: string;
      /** Missing in an export of a former release, like the next two. */
      salts?: string | null;
      redacted?: string | null;
      redaction?: string | null;
    } & Pick<StoredBlock, 'number' | 'total' | 'checkpoint' | 'history'>)
  | { type: 'event'; kind: 'event' | 'grant' | 'end'; ref: string; fields?: Record<string, unknown> }
  | { type: 'state'; signature: string | null }
  /** The last line of an archive. */
  | { type: 'archive'; signature: string };

/** The chain as lines of JSON: keys (that of today first), checkpoints and state, then each block, the names in it, and its events. */
export async function* exportLines(
  manager: EntityManager,
  chain: ChainSource,
  pems: readonly string[],
): AsyncGenerator<string> {
  for (const pem of pems) yield line({ type: 'key', pem });
  for (const checkpoint of await chain.checkpoints()) yield line({ type: 'checkpoint', ...checkpoint });
  yield line({ type: 'state', signature: (await chain.state())?.signature ?? null });
  yield* blockLines(manager, chain.blocks());
}

/** A part of the chain, to be followed by {@link archiveEnd}. */
export async function* archiveLines(
  manager: EntityManager,
  { pems, checkpoints, blocks }: ChainPart,
): AsyncGenerator<string> {
  for (const pem of pems) yield line({ type: 'key', pem });
  for (const checkpoint of checkpoints) yield line({ type: 'checkpoint', ...checkpoint });
  yield* blockLines(manager, blocks);
}

/** What an archive has of the chain. */
export interface ChainPart {
  pems: readonly string[];
  checkpoints: readonly StoredCheckpoint[];
  blocks: AsyncIterable<StoredBlock>;
}

export function archiveEnd(signature: string): string {
  return line({ type: 'archive', signature });
}

function line(value: Line): string {
  return `${JSON.stringify(value)}\n`;
}

async function* blockLines(manager: EntityManager, blocks: AsyncIterable<StoredBlock>): AsyncGenerator<string> {
  const known = new Set<string>();
  for await (const block of blocks) {
    const { events } = block;
    const names = [...new Set(events.flatMap(({ fields }) => namesIn(fields)))].filter((name) => !known.has(name));
    for (const { name, salt } of await rowsOf<AuditName>(manager, pseudonymsOf(names))) {
      yield line({ type: 'name', name, salt: salt.toString('hex') });
    }
    for (const name of names) known.add(name);
    yield line(blockLine(block));
    for (const event of events) yield line({ type: 'event', ...event });
  }
}

function blockLine(block: StoredBlock): Line {
  const { sealedAt, previous, hash, leaves, number, total, checkpoint, history, salts, redacted, redaction } = block;
  return {
    type: 'block',
    number,
    sealedAt: sealedAt.toISOString(),
    previous: previous.toString('hex'),
    hash: hash.toString('hex'),
    total,
    checkpoint,
    history,
    leaves: leaves.toString('hex'),
    salts: salts?.toString('hex') ?? null,
    redacted: redacted?.toString('hex') ?? null,
    redaction,
  };
}

/** A chain from a file that {@link exportLines} has written. */
export class ExportedChain implements ChainSource {
  private readonly keys: KeyObject[] = [];
  private readonly found: StoredCheckpoint[] = [];
  private readonly salts = new Map<string, Buffer>();
  private signature: string | null | undefined;
  private archive: { signature: string; sha256: string } | undefined;

  private constructor(private readonly file: string) {}

  /**
   * @param pem the server's public keys, from a source that the reader trusts; without it those in the file count
   * @throws Error when it is no export, or `pem` holds no key that could have signed one
   */
  static async open(file: string, pem: string | undefined): Promise<ExportedChain> {
    const chain = new ExportedChain(file);
    let isExport = false;
    if (pem !== undefined) {
      chain.keys.push(...keysIn(pem));
      if (chain.keys.length === 0) {
        throw new Error(
          "The key file holds no Ed25519 public key. The server's are at /api/v1/signing-key.pem?kid=all.",
        );
      }
    }
    const digest = createHash('sha256');
    for await (const line of linesOf(file, digest)) {
      // Nothing belongs after the signature.
      if (chain.archive) chain.archive.sha256 = '';
      if (line.type === 'key') {
        isExport = true;
        if (pem === undefined) chain.keys.push(...keysIn(line.pem));
      } else if (line.type === 'checkpoint') {
        const { type: _type, ...checkpoint } = line;
        chain.found.push(checkpoint);
      } else if (line.type === 'name') chain.salts.set(line.name, Buffer.from(line.salt, 'hex'));
      else if (line.type === 'state') chain.signature = line.signature;
      else if (line.type === 'archive') {
        chain.archive = { signature: line.signature, sha256: digest.copy().digest('hex') };
        chain.signature = line.signature;
      }
    }
    if (!isExport) throw new Error(`${file} is not an export of an audit log.`);
    return chain;
  }

  /** SHA-256 of each key that the signatures are checked with. */
  get fingerprints(): string[] {
    return this.keys.map((key) =>
      createHash('sha256')
        .update(key.export({ type: 'spki', format: 'der' }))
        .digest('hex'),
    );
  }

  state(): Promise<{ signature: string | null } | undefined> {
    return Promise.resolve(this.signature === undefined ? undefined : { signature: this.signature });
  }

  checkpoints(): Promise<StoredCheckpoint[]> {
    return Promise.resolve(this.found);
  }

  async part(): Promise<ArchiveClaims | 'changed' | undefined> {
    if (!this.archive) return undefined;
    const claims = (await this.verify(this.archive.signature)) as ArchiveClaims | undefined;
    return claims?.use === 'audit-archive' && claims.sha256 === this.archive.sha256 ? claims : 'changed';
  }

  async *blocks(): AsyncGenerator<StoredBlock> {
    let block: StoredBlock | undefined;
    for await (const line of linesOf(this.file)) {
      if (line.type === 'event') block?.events.push({ kind: line.kind, ref: line.ref, fields: line.fields });
      if (line.type !== 'block') continue;
      if (block) yield block;
      const [previous, hash, leaves] = [line.previous, line.hash, line.leaves].map((hex) => Buffer.from(hex, 'hex'));
      if (!previous || !hash || !leaves) continue;
      const [salts, redacted] = [line.salts, line.redacted].map((hex) => (hex ? Buffer.from(hex, 'hex') : null));
      const erased = { salts: salts ?? null, redacted: redacted ?? null, redaction: line.redaction ?? null };
      block = { ...line, sealedAt: new Date(line.sealedAt), previous, hash, leaves, ...erased, events: [] };
    }
    if (block) yield block;
  }

  pseudonyms(): Promise<Pseudonyms> {
    return Promise.resolve(new Map([...this.salts].map(([name, salt]) => [name, pseudonymFor(name, salt)])));
  }

  strangers(): Promise<[]> {
    return Promise.resolve([]);
  }

  verify(jws: string): Promise<unknown> {
    const [header = '', payload = '', signature = ''] = jws.split('.');
    const [input, bytes] = [Buffer.from(`${header}.${payload}`), Buffer.from(signature, 'base64url')];
    const good = this.keys.some((key) => verify(null, input, key, bytes));
    return Promise.resolve(good ? JSON.parse(Buffer.from(payload, 'base64url').toString()) : undefined);
  }
}

/** The Ed25519 keys of a PEM text, which may hold others too. */
function keysIn(pem: string): KeyObject[] {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  return blocks.map((block) => createPublicKey(block)).filter((key) => key.asymmetricKeyType === 'ed25519');
}

async function* linesOf(file: string, digest?: Hash): AsyncGenerator<Line> {
  for await (const text of createInterface({ input: contentOf(file), crlfDelay: Infinity })) {
    if (text.trim() === '') continue;
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch (error) {
      throw new Error(`${file} is not an export of an audit log: a line is not JSON.`, { cause: error });
    }
    if (line.type !== 'archive') digest?.update(`${text}\n`);
    yield line;
  }
}

function contentOf(file: string): NodeJS.ReadableStream {
  const bytes = createReadStream(file);
  if (!file.endsWith('.gz')) return bytes;
  const content = createGunzip();
  bytes.on('error', (error) => content.destroy(error));
  return bytes.pipe(content);
}
