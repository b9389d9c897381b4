import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { type Model, type Product } from '../../license/file/product.js';

/** Seats that one transaction takes back: check-outs of the organization wait for it. */
export const maxAtOnce = 20;

/** An organization whose policy takes unused seats back. */
export interface UnassigningOrganization {
  organizationId: number;
  /** Its name. */
  organization: string;
  /** Without use, after which a seat is taken back. */
  days: number;
  /** Whether the policy assigns seats to people who need one. */
  autoAssign: boolean;
}

/** A per-user seat that its person has not used for too long. */
export interface UnusedSeat {
  userId: number;
  email: string;
  product: Product;
  model: Model;
}

/** @param rememberedDays for which the server knows who had a seat: it cannot tell what was not used for longer */
export function unassigningOrganizations(
  manager: EntityManager,
  rememberedDays: number,
): Promise<UnassigningOrganization[]> {
  return rowsOf(
    manager,
    sql`SELECT id AS "organizationId", name AS organization, unassign_after_days AS days, auto_assign AS "autoAssign"
          FROM organization WHERE unassign_after_days <= ${rememberedDays}::float8 ORDER BY id`,
  );
}

/**
 * The seats that the policy of an organization takes back, as many as one transaction should: assigned and last used longer ago than it
 * says. Of people with a session of the product the seats stay, and those whose token is still out, for that would free none. Service
 * accounts keep theirs: they are assigned by hand, and no policy gives one back.
 */
export function unusedSeats(manager: EntityManager, organizationId: number): Promise<UnusedSeat[]> {
  return rowsOf(
    manager,
    sql`SELECT l.user_id AS "userId", u.email, p.product, p.model
          FROM organization o
          JOIN seat_pool p ON p.organization_id = o.id AND p.quota > 0
          JOIN licensed_user l ON l.pool_id = p.id
          JOIN user_account u ON u.id = l.user_id AND NOT u.service,
               LATERAL (SELECT server_now() - o.unassign_after_days * interval '1 day' AS at) AS since
         WHERE o.id = ${organizationId} AND l.assigned_at < since.at
           AND NOT EXISTS (SELECT FROM lease e
                            WHERE e.user_id = l.user_id AND e.organization_id = o.id AND e.product = p.product)
           AND NOT EXISTS (SELECT FROM seat_charge c
                            WHERE c.pool_id = p.id AND c.user_id = l.user_id AND c.expires_at > server_now())
           AND NOT EXISTS (SELECT FROM ended_session s
                            WHERE s.user_id = l.user_id AND s.ended_at >= since.at
                              AND s.organization_id = o.id AND s.product = p.product AND s.model = p.model)
         ORDER BY p.id, l.assigned_at, l.user_id LIMIT ${maxAtOnce}`,
  );
}
