import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { promisify } from 'node:util';
import { DamagedBackupError } from './backup-error.js';

/**
 * A stream encrypted with a passphrase. The key is scrypt's (N = 2^17, r = 8, p = 1: about 128 MB and half a second); the
 * content goes in chunks of 64 KiB, each with AES-256-GCM and a tag of its own, numbered and the last one marked, so that
 * none can be altered, left out, moved or cut off. What is given out has been proved.
 *
 *     magic (8) | salt (16) | nonce prefix (7) | chunk, tag (16) | chunk, tag (16) | …
 */
const magic = Buffer.from('LSBKUP1\n');
const saltBytes = 16;
const prefixBytes = 7;
const tagBytes = 16;
const chunkBytes = 64 * 1024;

/** Bytes before the first chunk. */
export const sealedHeaderBytes = magic.length + saltBytes + prefixBytes;

/** Whether a file that begins so is encrypted. */
export function isSealed(beginning: Buffer): boolean {
  return beginning.subarray(0, magic.length).equals(magic);
}

/** Encrypts what is written to it. */
export async function sealing(passphrase: string): Promise<Transform> {
  const header = Buffer.concat([magic, randomBytes(saltBytes + prefixBytes)]);
  const key = await keyOf(passphrase, header);
  const chunks = new Chunks(chunkBytes, (chunk, nonce) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(header)).setAAD(header);
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  });
  chunks.push(header);
  return chunks;
}

/**
 * Decrypts what is written to it, from behind the header on.
 *
 * @param header the first {@link sealedHeaderBytes} of the file
 */
export async function unsealing(passphrase: string, header: Buffer): Promise<Transform> {
  const key = await keyOf(passphrase, header);
  return new Chunks(chunkBytes + tagBytes, (chunk, nonce, number) => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce(header), { authTagLength: tagBytes });
      const end = chunk.length - tagBytes;
      decipher.setAAD(header).setAuthTag(chunk.subarray(end));
      return Buffer.concat([decipher.update(chunk.subarray(0, end)), decipher.final()]);
    } catch (error) {
      const message = number === 0 ? 'The passphrase is wrong, or the backup is damaged.' : 'The backup is damaged.';
      throw new DamagedBackupError(message, { cause: error });
    }
  });
}

async function keyOf(passphrase: string, header: Buffer): Promise<Buffer> {
  const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);
  const salt = header.subarray(magic.length, magic.length + saltBytes);
  return derive(passphrase.normalize('NFKC'), salt, 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 });
}

/** The nonce of a chunk, in a file with this header. */
type Nonce = (header: Buffer) => Buffer;

/** Cuts a stream into chunks of one size, of which the last may be shorter, and turns each into something else. */
class Chunks extends Transform {
  private rest = Buffer.alloc(0);
  private number = 0;

  constructor(
    private readonly size: number,
    private readonly turn: (chunk: Buffer, nonce: Nonce, number: number) => Buffer,
  ) {
    super();
  }

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.attempt(done, () => {
      this.rest = Buffer.concat([this.rest, data]);
      // A full chunk is kept until something follows it: it might be the last.
      while (this.rest.length > this.size) {
        this.emitChunk(this.rest.subarray(0, this.size), false);
        this.rest = this.rest.subarray(this.size);
      }
    });
  }

  override _flush(done: TransformCallback): void {
    this.attempt(done, () => {
      this.emitChunk(this.rest, true);
    });
  }

  private emitChunk(chunk: Buffer, last: boolean): void {
    const number = this.number++;
    const nonce: Nonce = (header) => {
      const counter = Buffer.alloc(5);
      counter.writeUInt32BE(number);
      counter.writeUInt8(last ? 1 : 0, 4);
      return Buffer.concat([header.subarray(-prefixBytes), counter]);
    };
    this.push(this.turn(chunk, nonce, number));
  }

  private attempt(done: TransformCallback, work: () => void): void {
    try {
      work();
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}
