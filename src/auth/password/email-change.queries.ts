import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { execute, rowsOf } from '../../database/query.js';
import { type User } from '../../user/user.entity.js';

/**
 * Gives an account a verified address. What was issued to the account before is no longer good.
 *
 * @returns the account's new `credentialsVersion`
 */
export async function setVerifiedAddress(
  manager: EntityManager,
  { id, email, verifiedAt }: Pick<User, 'id' | 'email' | 'verifiedAt'>,
): Promise<number | undefined> {
  const [account] = await rowsOf<{ version: number }>(
    manager,
    sql`UPDATE user_account
           SET email = ${email}, verified_at = ${verifiedAt}, credentials_version = credentials_version + 1
         WHERE id = ${id} RETURNING credentials_version AS version`,
  );
  return account?.version;
}

/** Invitations that were accepted with the former address follow the account, unless the new one is invited there already. */
export function moveAcceptedInvitations(manager: EntityManager, former: string, email: string): Promise<void> {
  return execute(
    manager,
    sql`UPDATE invitation i SET email = ${email}
         WHERE i.email = ${former} AND i.accepted_at IS NOT NULL AND i.joined_at IS NULL AND i.revoked_at IS NULL
           AND NOT EXISTS (SELECT FROM invitation o WHERE o.organization_id = i.organization_id AND o.email = ${email}
                              AND o.joined_at IS NULL AND o.revoked_at IS NULL)`,
  );
}
