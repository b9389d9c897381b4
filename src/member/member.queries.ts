import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { versionInSql } from '../audit/settings-version.js';
import { rowsOf } from '../database/query.js';
import { isFound, type RowQuery, type Sorting } from '../http/paging.js';
import { type MemberQuery, type MemberView, type RemovedMemberQuery } from './dto/member.js';

/** The members of an organization. */
export function membersOf(organizationId: number, { search, serviceAccounts = false }: MemberQuery): RowQuery {
  return {
    select: memberColumns,
    from: sql`${memberTables} WHERE m.organization_id = ${organizationId} AND ${isFound(searched, search)}
                AND (${serviceAccounts}::boolean OR NOT u.service)`,
    tieBreaker: 'u.id',
  };
}

const nameOrder = `fold_case(u.last_name || ' ' || u.first_name || ' ' || u.email)`;

/** What the list of members is sorted by. */
export const memberSorting: Sorting<MemberQuery> = {
  name: nameOrder,
  email: 'u.email',
  role: 'm.role',
  joinedAt: 'm.joined_at',
  lastAccessAt: 'u.last_access_at',
};

/** One member of an organization. */
export async function memberOf(
  manager: EntityManager,
  organizationId: number,
  userId: number,
): Promise<MemberView | undefined> {
  const [member] = await rowsOf<MemberView>(
    manager,
    sql`SELECT ${memberColumns} FROM ${memberTables} WHERE m.organization_id = ${organizationId} AND u.id = ${userId}`,
  );
  return member;
}

/** The name of an identity provider that is in use; undefined: it is gone, or disabled. */
export async function providerName(manager: EntityManager, id: number): Promise<string | undefined> {
  const [provider] = await rowsOf<{ name: string }>(
    manager,
    sql`SELECT name FROM identity_provider WHERE id = ${id} AND enabled`,
  );
  return provider?.name;
}

/** The people who were removed from an organization. */
export function removedFrom(organizationId: number, search?: string): RowQuery {
  return {
    select: sql`u.id AS "userId", u.email, u.first_name AS "firstName", u.last_name AS "lastName", m.role,
      m.joined_at AS "joinedAt", m.removed_at AS "removedAt", r.email AS "removedBy"`,
    from: sql`removed_member m JOIN user_account u ON u.id = m.user_id AND NOT u.service LEFT JOIN user_account r ON r.id = m.removed_by
               WHERE m.organization_id = ${organizationId} AND ${isFound(searched, search)}`,
    tieBreaker: 'u.id',
    sort: 'removedAt,desc',
  };
}

/** What the list of removed members is sorted by. */
export const removedMemberSorting: Sorting<RemovedMemberQuery> = {
  removedAt: 'm.removed_at',
  name: nameOrder,
  email: 'u.email',
  role: 'm.role',
  joinedAt: 'm.joined_at',
};

const memberTables = sql`membership m JOIN user_account u ON u.id = m.user_id`;

const memberColumns = sql`u.id AS "userId", u.email, u.first_name AS "firstName", u.last_name AS "lastName", m.role,
  m.joined_at AS "joinedAt", u.last_access_at AS "lastAccessAt", u.verified_at IS NOT NULL AS verified,
  u.disabled_at IS NOT NULL AS disabled,
  (SELECT json_build_object('id', p.id, 'name', p.name) FROM identity_provider p WHERE p.id = m.managed_by) AS "managedBy",
  EXISTS (SELECT FROM second_factor f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL) AS "secondFactor",
  ${versionInSql('member-role', { organizationId: sql`m.organization_id`, targetId: sql`u.id::text` })} AS version,
  (SELECT coalesce(json_agg(json_build_object('product', p.product, 'model', p.model)
                   ORDER BY p.product DESC, p.model DESC), '[]')
     FROM seat_pool p
    WHERE p.organization_id = m.organization_id AND CASE p.model
      WHEN 'per-user' THEN EXISTS (SELECT FROM licensed_user l WHERE l.pool_id = p.id AND l.user_id = u.id)
      ELSE p.quota > 0 END) AS licenses`;

/** What the lists show of people is what they are searched by. */
const searched = 'u.first_name, u.last_name, u.email, m.role';
