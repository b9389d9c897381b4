import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { versionInSql } from '../audit/settings-version.js';
import { rowsOf } from '../database/query.js';
import { isFound, type RowQuery, type Sorting } from '../http/paging.js';
import { type ServiceAccountView, type ServiceAccountQuery } from './dto/service-account.js';

/** The service accounts of an organization. */
export function serviceAccountsOf(organizationId: number, search?: string): RowQuery {
  return {
    select: columns,
    from: sql`${tables} WHERE m.organization_id = ${organizationId} AND ${isFound('u.email, m.role', search)}`,
    tieBreaker: 'u.id',
  };
}

/** What the list of service accounts is sorted by. */
export const serviceAccountSorting: Sorting<ServiceAccountQuery> = {
  name: 'fold_case(u.email)',
  role: 'm.role',
  createdAt: 'm.joined_at',
  lastAccessAt: 'u.last_access_at',
  id: 'u.id',
};

export async function serviceAccountWith(
  manager: EntityManager,
  organizationId: number,
  id: number,
): Promise<ServiceAccountView | undefined> {
  const [found] = await rowsOf<ServiceAccountView>(
    manager,
    sql`SELECT ${columns} FROM ${tables} WHERE m.organization_id = ${organizationId} AND u.id = ${id}`,
  );
  return found;
}

/** Another service account of the organization with this name, in any case. */
export async function isServiceAccountNameTaken(
  manager: EntityManager,
  { organizationId, name, except }: { organizationId: number; name: string; except?: number },
): Promise<boolean> {
  const found = await rowsOf(
    manager,
    sql`SELECT FROM ${tables} WHERE m.organization_id = ${organizationId} AND u.id <> ${except ?? 0}
           AND fold_case(normalize(u.email, NFKC)) = fold_case(normalize(${name}, NFKC)) LIMIT 1`,
  );
  return found.length > 0;
}

export async function countServiceAccounts(manager: EntityManager, organizationId: number): Promise<number> {
  const [{ count } = { count: 0 }] = await rowsOf<{ count: number }>(
    manager,
    sql`SELECT count(*)::int AS count FROM ${tables} WHERE m.organization_id = ${organizationId}`,
  );
  return count;
}

/** The service accounts that a deleted organization has left, locked in the order of their ids. */
export async function serviceAccountsLeftBy(manager: EntityManager, organizationId: number): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    manager,
    sql`SELECT id FROM user_account
         WHERE service AND origin_organization_id = ${organizationId} AND disabled_at IS NULL ORDER BY id FOR UPDATE`,
  );
  return rows.map(({ id }) => id);
}

const tables = sql`membership m JOIN user_account u ON u.id = m.user_id AND u.service`;

const columns = sql`u.id, u.email AS name, m.role, m.joined_at AS "createdAt", u.last_access_at AS "lastAccessAt",
  (SELECT count(*)::int FROM api_key k WHERE k.user_id = u.id) AS "keyCount",
  ${versionInSql('service-account', { organizationId: sql`m.organization_id`, targetId: sql`u.id::text` })} AS version`;
