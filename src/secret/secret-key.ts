import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** The key file is there but holds something else than a key. */
export class SecretKeyError extends Error {}

/**
 * The installation's one secret outside the database: it encrypts what the database must not show (private keys,
 * passwords of mail servers) and is the origin of the keys that sign access tokens.
 */
export class SecretKey {
  constructor(private readonly key: Buffer) {}

  /**
   * Reads the key file, or creates it (readable by this user alone).
   *
   * @throws SecretKeyError when the file is damaged
   */
  static load(file: string): SecretKey {
    if (!existsSync(file)) create(file);
    const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
    if (key.length !== 32) {
      throw new SecretKeyError(`${file} is damaged: it must hold 32 bytes in base64. Restore it from your backup.`);
    }
    return new SecretKey(key);
  }

  /** A key of 32 bytes for one purpose; the same on every server that has this file. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.key, '', `license-server ${purpose}`, 32));
  }

  /** Encrypts with AES-256-GCM: nonce, tag and text in one buffer. */
  seal(text: string): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.derive('sealing'), nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws SecretKeyError when it was sealed with another key or altered */
  open(sealed: Buffer): string {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.derive('sealing'), sealed.subarray(0, 12), {
        authTagLength: 16,
      });
      decipher.setAuthTag(sealed.subarray(12, 28));
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
    } catch {
      throw new SecretKeyError('A secret in the database was encrypted with another secret key.');
    }
  }
}

/** Writes it aside and links it into place, so that no reader ever sees half a key and no older key is replaced. */
function create(file: string): void {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside);
  }
}
