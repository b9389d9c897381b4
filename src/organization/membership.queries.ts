import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { rowsOf } from '../database/query.js';
import { type Membership } from './membership.entity.js';

/** @returns whether the membership is new; one that exists stays as it is */
export async function addMembership(
  manager: EntityManager,
  { organizationId, userId, role, joinedAt, managedBy }: Membership,
): Promise<boolean> {
  const added = await rowsOf<unknown>(
    manager,
    sql`INSERT INTO membership (organization_id, user_id, role, joined_at, managed_by)
        VALUES (${organizationId}, ${userId}, ${role}, ${joinedAt}, ${managedBy}::bigint)
        ON CONFLICT DO NOTHING RETURNING user_id`,
  );
  return added.length > 0;
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
