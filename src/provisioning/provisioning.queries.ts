import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { type Principal } from '../access/caller.js';
import { execute, rowsOf } from '../database/query.js';

interface Found {
  id: number;
}

/** Organizations have no unique names. */
export async function organizationsNamed(manager: EntityManager, name: string): Promise<number[]> {
  const rows = await rowsOf<Found>(
    manager,
    sql`SELECT id FROM organization WHERE fold_case(name) = fold_case(${name}::text) ORDER BY id`,
  );
  return rows.map(({ id }) => id);
}

export async function teamNamed(
  manager: EntityManager,
  organizationId: number,
  name: string,
): Promise<number | undefined> {
  const [team] = await rowsOf<Found>(
    manager,
    sql`SELECT id FROM team WHERE organization_id = ${organizationId} AND fold_case(name) = fold_case(${name}::text)`,
  );
  return team?.id;
}

/** @param name the e-mail address of a person, or the name of a service account, in any case */
export async function memberNamed(
  manager: EntityManager,
  organizationId: number,
  name: string,
): Promise<number | undefined> {
  const [member] = await rowsOf<Found>(
    manager,
    sql`SELECT u.id FROM membership m JOIN user_account u ON u.id = m.user_id
         WHERE m.organization_id = ${organizationId}
           AND fold_case(normalize(u.email, NFKC)) = fold_case(normalize(${name}, NFKC)) ORDER BY u.id LIMIT 1`,
  );
  return member?.id;
}

export async function serviceAccountNamed(
  manager: EntityManager,
  organizationId: number,
  name: string,
): Promise<number | undefined> {
  const [account] = await rowsOf<Found>(
    manager,
    sql`SELECT u.id FROM membership m JOIN user_account u ON u.id = m.user_id AND u.service
         WHERE m.organization_id = ${organizationId}
           AND fold_case(normalize(u.email, NFKC)) = fold_case(normalize(${name}, NFKC))`,
  );
  return account?.id;
}

/** The administrator with this address, else the one that has been there longest. */
export async function administrator(manager: EntityManager, email: string | undefined): Promise<Principal | undefined> {
  const [found] = await rowsOf<Principal>(
    manager,
    sql`SELECT id, email, root FROM user_account
         WHERE root AND NOT service AND disabled_at IS NULL
         ORDER BY email IS NOT DISTINCT FROM ${email ?? null}::text DESC, id LIMIT 1`,
  );
  return found;
}

/**
 * The steps cannot take all their locks in the order that other transactions keep. Where they meet, this transaction gives way:
 * PostgreSQL looks for a deadlock after a second, and might end the one of a client.
 */
export function limitLockWaits(manager: EntityManager): Promise<void> {
  return execute(manager, sql`SET LOCAL lock_timeout = '500ms'`);
}
