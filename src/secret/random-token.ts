import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits for the intended holder. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What the database keeps of it. Random tokens cannot be guessed, so one fast hash is enough. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
