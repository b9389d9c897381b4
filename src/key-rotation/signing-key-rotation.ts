import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { SecretKey } from '../secret/secret-key.js';
import { newSigningKey } from '../signing/new-signing-key.js';
import { RetiredSigningKey } from '../signing/retired-signing-key.entity.js';
import { SigningKey } from '../signing/signing-key.entity.js';
import { holdSchema, lockInstallation } from '../database/locks.js';
import { lastEnd } from './key-rotation.queries.js';

/** A signing key, and the one that it has replaced. */
export interface ReplacedSigningKey {
  purpose: string;
  kid: string;
  retired: string;
  /** When the last token of the retired key has expired. */
  acceptedUntil: Date;
}

/** Servers may grant for a moment what they have begun before they hear of the new keys, and their clocks differ. */
const slackMinutes = 60;

/** Replaces the keys that sign leases and licenses, while servers run. */
@Injectable()
export class SigningKeyRotation {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secretKey: SecretKey,
    private readonly audit: AuditService,
  ) {}

  /** New keys sign from the commit on; the private halves of the old ones are gone, their public halves stay. */
  async rotate(actor: Actor): Promise<ReplacedSigningKey[]> {
    return this.dataSource.transaction(async (manager) => {
      // No backup, migration or other rotation meanwhile; and no offline license, which may be good for years.
      await holdSchema(manager);
      // Until the commit, no server issues an offline license, which may be good for years.
      await lockInstallation(manager);
      const { now, until } = await lastEnd(manager, slackMinutes);
      const replaced: ReplacedSigningKey[] = [];
      for (const old of await manager.find(SigningKey, {
        order: { purpose: 'ASC' },
        lock: { mode: 'pessimistic_write' },
      })) {
        replaced.push(await this.replace(manager, old, now, until));
      }
      await this.audit.record(
        manager,
        actor,
        ...replaced.map(({ kid, ...details }) => ({
          action: 'signing-key.rotated',
          targetType: 'signing-key',
          targetId: kid,
          details,
        })),
      );
      return replaced;
    });
  }

  private async replace(manager: EntityManager, old: SigningKey, now: Date, until: Date): Promise<ReplacedSigningKey> {
    const { purpose, kid, publicKey } = old;
    await manager.insert(RetiredSigningKey, { kid, purpose, publicKey, retiredAt: now, acceptedUntil: until });
    const key = await newSigningKey(purpose, this.secretKey);
    await manager.update(SigningKey, { purpose }, key);
    return { purpose, kid: key.kid, retired: kid, acceptedUntil: until };
  }
}
