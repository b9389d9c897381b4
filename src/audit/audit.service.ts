import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { type Actor } from './actor.js';
import { AuditEvent } from './audit-event.entity.js';

/** A change, as the code that makes it tells it. */
export interface Change {
  action: string;
  organizationId?: number;
  targetType?: string;
  targetId?: string | number;
  /** What is worth knowing later. Never a secret. */
  details?: Record<string, unknown>;
}

@Injectable()
export class AuditService {
  constructor(private readonly clock: Clock) {}

  /**
   * Writes audit events in the transaction of the change they tell of: both happen, or neither.
   *
   * @param manager of that transaction
   */
  async record(manager: EntityManager, actor: Actor, ...changes: Change[]): Promise<void> {
    if (changes.length === 0) return;
    await manager
      .createQueryBuilder()
      .insert()
      .into(AuditEvent)
      .values(
        changes.map((change) => ({
          occurredAt: this.clock.now(),
          action: change.action,
          organizationId: change.organizationId ?? null,
          actorId: actor.id,
          actor: actor.name,
          targetType: change.targetType ?? null,
          targetId: change.targetId === undefined ? null : String(change.targetId),
          details: (change.details ?? {}) as never,
          address: actor.address,
        })),
      )
      .updateEntity(false)
      .execute();
  }
}
