import { Injectable } from '@nestjs/common';
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type EntityManager } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { SecretKey } from '../../secret/secret-key.js';
import { UsedChallenge } from './used-challenge.entity.js';

/** Milliseconds for which a challenge may be answered. */
const challengeMillis = 600_000;

const nonceBytes = 16;
const timeBytes = 8;

/**
 * What passkeys sign. A challenge says what it is for and until when, under a key of the server, so that asking for one writes nothing;
 * the answered ones are noted, so that each is good once.
 */
@Injectable()
export class PasskeyChallenges {
  constructor(
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
  ) {}

  /** @param purpose what the answer is good for, and for whom */
  create(purpose: string): Uint8Array<ArrayBuffer> {
    const time = Buffer.alloc(timeBytes);
    time.writeBigUInt64BE(BigInt(this.clock.millis() + challengeMillis));
    const head = Buffer.concat([randomBytes(nonceBytes), time]);
    return new Uint8Array(Buffer.concat([head, mac(this.secretKey.derive(keyPurpose), head, purpose)]));
  }

  /** Whether this server or another one has made the challenge for that, a short while ago. */
  isOurs(challenge: string, purpose: string): boolean {
    const bytes = Buffer.from(challenge, 'base64url');
    const head = bytes.subarray(0, nonceBytes + timeBytes);
    const given = bytes.subarray(nonceBytes + timeBytes);
    if (head.length < nonceBytes + timeBytes || Number(head.readBigUInt64BE(nonceBytes)) <= this.clock.millis()) {
      return false;
    }
    return this.secretKey.derived(keyPurpose).some(({ bytes: key }) => {
      const expected = mac(key, head, purpose);
      return expected.length === given.length && timingSafeEqual(expected, given);
    });
  }

  /** @returns false: it was answered before */
  async use(manager: EntityManager, challenge: string): Promise<boolean> {
    const challengeHash = createHash('sha256').update(Buffer.from(challenge, 'base64url')).digest();
    const expiresAt = new Date(this.clock.millis() + challengeMillis);
    const inserted = await manager
      .createQueryBuilder()
      .insert()
      .into(UsedChallenge)
      .values({ challengeHash, expiresAt })
      .orIgnore()
      .returning('expires_at')
      .execute();
    return (inserted.raw as unknown[]).length > 0;
  }
}

const keyPurpose = 'passkey challenges';

function mac(key: Buffer, head: Buffer, purpose: string): Buffer {
  return createHmac('sha256', key).update(head).update(purpose).digest();
}
