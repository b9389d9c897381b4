import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { versionInSql } from '../audit/settings-version.js';
import { rowsOf } from '../database/query.js';
import { isFound, type RowQuery, type Sorting } from '../http/paging.js';
import { User } from '../user/user.entity.js';
import { type AccountView, type AccountQuery } from './dto/account.js';

/** The accounts of the server. */
export function accountsFound(search: string | null = null): RowQuery {
  return {
    select: accountColumns,
    from: sql`user_account u
               WHERE NOT u.service AND ${isFound('u.first_name, u.last_name, u.email', search)}`,
    tieBreaker: 'u.id',
  };
}

/** What the list of accounts is sorted by. */
export const accountSorting: Sorting<AccountQuery> = {
  email: 'u.email',
  name: `fold_case(u.last_name || ' ' || u.first_name)`,
  createdAt: 'u.created_at',
  lastAccessAt: 'u.last_access_at',
  disabled: 'u.disabled_at IS NOT NULL',
  id: 'u.id',
};

/** One account. */
export async function accountWith(manager: EntityManager, id: number): Promise<AccountView | undefined> {
  const [account] = await rowsOf<AccountView>(
    manager,
    sql`SELECT ${accountColumns} FROM user_account u WHERE u.id = ${id} AND NOT u.service`,
  );
  return account;
}

/** Locks the administrators of the server, in the order of their ids. */
export function lockAdministrators(manager: EntityManager): Promise<Pick<User, 'id' | 'disabledAt'>[]> {
  return manager.find(User, {
    where: { root: true },
    select: { id: true, disabledAt: true },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
}

const accountColumns = sql`u.id, u.email, u.first_name AS "firstName", u.last_name AS "lastName", u.root,
  u.verified_at IS NOT NULL AS verified, u.disabled_at IS NOT NULL AS disabled, u.created_at AS "createdAt",
  EXISTS (SELECT FROM second_factor f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL) AS "secondFactor",
  u.last_access_at AS "lastAccessAt",
  (SELECT c.email FROM email_change c WHERE c.user_id = u.id AND c.used_at IS NULL AND c.expires_at > now()
    ORDER BY c.created_at DESC LIMIT 1) AS "newEmail",
  ${versionInSql('account', { organizationId: sql`0`, targetId: sql`u.id::text` })} AS version,
  (SELECT coalesce(json_agg(json_build_object('id', o.id, 'name', o.name, 'role', m.role) ORDER BY o.id), '[]')
     FROM membership m JOIN organization o ON o.id = m.organization_id WHERE m.user_id = u.id) AS organizations`;
