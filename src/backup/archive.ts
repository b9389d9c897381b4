import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type Entry, extract, pack } from 'tar-stream';
import { BackupError, DamagedBackupError } from './backup-error.js';
import { type Manifest, manifestName, type Part, readManifest } from './manifest.js';
import { isSealed, sealedHeaderBytes, sealing, unsealing } from './sealed-stream.js';

/** RFC 1952: deflate, no name, no time, unknown system. Always the same, so that a change of any byte is noticed. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** Bytes of a part that is read into memory, at most. */
const largestInMemory = 64 * 1024 * 1024;

/**
 * Writes a `.tar.gz`, encrypted when there is a passphrase. It comes into being under another name; only a whole one gets
 * its own.
 */
export class ArchiveWriter {
  private readonly tar = pack();
  private readonly parts: Part[] = [];
  private readonly written: Promise<void>;

  private constructor(file: string, seal: Transform | undefined) {
    const target = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
    const packed = [createGzip({ level: 6 }), new SameGzipHeader()] as const;
    this.written = seal ? pipeline(this.tar, ...packed, seal, target) : pipeline(this.tar, ...packed, target);
    // The code that adds a part learns of it; no other code has to.
    this.written.catch(() => undefined);
  }

  static async create(file: string, passphrase: string | undefined): Promise<ArchiveWriter> {
    return new ArchiveWriter(file, passphrase === undefined ? undefined : await sealing(passphrase));
  }

  async add(name: string, content: Buffer): Promise<void> {
    this.parts.push({ name, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
    await this.entry(name, content.length, (entry) => {
      entry.end(content);
    });
  }

  /** @throws BackupError when the file changes meanwhile */
  async addFile(name: string, file: string): Promise<void> {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const hash = createHash('sha256');
      let seen = 0;
      await this.entry(name, size, (entry) => {
        const source = handle.createReadStream({ autoClose: false });
        source.on('data', (chunk) => {
          hash.update(chunk);
          seen += chunk.length;
        });
        source.on('error', (error) => entry.destroy(error));
        source.pipe(entry);
      });
      if (seen !== size) throw new BackupError(`${file} has changed while it was read. Make the backup again.`);
      this.parts.push({ name, bytes: size, sha256: hash.digest('hex') });
    } finally {
      await handle.close();
    }
  }

  /** Ends the archive with its manifest, and waits until all is on the disk. */
  async finish(description: Omit<Manifest, 'parts'>): Promise<Manifest> {
    const manifest: Manifest = { ...description, parts: this.parts };
    const content = Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`);
    await this.entry(manifestName, content.length, (entry) => {
      entry.end(content);
    });
    this.tar.finalize();
    await this.written;
    return manifest;
  }

  async abandon(): Promise<void> {
    this.tar.destroy();
    await this.written.catch(() => undefined);
  }

  private async entry(name: string, size: number, fill: (entry: NodeJS.WritableStream & Entry) => void): Promise<void> {
    // What ended the pipeline, such as a full disk, says more than an archive that takes no more parts.
    if (this.tar.destroyed) await this.written;
    const stored = new Promise<void>((resolve, reject) => {
      const entry = this.tar.entry({ name, size, mode: 0o600, mtime: new Date() }, (error) => {
        if (error) reject(error);
        else resolve();
      });
      const filled = entry as unknown as NodeJS.WritableStream & Entry;
      // The callback above tells, or the pipeline does; an error without a listener would end the process and leave a part behind.
      filled.on('error', () => undefined);
      fill(filled);
    });
    // A full disk ends the pipeline, and would leave the entry waiting for ever.
    await Promise.race([stored, this.written.then(() => stored)]);
  }
}

/** The bytes of a part, to be read once. */
export type PartContent = AsyncIterable<Buffer>;

/** Takes one part; what it leaves unread is read for it. */
export type TakePart = (name: string, content: PartContent) => Promise<void>;

/**
 * Reads an archive from beginning to end and proves it: every part against the manifest, and that nothing is missing or
 * too much. Only when this resolves is anything that {@link TakePart} was given to be trusted.
 *
 * @param passphrase asked for when the file is encrypted
 * @throws DamagedBackupError
 */
export async function readArchive(file: string, passphrase: () => Promise<string>, take: TakePart): Promise<Manifest> {
  const beginning = await beginningOf(file);
  const sealed = isSealed(beginning);
  if (!sealed && !beginning.subarray(0, gzipHeader.length).equals(gzipHeader)) {
    throw new DamagedBackupError(`${file} is not a backup of a license server, or its beginning is damaged.`);
  }
  const unseal = sealed ? await unsealing(await passphrase(), beginning) : undefined;
  const source = createReadStream(file, { start: sealed ? sealedHeaderBytes : 0 });
  const gunzip = createGunzip();
  const tar = extract();
  let compressedBytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      compressedBytes += chunk.length;
      done(null, chunk);
    },
  });
  const flow = unseal ? pipeline(source, unseal, counting, gunzip, tar) : pipeline(source, counting, gunzip, tar);
  const parts = new Map<string, Part>();
  let manifest: Manifest | undefined;
  const work = async (): Promise<void> => {
    for await (const entry of tar) {
      const { name } = entry.header;
      const content = new HashedContent(entry);
      if (manifest) throw new DamagedBackupError('The backup goes on after its end.');
      if (parts.has(name)) throw new DamagedBackupError(`The backup holds ${name} twice.`);
      if (name === manifestName) manifest = readManifest((await bytesOf(content)).toString('utf8'));
      else {
        await take(name, content);
        parts.set(name, { name, ...(await content.end()) });
      }
    }
  };
  try {
    await allOrFirst(flow, work(), () => tar.destroy());
  } catch (error) {
    if (error instanceof BackupError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') || /tar|unexpected end/i.test(message)) {
      throw new DamagedBackupError(`The backup is damaged or not complete (${message}).`, { cause: error });
    }
    throw error;
  }
  if (!manifest) throw new DamagedBackupError('The backup is not complete: it has no manifest.');
  if (gunzip.bytesWritten !== compressedBytes) throw new DamagedBackupError('The backup goes on after its end.');
  prove(manifest, parts);
  return manifest;
}

/** @throws DamagedBackupError that names the parts which are not as they were written */
function prove(manifest: Manifest, found: ReadonlyMap<string, Part>): void {
  const wrong = manifest.parts.filter(({ name, bytes, sha256 }) => {
    const part = found.get(name);
    return part?.bytes !== bytes || part.sha256 !== sha256;
  });
  if (wrong.length > 0) {
    throw new DamagedBackupError(`Damaged in the backup: ${wrong.map(({ name }) => name).join(', ')}.`);
  }
  const known = new Set(manifest.parts.map(({ name }) => name));
  const extra = [...found.keys()].filter((name) => !known.has(name));
  if (extra.length > 0)
    throw new DamagedBackupError(`The backup holds what its manifest does not know: ${extra.join(', ')}.`);
}

async function beginningOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(sealedHeaderBytes);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** A part that fits into memory. */
export async function bytesOf(content: PartContent): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > largestInMemory)
      throw new DamagedBackupError('A part of the backup is larger than any that is written.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Waits for both. When the reader of the entries fails, the stream that brings them is ended; when that stream fails, its
 * error is the one to tell, for the reader's only follows from it.
 */
async function allOrFirst(flow: Promise<void>, work: Promise<void>, end: () => void): Promise<void> {
  const reading = work.catch((error: unknown) => {
    end();
    throw error;
  });
  const [streams, entries] = await Promise.allSettled([flow, reading]);
  if (entries.status === 'rejected' && entries.reason instanceof BackupError) throw entries.reason;
  if (streams.status === 'rejected' && !isPrematureClose(streams.reason)) throw streams.reason;
  if (entries.status === 'rejected') throw entries.reason;
  if (streams.status === 'rejected') throw streams.reason;
}

function isPrematureClose(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** Hashes a part while it is read. */
class HashedContent implements PartContent {
  private readonly hash = createHash('sha256');
  private bytes = 0;

  constructor(private readonly source: PartContent) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.source) {
      this.hash.update(chunk);
      this.bytes += chunk.length;
      yield chunk;
    }
  }

  /** Reads what is left. */
  async end(): Promise<{ bytes: number; sha256: string }> {
    for await (const _chunk of this);
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

/** Puts the same header before every gzip stream, whatever the system. */
class SameGzipHeader extends Transform {
  private left = gzipHeader.length;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const skipped = Math.min(this.left, chunk.length);
    if (this.left === gzipHeader.length) this.push(gzipHeader);
    this.left -= skipped;
    done(null, chunk.subarray(skipped));
  }
}
