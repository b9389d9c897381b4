import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { rowsOf } from '../database/query.js';
import { type Membership } from './membership.entity.js';

/** What became of a membership that was to begin, and what a mail about it needs. */
interface AddedMembership {
  added: boolean;
  /** The user was a member before, and stays one as they were. */
  existed: boolean;
  email: string;
  organization: string;
}

/**
 * Begins a membership, where the organization has fewer members than this. A removed member who returns leaves the list of removed members.
 *
 * @returns undefined when the user or the organization is gone
 */
export async function addMembership(
  manager: EntityManager,
  { organizationId, userId, role, joinedAt, managedBy }: Membership,
  mostMembers: number,
): Promise<AddedMembership | undefined> {
  const [outcome] = await rowsOf<AddedMembership>(
    manager,
    sql`
      WITH added AS (
        INSERT INTO membership (organization_id, user_id, role, joined_at, managed_by)
        SELECT o.id, u.id, ${role}, ${joinedAt}::timestamptz, ${managedBy}::bigint
          FROM organization o, user_account u
         WHERE o.id = ${organizationId} AND u.id = ${userId}
           AND (SELECT count(*) FROM membership WHERE organization_id = ${organizationId}) < ${mostMembers}
        ON CONFLICT DO NOTHING RETURNING user_id),
      returned AS (DELETE FROM removed_member r USING added WHERE r.organization_id = ${organizationId} AND r.user_id = added.user_id)
      SELECT EXISTS (SELECT FROM added) AS added,
             EXISTS (SELECT FROM membership m WHERE m.organization_id = o.id AND m.user_id = u.id) AS existed,
             u.email, o.name AS organization
        FROM user_account u, organization o WHERE u.id = ${userId} AND o.id = ${organizationId}`,
  );
  return outcome;
}

/** The address of a user and the name of an organization; undefined unless both exist. */
export async function addressAndOrganization(
  manager: EntityManager,
  organizationId: number,
  userId: number,
): Promise<{ email: string; organization: string } | undefined> {
  const [found] = await rowsOf<{ email: string; organization: string }>(
    manager,
    sql`SELECT u.email, o.name AS organization FROM user_account u, organization o
         WHERE u.id = ${userId} AND o.id = ${organizationId}`,
  );
  return found;
}
