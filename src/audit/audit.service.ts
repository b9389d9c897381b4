import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { afterCommit } from '../database/after-commit.js';
import { type Statement } from '../database/pool/preparing-client.js';
import { type Actor } from '../access/actor.js';

/** A change, as the code that makes it tells it. */
export interface Change {
  action: string;
  organizationId?: number;
  targetType?: string;
  targetId?: string | number;
  /** What is worth knowing later. Never a secret. */
  details?: Record<string, unknown>;
  /** The account that it happens to, for a {@link ChangeFollower}; the audit log does not keep it. */
  userId?: number;
}

/** A change and who made it. */
export interface AuditedChange {
  actor: Actor;
  change: Change;
}

/** Writes something of its own about changes, in their transactions: both happen, or neither. */
export interface ChangeFollower {
  /** Whether a change with this action may be of interest. It is called for every change, so it goes by memory. */
  follows(action: string): boolean;
  /** What to write about these changes; nothing when they are of no interest. */
  statementsFor(changes: readonly Change[]): Statement[];
}

const columns = 'occurred_at, action, organization_id, actor_id, actor, target_type, target_id, details, address';

/** The columns after the first one, each as a parameter. */
const eventsAsRows =
  'unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[])';

@Injectable()
export class AuditService {
  private readonly listeners: ((changes: readonly Change[]) => void)[] = [];
  private readonly followers: ChangeFollower[] = [];
  private readonly gathered = new WeakMap<EntityManager, AuditedChange[]>();

  constructor(private readonly clock: Clock) {}

  /** Tells of the changes that this server has made, once they are committed. */
  whenCommitted(listener: (changes: readonly Change[]) => void): void {
    this.listeners.push(listener);
  }

  /** Has something else written with changes. Call it before the server listens. */
  addFollower(follower: ChangeFollower): void {
    this.followers.push(follower);
  }

  /** Whether changes with this action are of interest: those that are announced only need not be looked for otherwise. */
  isFollowed(action: string): boolean {
    return this.followers.some((follower) => follower.follows(action));
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
  async recordAll(manager: EntityManager, events: readonly AuditedChange[]): Promise<void> {
    const gathered = this.gathered.get(manager);
    if (gathered) gathered.push(...events);
    else if (events.length > 0) await run(manager, this.statementsOf(manager, events));
  }

  /**
   * From here on, the events of a transaction wait for its end, to be written together. Not with savepoints: what is taken back in one
   * would still be written.
   *
   * @returns to be called at the end: the statements that write them, for `withCommit`
   */
  gather(manager: EntityManager): () => Statement[] {
    const events: AuditedChange[] = [];
    this.gathered.set(manager, events);
    return () => {
      this.gathered.delete(manager);
      return events.length > 0 ? this.statementsOf(manager, events) : [];
    };
  }

  /** Tells of changes that are events in tables of their own, as grants and ends of leases are: the audit log gets nothing. */
  async announce(manager: EntityManager, changes: readonly Change[]): Promise<void> {
    await run(manager, this.announcementsOf(manager, changes));
  }

  /** As {@link announce}, as statements, for a transaction that sends several together. */
  announcementsOf(manager: EntityManager, changes: readonly Change[]): Statement[] {
    if (changes.length === 0) return [];
    // Each on its own: a listener that fails does not silence the others.
    for (const listener of this.listeners) afterCommit(manager, () => listener(changes));
    return this.followers.flatMap((follower) => follower.statementsFor(changes));
  }

  /** As {@link recordAll}, as statements, for a transaction that sends several together. */
  statementsOf(manager: EntityManager, events: readonly AuditedChange[]): Statement[] {
    const changes = events.map(({ change }) => change);
    return [this.insertionOf(events), ...this.announcementsOf(manager, changes)];
  }

  private insertionOf(events: readonly AuditedChange[]): Statement {
    return [`INSERT INTO audit_event (${columns}) SELECT $1, * FROM ${eventsAsRows}`, this.valuesOf(events)];
  }

  /**
   * One statement that writes each event unless one with its key was written within the last day. Only for what changes nothing: no one
   * is told of it.
   *
   * @param events by their keys
   * @returns a statement whose rows have the `key` of each event that it has written
   */
  onceADay(events: ReadonlyMap<string, AuditedChange>): Statement {
    // Keys in one order, so that servers do not wait for each other in a circle.
    return [
      `WITH counted AS (
         INSERT INTO rate_limit AS r (key, points, expire)
           SELECT key, 1, (extract(epoch FROM server_now() + interval '1 day') * 1000)::bigint FROM unnest($10::text[]) AS key ORDER BY key
         ON CONFLICT (key) DO UPDATE SET expire = excluded.expire WHERE r.expire <= excluded.expire - 86400000
         RETURNING key),
       written AS (
         INSERT INTO audit_event (${columns})
           SELECT $1, e.action, e.organization_id, e.actor_id, e.actor, e.target_type, e.target_id, e.details, e.address
             FROM ROWS FROM (${eventsAsRows}, unnest($10::text[]))
                  AS e(action, organization_id, actor_id, actor, target_type, target_id, details, address, key)
             JOIN counted USING (key))
       SELECT key FROM counted`,
      [...this.valuesOf([...events.values()]), [...events.keys()]],
    ];
  }

  private valuesOf(events: readonly AuditedChange[]): unknown[] {
    return [
      this.clock.now(),
      events.map(({ change }) => change.action),
      events.map(({ change }) => change.organizationId ?? null),
      events.map(({ actor }) => actor.id),
      events.map(({ actor }) => actor.name),
      events.map(({ change }) => change.targetType ?? null),
      events.map(({ change }) => (change.targetId === undefined ? null : String(change.targetId))),
      events.map(({ change }) => JSON.stringify(change.details ?? {})),
      events.map(({ actor }) => actor.address),
    ];
  }
}

async function run(manager: EntityManager, statements: readonly Statement[]): Promise<void> {
  for (const [text, values] of statements) await manager.query(text, [...values]);
}
