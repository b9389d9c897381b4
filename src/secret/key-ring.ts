import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** The key file is there but holds something else than keys. */
export class SecretKeyError extends Error {}

/** A key of the file. One seals: that which is neither to come nor retired. The others open what they have sealed. */
export interface RingKey {
  key: Buffer;
  /** The next rotation makes it the one that seals; other servers may do so already. */
  next?: boolean;
  /** When it was replaced. */
  retiredAt?: Date;
}

/** The keys of a file: the one that seals, then one that is to come, then those that came before, newest first. */
export type KeyRing = readonly RingKey[];

export function newKey(): Buffer {
  return randomBytes(32);
}

/** @throws SecretKeyError when the file is damaged */
export function readKeyRing(file: string): KeyRing {
  const ring = parseKeyRing(readFileSync(file, 'utf8'));
  if (ring) return ring;
  throw new SecretKeyError(
    `${file} is damaged: it must hold 32 bytes in base64, and in further lines other keys with "next", or "retired" and ` +
      'a time. Restore it from your backup.',
  );
}

/** @returns undefined when it is no key file */
export function parseKeyRing(text: string): KeyRing | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const ring = lines.map(parseLine);
  if (ring.length === 0 || ring.includes(undefined)) return undefined;
  const [first, ...others] = ring as RingKey[];
  const isWhole = first && isCurrent(first) && !others.some(isCurrent);
  return isWhole ? [first, ...others] : undefined;
}

export function ringText(ring: KeyRing): string {
  return ring
    .map(({ key, next, retiredAt }) => {
      const mark = next ? ' next' : retiredAt ? ` retired ${retiredAt.toISOString()}` : '';
      return `${key.toString('base64')}${mark}\n`;
    })
    .join('');
}

/** Whether all keys of one ring are in the other. */
export function isPartOf(some: KeyRing, all: KeyRing): boolean {
  return some.every(({ key }) => all.some((other) => other.key.equals(key)));
}

/**
 * Puts another ring in the place of a key file at once: a reader sees the one or the other, after a power failure too. Its
 * owner and mode stay, for another user may run the server.
 *
 * @throws SecretKeyError when the file cannot be replaced; it is as it was
 */
export function replaceKeyRing(file: string, ring: KeyRing): void {
  try {
    writeKeyRing(realpathSync(file), ring);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = reasons[code] ?? message;
    throw new SecretKeyError(`${file} cannot be replaced, so no key was changed: ${reason}.`, { cause: error });
  }
}

const readOnly =
  'it or its folder is read-only here. Run the command where both can be written, as the user who runs the server';

/** By the code of the operating system. */
const reasons: Readonly<Record<string, string>> = {
  EROFS: readOnly,
  EACCES: readOnly,
  EPERM: readOnly,
  EBUSY: 'it is mounted as a single file. Mount its folder instead, or run the command where the file really is',
  ENOSPC: 'the disk is full',
};

function writeKeyRing(target: string, ring: KeyRing): void {
  const { uid, gid, mode } = statSync(target);
  const aside = `${target}.${process.pid}`;
  try {
    writeFileSync(aside, ringText(ring), { mode: mode & 0o777, flush: true });
    if (process.getuid?.() === 0) chownSync(aside, uid, gid);
    renameSync(aside, target);
  } finally {
    rmSync(aside, { force: true });
  }
  syncFolder(path.dirname(target));
}

/** Makes a new name in a folder last; Windows does it automatically. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function isCurrent({ next, retiredAt }: RingKey): boolean {
  return !next && retiredAt === undefined;
}

function parseLine(line: string): RingKey | undefined {
  const [, text = '', next, time] = /^([A-Za-z0-9+/]{43}=)(?: (?:(next)|retired (\S+)))?$/.exec(line.trim()) ?? [];
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) return undefined;
  if (next) return { key, next: true };
  if (time === undefined) return { key };
  const retiredAt = new Date(time);
  return Number.isNaN(retiredAt.getTime()) ? undefined : { key, retiredAt };
}
