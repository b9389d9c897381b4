import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { afterCommit } from '../database/after-commit.js';
import { type Statement } from '../database/pool/preparing-client.js';
import { type Actor } from '../access/actor.js';
import { type AuditedChange, type Change } from './audited-change.js';
import { insertionOf, insertionOnceADay } from './audit-event-statements.js';

/** Writes something of its own about changes, in their transactions: both happen, or neither. */
export interface ChangeFollower {
  /** Whether a change with this action may be of interest. It is called for every change, so it goes by memory. */
  follows(action: string): boolean;
  /** What to write about these changes; nothing when they are of no interest. */
  statementsFor(changes: readonly Change[]): Statement[];
}

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
    return [insertionOf(events, this.clock.now()), ...this.announcementsOf(manager, changes)];
  }

  /**
   * One statement that writes each event unless one with its key was written within the last day. Only for what changes nothing: no one
   * is told of it.
   *
   * @param events by their keys
   * @returns a statement whose rows have the `key` of each event that it has written
   */
  onceADay(events: ReadonlyMap<string, AuditedChange>): Statement {
    return insertionOnceADay(events, this.clock.now());
  }
}

async function run(manager: EntityManager, statements: readonly Statement[]): Promise<void> {
  for (const [text, values] of statements) await manager.query(text, [...values]);
}
