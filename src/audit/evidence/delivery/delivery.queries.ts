import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { locks } from '../../../database/locks.js';
import { rowsOf } from '../../../database/query.js';

/** @returns false when another server delivers to it */
export async function lockDestination(manager: EntityManager, destination: string): Promise<boolean> {
  const [lock] = await rowsOf<{ locked: boolean }>(
    manager,
    sql`SELECT pg_try_advisory_xact_lock(${locks.delivery}, hashtext(${destination})) AS locked`,
  );
  return lock?.locked ?? false;
}

export async function accountsById(
  manager: EntityManager,
  ids: readonly number[],
): Promise<{ id: number; email: string }[]> {
  return rowsOf(manager, sql`SELECT id, email FROM user_account WHERE id = ANY (${ids}::bigint[])`);
}
