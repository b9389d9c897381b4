import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { type Role } from '../../access/role.js';
import { rowsOf } from '../../database/query.js';

/** Organizations with subscribers who have not been sent the mail of a month yet. */
export async function organizationsWithDueMails(manager: EntityManager, monthStart: Date): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    manager,
    sql`SELECT DISTINCT organization_id AS id FROM capacity_mail WHERE mailed_at < ${monthStart}::timestamptz ORDER BY 1`,
  );
  return rows.map(({ id }) => id);
}

/** A subscriber of the mail, with their present role in the organization. */
export interface CapacityReader {
  email: string;
  root: boolean;
  /** Null: no member. */
  role: Role | null;
}

/** Notes that these people get the mail of a month: another server, or a later run, does not find them any more. */
export async function takeDueReaders(
  manager: EntityManager,
  organizationId: number,
  { monthStart, now }: { monthStart: Date; now: Date },
): Promise<CapacityReader[]> {
  return rowsOf(
    manager,
    sql`
      WITH due AS (UPDATE capacity_mail SET mailed_at = ${now}::timestamptz
                    WHERE organization_id = ${organizationId}::bigint AND mailed_at < ${monthStart}::timestamptz
                    RETURNING user_id)
      SELECT u.email, u.root, m.role
        FROM due JOIN user_account u ON u.id = due.user_id
             LEFT JOIN membership m ON m.user_id = u.id AND m.organization_id = ${organizationId}::bigint
       WHERE u.disabled_at IS NULL ORDER BY u.id`,
  );
}
