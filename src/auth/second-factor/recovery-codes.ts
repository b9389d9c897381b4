import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { type EntityManager } from 'typeorm';
import { RecoveryCode } from './recovery-code.entity.js';

/** Codes that a person gets at a time. */
const codesAtOnce = 10;

/** Crockford's letters: none is mistaken for another when it is read from paper. */
const letters = '0123456789abcdefghjkmnpqrstvwxyz';

/** Codes for the day on which the phone is gone: each works once. */
@Injectable()
export class RecoveryCodes {
  /** Makes ten new codes; those before no longer work. @returns the codes, which are shown this once */
  async renew(manager: EntityManager, userId: number): Promise<string[]> {
    await manager.delete(RecoveryCode, { userId });
    const codes = Array.from({ length: codesAtOnce }, newCode);
    await manager.insert(
      RecoveryCode,
      codes.map((code) => ({ userId, codeHash: recoveryCodeHash(code) })),
    );
    return codes;
  }
}

/** 80 random bits, in groups that are easy to type. */
function newCode(): string {
  const text = Array.from(randomBytes(16), (byte) => letters[byte % 32]).join('');
  return text.replace(/(.{4})(?=.)/g, '$1-');
}

/** The same for a code however it is typed: with or without hyphens, in capitals, with O for 0. */
export function recoveryCodeHash(code: string): Buffer {
  const typed = code.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1');
  return createHash('sha256').update(typed).digest();
}
