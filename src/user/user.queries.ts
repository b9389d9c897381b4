import { type DataSource, type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { runHot } from '../database/pool/pipeline.js';
import { poolOf } from '../database/pool/pool-of.js';
import { rowsOf } from '../database/query.js';
import { User } from './user.entity.js';

/** What modules above know of an account that signs in, each in SQL about an account `u`. */
export type AccountFacts = Record<'needsClientPassword' | 'directoryId', string>;

/** In SQL: the columns of an account `u`, and the facts of it, by the names that {@link User} has for them. */
export function accountColumns(dataSource: DataSource, facts: AccountFacts): string {
  const own = dataSource.getMetadata(User).columns;
  return [
    ...own.map(({ databaseName, propertyName }) => `u.${databaseName} AS "${propertyName}"`),
    ...Object.entries(facts).map(([name, expression]) => `${expression} AS "${name}"`),
  ].join(', ');
}

/**
 * The accounts that have some addresses, each with the facts of it. Katalon Studio signs in at each renewal, and to plan this
 * takes longer than to run it: PostgreSQL keeps one plan for any number of addresses.
 */
export async function accountsByEmail(
  dataSource: DataSource,
  emails: readonly string[],
  facts: AccountFacts,
): Promise<User[]> {
  const text = `SELECT ${accountColumns(dataSource, facts)}
                  FROM user_account u WHERE u.email = ANY($1::text[]) AND NOT u.service`;
  const rows = await runHot<User>(poolOf(dataSource), [text, [emails]]);
  return rows.map((row) => Object.assign(new User(), row));
}

/** @returns the account; undefined when another one has its address */
export async function insertAccount(manager: EntityManager, account: Partial<User>): Promise<User | undefined> {
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(User)
    .values(account)
    .orIgnore()
    .returning('*')
    .updateEntity(false)
    .execute();
  const [row] = inserted.raw as Record<string, unknown>[];
  if (!row) return undefined;
  const { columns } = manager.dataSource.getMetadata(User);
  const fields = columns.map(({ propertyName, databaseName }) => [propertyName, row[databaseName]]);
  return Object.assign(new User(), Object.fromEntries(fields) as Partial<User>);
}

/**
 * The identity providers that keep an account's password, so that one of this server is no use: a directory, or any provider of a person
 * who has none here. By name.
 */
export async function providersWithPasswordOf(manager: EntityManager, id: number): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    manager,
    sql`SELECT p.name FROM user_account u
          JOIN user_identity i ON i.user_id = u.id
          JOIN identity_provider p ON p.id = i.provider_id AND p.enabled
         WHERE u.id = ${id} AND (u.password IS NULL OR (p.kind = 'ldap' AND NOT u.root))
         ORDER BY fold_case(p.name)`,
  );
  return rows.map(({ name }) => name);
}

/** Accounts whose addresses are not in ASCII alone. */
export function accountsWithOddAddresses(manager: EntityManager): Promise<Pick<User, 'id' | 'email'>[]> {
  return rowsOf(manager, sql`SELECT id, email FROM user_account WHERE octet_length(email) <> char_length(email)`);
}

/** Changes the address of an account that still has the former one, unless another account has the new one. */
export async function replaceAddress(
  manager: EntityManager,
  id: number,
  { from, to }: { from: string; to: string },
): Promise<boolean> {
  const changed = await rowsOf<unknown>(
    manager,
    sql`UPDATE user_account SET email = ${to} WHERE id = ${id} AND email = ${from}
           AND NOT EXISTS (SELECT FROM user_account other WHERE other.email = ${to})
        RETURNING id`,
  );
  return changed.length > 0;
}

/** The names of an account's owner and of its organizations, and that of the organization whose link is used. */
export async function namesAround(
  manager: EntityManager,
  email: string,
  organizationId: number | undefined,
): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    manager,
    sql`SELECT unnest(ARRAY[first_name, last_name]) AS name FROM user_account WHERE email = ${email}
         UNION ALL
        (SELECT name FROM organization
          WHERE id = ${organizationId ?? null}
             OR id IN (SELECT origin_organization_id FROM user_account WHERE email = ${email})
             OR id IN (SELECT m.organization_id FROM membership m JOIN user_account u ON u.id = m.user_id
                        WHERE u.email = ${email})
          LIMIT 50)`,
  );
  return rows.map(({ name }) => name);
}

/**
 * Sets the hash of a new password. What was issued to the account before is no longer good.
 *
 * @returns the account's new `credentialsVersion`; undefined when the account is gone
 */
export async function replacePassword(manager: EntityManager, id: number, hash: string): Promise<number | undefined> {
  const [account] = await rowsOf<{ version: number }>(
    manager,
    sql`UPDATE user_account
           SET password = ${hash}, password_encrypted = true, credentials_version = credentials_version + 1
         WHERE id = ${id} RETURNING credentials_version AS version`,
  );
  return account?.version;
}

/**
 * Those of some accounts that are gone or locked, or whose credentials have changed.
 *
 * @param versions credential versions, by account
 */
export async function accountsOfOtherVersions(
  manager: EntityManager,
  versions: ReadonlyMap<number, number>,
): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    manager,
    sql`SELECT known.id FROM unnest(${[...versions.keys()]}::bigint[], ${[...versions.values()]}::int[]) AS known(id, version)
          LEFT JOIN user_account u ON u.id = known.id AND u.credentials_version = known.version
                                  AND u.disabled_at IS NULL AND u.password_encrypted
         WHERE u.id IS NULL`,
  );
  return rows.map(({ id }) => id);
}
