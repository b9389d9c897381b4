import { type EntityManager } from 'typeorm';
import { rowsOf } from '../database/query.js';
import { countUse, type DailyUse } from './daily-limit.queries.js';

/**
 * Counts what an organization does a day (UTC), in the transaction that does it: the row is the lock, so two servers together
 * cannot do more. Call it after all other locks.
 *
 * @returns whether it may; nothing is counted otherwise
 */
export async function takeOfToday(manager: EntityManager, use: DailyUse, now: Date): Promise<boolean> {
  const counted = await rowsOf(manager, countUse(use, now.toISOString().slice(0, 10)));
  return counted.length > 0;
}
