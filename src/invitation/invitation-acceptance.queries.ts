import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { execute, rowsOf } from '../database/query.js';

/** Invitations that become memberships at the next sign-in. */
const isAccepted = sql`accepted_at IS NOT NULL AND joined_at IS NULL AND revoked_at IS NULL`;

/** The organizations whose seats an acceptance may give, or take from an unverified account. */
export async function organizationsBehind(manager: EntityManager, tokenHash: Buffer): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    manager,
    sql`
      WITH opened AS (SELECT organization_id, email FROM invitation
                       WHERE token_hash = ${tokenHash} OR mailed_token_hash = ${tokenHash})
      SELECT organization_id AS id FROM opened
      UNION SELECT m.organization_id FROM opened o
              JOIN user_account u ON u.email = o.email AND u.verified_at IS NULL
              JOIN membership m ON m.user_id = u.id`,
  );
  return rows.map(({ id }) => id);
}

/** The organizations whose invitations a user has accepted, and not joined yet. */
export async function organizationsAccepted(manager: EntityManager, userId: number): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    manager,
    sql`SELECT DISTINCT organization_id AS id FROM invitation WHERE user_id = ${userId} AND ${isAccepted}`,
  );
  return rows.map(({ id }) => id);
}

/** Takes an unverified account's acceptances back. */
export function withdrawAcceptances(manager: EntityManager, userId: number): Promise<void> {
  return execute(
    manager,
    sql`UPDATE invitation SET accepted_at = NULL, user_id = NULL WHERE user_id = ${userId} AND ${isAccepted}`,
  );
}

/** Locks the invitations that the unverified account of an address has accepted. */
export function lockAcceptancesOf(manager: EntityManager, email: string): Promise<void> {
  return execute(
    manager,
    sql`SELECT FROM invitation i JOIN user_account u ON u.id = i.user_id
         WHERE u.email = ${email} AND u.verified_at IS NULL ORDER BY i.id FOR UPDATE OF i`,
  );
}

/** Writes down whether an account still has memberships to begin when it signs in. */
export function noteJoiningLater(manager: EntityManager, userId: number): Promise<void> {
  return execute(
    manager,
    sql`UPDATE user_account
           SET joins_at_sign_in = EXISTS (SELECT FROM invitation WHERE user_id = ${userId} AND ${isAccepted})
         WHERE id = ${userId}`,
  );
}
