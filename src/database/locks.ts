import { type EntityManager } from 'typeorm';
import { type Statement } from './pool/preparing-client.js';
import { type Database } from './query.js';

/*
 * The one order in which locks are taken. Code that needs several takes them from the top, so no transaction waits for one that waits
 * for them. Rows of one kind are locked in the order of their ids.
 *
 *   0. the provisioning files (advisory): one server or command applies them at a time
 *   1. the schema (advisory): migrations, backups, restores and key rotation; arrival of a person (advisory)
 *   2. `installation`: the license files, how their seats are divided, and what is decided once for the server
 *   3. `seat_pool`: everything that gives or takes a seat
 *   4. leases of a user (advisory), where the number of an account's seats is limited
 *   5. `organization`
 *   6. acceptances of an address (advisory), then `invitation`
 *   7. `user_account`
 *   8. owner, then members (advisory): the limits of an account and of an organization. A sign-in that joins takes them before
 *      its account, which cannot meet anybody: both hold the seats of the organization
 *   9. all other rows: memberships, teams, sessions, links
 *  10. refusals of a session (advisory), before what it writes
 *  11. plugins of an organization, then a plugin's content (advisory); a mail server's settings (advisory); a logo (advisory);
 *      identity providers (advisory); webhooks (advisory), then `webhook`, then `webhook_delivery`
 *
 * Sealing and delivery of the audit log, and the comparison with a directory, are only tried, never waited for.
 */

/**
 * Advisory locks of which there is one in a database: any numbers will do, as long as they are the same in every server and used for
 * nothing else. The holder of `archiving` writes archives. The holder of `sealing` seals; the holder of `delivery`, with a hash of the destination, delivers to it.
 */
export const locks = {
  schema: 4_711_001,
  sealing: 4_711_002,
  delivery: 4_711_003,
  archiving: 4_711_004,
  provisioning: 4_711_005,
} as const;

/** Advisory locks of which there is one for each of something: what it is held for, as it is written into its key. */
export type LockPurpose =
  | 'arrival of'
  | 'acceptances of'
  | 'identity providers'
  | 'leases of'
  | 'logo of'
  | 'mail server of'
  | 'members'
  | 'scim names of'
  | 'owner'
  | 'plugin'
  | 'plugins of'
  | 'refusals of'
  | 'sync of'
  | 'webhooks of';

/**
 * The key of an advisory lock, in SQL.
 *
 * @param of an expression, or a parameter
 */
export function keyInSql(held: LockPurpose, of: string): string {
  return `hashtextextended('${held} ' || ${of}, 0)`;
}

/** Until the commit, no other transaction has this lock. */
export async function holdUntilCommit(manager: EntityManager, held: LockPurpose, of: number | string): Promise<void> {
  const [text, values] = holding(held, of);
  await manager.query(text, [...values]);
}

/** {@link holdUntilCommit}, as a statement that is sent together with others. */
export function holding(held: LockPurpose, of: number | string): Statement {
  return [`SELECT pg_advisory_xact_lock(${keyInSql(held, '$1')})`, [of]];
}

/** The same, unless another transaction has it. @returns whether this one has it */
export async function tryUntilCommit(manager: EntityManager, held: LockPurpose, of: number | string): Promise<boolean> {
  const text = `SELECT pg_try_advisory_xact_lock(${keyInSql(held, '$1')}) AS held`;
  const [row] = await manager.query<[{ held: boolean }]>(text, [of]);
  return row.held;
}

/** The lock of the schema, first in the order. Until the commit, no migration, backup, restore or other rotation of keys runs. */
export async function holdSchema(database: Database): Promise<void> {
  await database.query('SELECT pg_advisory_xact_lock($1)', [locks.schema]);
}

/** The lock of the provisioning files, before all others. Until the commit, no other server or command applies them. */
export async function holdProvisioning(database: Database): Promise<void> {
  await database.query('SELECT pg_advisory_xact_lock($1)', [locks.provisioning]);
}

/** The lock of `installation`, second in the order. Until the commit, no other transaction has it. */
export async function lockInstallation(manager: EntityManager): Promise<void> {
  await manager.query('SELECT FROM installation FOR UPDATE');
}
