import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { rowsOf } from '../database/query.js';

/** Which steps of the setup are done. */
export async function stepsDone(manager: EntityManager): Promise<{ done: boolean; licensed: boolean }> {
  const [steps] = (await rowsOf(
    manager,
    sql`SELECT setup_completed_at IS NOT NULL AS done, EXISTS (SELECT FROM license_file) AS licensed FROM installation`,
  )) as [{ done: boolean; licensed: boolean }];
  return steps;
}
