import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { afterCommit } from '../database/after-commit.js';
import { type Actor } from '../access/actor.js';

/** A change, as the code that makes it tells it. */
export interface Change {
  action: string;
  organizationId?: number;
  targetType?: string;
  targetId?: string | number;
  /** What is worth knowing later. Never a secret. */
  details?: Record<string, unknown>;
}

/** A change and who made it. */
export interface AuditEvent {
  actor: Actor;
  change: Change;
}

@Injectable()
export class AuditService {
  private readonly listeners: ((changes: readonly Change[]) => void)[] = [];

  constructor(private readonly clock: Clock) {}

  /** Tells of the changes that this server has made, once they are committed. */
  whenCommitted(listener: (changes: readonly Change[]) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Writes audit events in the transaction of the change they tell of: both happen, or neither.
   *
   * @param manager of that transaction
   */
  async record(manager: EntityManager, actor: Actor, ...changes: Change[]): Promise<void> {
    await this.recordAll(
      manager,
      changes.map((change) => ({ actor, change })),
    );
  }

  /** The same for a batch of changes by many. */
  async recordAll(manager: EntityManager, events: readonly AuditEvent[]): Promise<void> {
    if (events.length > 0) await manager.query(...this.statementOf(manager, events));
  }

  /** Tells of changes that are events in tables of their own, as grants and ends of leases are: nothing is written. */
  announce(manager: EntityManager, changes: readonly Change[]): void {
    if (changes.length === 0) return;
    // Each on its own: a listener that fails does not silence the others.
    for (const listener of this.listeners) afterCommit(manager, () => listener(changes));
  }

  /** As {@link recordAll}, as a statement, for a transaction that sends several together. */
  statementOf(manager: EntityManager, events: readonly AuditEvent[]): [text: string, values: unknown[]] {
    this.announce(
      manager,
      events.map(({ change }) => change),
    );
    return [
      `INSERT INTO audit_event (occurred_at, action, organization_id, actor_id, actor, target_type, target_id, details, address)
         SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[])`,
      [
        this.clock.now(),
        events.map(({ change }) => change.action),
        events.map(({ change }) => change.organizationId ?? null),
        events.map(({ actor }) => actor.id),
        events.map(({ actor }) => actor.name),
        events.map(({ change }) => change.targetType ?? null),
        events.map(({ change }) => (change.targetId === undefined ? null : String(change.targetId))),
        events.map(({ change }) => JSON.stringify(change.details ?? {})),
        events.map(({ actor }) => actor.address),
      ],
    ];
  }
}
