import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, linkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type KeyRing, newKey, readKeyRing, ringText, SecretKeyError } from './key-ring.js';

export { SecretKeyError } from './key-ring.js';

/** A key for one purpose, in both forms: importing the bytes again for each use would cost more than the use. */
export interface DerivedKey {
  bytes: Buffer;
  object: KeyObject;
  /** Since when the key that it derives from has been replaced; undefined: it has not. */
  retiredAt: Date | undefined;
}

/**
 * The installation's one secret outside the database: it encrypts what the database must not show (private keys,
 * passwords of mail servers) and is the origin of the keys that sign access tokens. After a rotation the file still holds the
 * keys that came before: they open what they have sealed, and seal nothing. A file that has been replaced is noticed.
 */
export class SecretKey {
  private ring: KeyRing;
  private stamp: string;
  private readonly cache = new Map<string, readonly DerivedKey[]>();

  private constructor(readonly file: string) {
    this.stamp = stampOf(file);
    this.ring = readKeyRing(file);
  }

  /**
   * Reads the key file, or creates it (readable by this user alone).
   *
   * @throws SecretKeyError when the file is damaged
   */
  static load(file: string): SecretKey {
    if (!existsSync(file)) create(file);
    return new SecretKey(file);
  }

  /** A key of 32 bytes for one purpose; the same on every server that has this file. */
  derive(purpose: string): Buffer {
    return this.current(purpose).bytes;
  }

  /** The key for one purpose that is in use now. */
  current(purpose: string): DerivedKey {
    const [key] = this.derived(purpose);
    if (!key) throw new SecretKeyError(`${this.file} holds no key.`);
    return key;
  }

  /** The key for one purpose, and after it those of the keys that came before, newest first. */
  derived(purpose: string): readonly DerivedKey[] {
    const known = this.cache.get(purpose);
    if (known) return known;
    const keys = this.ring.map(({ key, retiredAt }) => {
      const bytes = Buffer.from(hkdfSync('sha256', key, '', `license-server ${purpose}`, 32));
      return { bytes, object: createSecretKey(bytes), retiredAt };
    });
    this.cache.set(purpose, keys);
    return keys;
  }

  /**
   * Reads the file again if it is another one by now. One that cannot be read changes nothing: it may be on its way.
   *
   * @returns whether there are other keys now
   */
  refresh(): boolean {
    try {
      const stamp = stampOf(this.file);
      if (stamp === this.stamp) return false;
      this.ring = readKeyRing(this.file);
      this.stamp = stamp;
    } catch {
      return false;
    }
    this.cache.clear();
    return true;
  }

  /** Encrypts with AES-256-GCM: nonce, tag and text in one buffer. */
  seal(text: string): Buffer {
    // What is sealed with a key that is about to go would have to be sealed again.
    this.refresh();
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.current('sealing').object, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws SecretKeyError when it was sealed with another key or altered */
  open(sealed: Buffer): string {
    const text = this.tryOpen(sealed) ?? (this.refresh() ? this.tryOpen(sealed) : undefined);
    if (text === undefined) {
      throw new SecretKeyError('A secret in the database was encrypted with another secret key.');
    }
    return text;
  }

  /** Whether the newest key has sealed it. */
  isCurrent(sealed: Buffer): boolean {
    return openWith(this.current('sealing').object, sealed) !== undefined;
  }

  private tryOpen(sealed: Buffer): string | undefined {
    for (const { object } of this.derived('sealing')) {
      const text = openWith(object, sealed);
      if (text !== undefined) return text;
    }
    return undefined;
  }
}

function openWith(key: KeyObject, sealed: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(sealed.subarray(12, 28));
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Differs when a file has been written, or another one has taken its name. */
function stampOf(file: string): string {
  const { ino, size, mtimeNs } = statSync(file, { bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
}

/** Writes it aside and links it into place, so that no reader ever sees half a key and no older key is replaced. */
function create(file: string): void {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, ringText([{ key: newKey() }]), { mode: 0o600 });
  try {
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside);
  }
}
