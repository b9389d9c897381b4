import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { type Role } from '../../access/role.js';
import { rowsOf } from '../../database/query.js';
import { type Product } from '../../license/file/product.js';
import { type SeatKind } from '../../license/dto/licensed-user.js';
import { type PersonTeam } from './dto/people.js';

/** A member as an export has them. */
export interface ExportedMember {
  userId: number;
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  /** The identity provider whose groups give the role; null: none. */
  provider: string | null;
  teams: Required<PersonTeam>[];
  licenses: SeatKind[];
}

/** The people of an organization, by their addresses. */
export function peopleOf(manager: EntityManager, organizationId: number): Promise<ExportedMember[]> {
  return rowsOf(
    manager,
    sql`SELECT u.id AS "userId", u.email, u.first_name AS "firstName", u.last_name AS "lastName", m.role, i.name AS provider,
               coalesce(t.teams, '[]') AS teams, coalesce(l.licenses, '[]') AS licenses
          FROM membership m JOIN user_account u ON u.id = m.user_id AND NOT u.service
          LEFT JOIN identity_provider i ON i.id = m.managed_by AND i.enabled
          LEFT JOIN (SELECT b.user_id, json_agg(json_build_object('name', t.name, 'role', b.role) ORDER BY fold_case(t.name)) AS teams
                       FROM team_member b JOIN team t ON t.id = b.team_id
                      WHERE t.organization_id = ${organizationId} GROUP BY b.user_id) AS t ON t.user_id = u.id
          LEFT JOIN (SELECT l.user_id, json_agg(json_build_object('product', p.product, 'model', p.model) ORDER BY p.product DESC) AS licenses
                       FROM licensed_user l JOIN seat_pool p ON p.id = l.pool_id
                      WHERE p.organization_id = ${organizationId} GROUP BY l.user_id) AS l ON l.user_id = u.id
         WHERE m.organization_id = ${organizationId} ORDER BY u.email`,
  );
}

/** The names of all teams of an organization. */
export async function teamNames(manager: EntityManager, organizationId: number): Promise<Map<string, number>> {
  const teams = await rowsOf<{ id: number; name: string }>(
    manager,
    sql`SELECT id, name FROM team WHERE organization_id = ${organizationId} ORDER BY fold_case(name)`,
  );
  return new Map(teams.map(({ id, name }) => [name, id]));
}

/** Per-user seats of an organization. */
export interface AssignableSeats {
  product: Product;
  quota: number;
  /** Those that can be assigned now. */
  free: number;
}

export function assignableSeats(manager: EntityManager, organizationId: number): Promise<AssignableSeats[]> {
  return rowsOf(
    manager,
    sql`SELECT p.product, p.quota,
               p.quota - (SELECT count(*)::int FROM licensed_user WHERE pool_id = p.id)
                       - (SELECT count(DISTINCT seat)::int FROM charged_seat
                           WHERE pool_id = p.id AND expires_at > server_now()) AS free
          FROM seat_pool p WHERE p.organization_id = ${organizationId} AND p.model = 'per-user'`,
  );
}
