import { type EntityManager } from 'typeorm';
import { User } from './user.entity.js';

/**
 * Until the commit, no other transaction locks the account: the lock of all that is counted or decided once for each account.
 *
 * @param mode by default, other rows may still refer to the account meanwhile
 */
export async function lockAccount(
  manager: EntityManager,
  id: number,
  mode: 'for_no_key_update' | 'pessimistic_write' = 'for_no_key_update',
): Promise<void> {
  await manager.findOne(User, { where: { id }, select: { id: true }, lock: { mode } });
}
