import { type EntityManager } from 'typeorm';
import sql, { type Sql } from 'sql-template-tag';
import { rowsOf } from '../database/query.js';
import { type Product } from '../license/file/product.js';
import { isFound, type RowQuery, type Sorting } from '../http/paging.js';
import { type InvitationQuery, type InvitationView } from './dto/invitation.js';
import { type Invitation } from './invitation.entity.js';

/** An address to invite, and what the database knows about it. */
export interface Candidate {
  email: string;
  member: boolean;
  openId: number | null;
  accepted: boolean;
  expiresAt: Date | null;
}

/** Addresses of one organization with their links, and what their invitations promise. */
export interface WrittenInvitations extends Pick<
  Invitation,
  'organizationId' | 'role' | 'assign' | 'teamId' | 'expiresAt'
> {
  emails: readonly string[];
  links: readonly Pick<Invitation, 'nonce' | 'tokenHash' | 'mailedTokenHash'>[];
  invitedBy: number;
  now: Date;
}

/** An invitation as lists read it, before its link and its state are worked out. */
export type InvitationRow = Omit<InvitationView, 'link' | 'state'> &
  Pick<Invitation, 'openedAt' | 'revokedAt' | 'nonce' | 'tokenHash'>;

/** What is known of addresses to invite, in the order of the addresses. */
export function candidatesAmong(
  manager: EntityManager,
  organizationId: number,
  addresses: readonly string[],
): Promise<Candidate[]> {
  return rowsOf(
    manager,
    sql`
      SELECT w.email, m.user_id IS NOT NULL AS member, i.id AS "openId", i.accepted_at IS NOT NULL AS accepted,
             i.expires_at AS "expiresAt"
        FROM unnest(${addresses}::text[]) WITH ORDINALITY AS w(email, place)
        -- Looks at members only, so that it takes as long for an account of a stranger as for none.
        LEFT JOIN (SELECT m.user_id, u.email FROM membership m JOIN user_account u ON u.id = m.user_id
                    WHERE m.organization_id = ${organizationId}) AS m ON m.email = w.email
        LEFT JOIN invitation i ON i.organization_id = ${organizationId} AND i.email = w.email
                              AND i.joined_at IS NULL AND i.revoked_at IS NULL
       ORDER BY w.place`,
  );
}

/** The products of which an organization has per-user seats. */
export async function perUserProductsOf(manager: EntityManager, organizationId: number): Promise<Set<Product>> {
  const pools = await rowsOf<{ product: Product }>(
    manager,
    sql`SELECT product FROM seat_pool WHERE organization_id = ${organizationId} AND model = 'per-user' AND quota > 0`,
  );
  return new Set(pools.map(({ product }) => product));
}

/** The ids of teams of an organization, by their names in lower case. */
export async function teamsByName(manager: EntityManager, organizationId: number): Promise<Map<string, number>> {
  const teams = await rowsOf<{ id: number; name: string }>(
    manager,
    sql`SELECT id, lower(name) AS name FROM team WHERE organization_id = ${organizationId}`,
  );
  return new Map(teams.map(({ id, name }) => [name, id]));
}

/** Writes invitations; an address with an open invitation is invited again. */
export function writeInvitations(
  manager: EntityManager,
  { organizationId, role, assign, teamId, invitedBy, now, expiresAt, emails, links }: WrittenInvitations,
): Promise<{ id: number; email: string }[]> {
  const seats = JSON.stringify(assign.map(({ product, model }) => ({ product, model })));
  return rowsOf(
    manager,
    sql`
      INSERT INTO invitation (organization_id, email, role, assign, team_id, nonce, token_hash, mailed_token_hash, invited_by,
                              created_at, sent_at, expires_at)
        SELECT ${organizationId}, w.email, ${role}, ${seats}::jsonb, ${teamId}::bigint, w.nonce, w.hash, w.mailed, ${invitedBy},
               ${now}, ${now}, ${expiresAt}
          FROM unnest(${emails}::text[], ${links.map(({ nonce }) => nonce)}::bytea[],
                      ${links.map(({ tokenHash }) => tokenHash)}::bytea[],
                      ${links.map(({ mailedTokenHash }) => mailedTokenHash)}::bytea[])
                 WITH ORDINALITY AS w(email, nonce, hash, mailed, place) ORDER BY w.place
      ON CONFLICT (organization_id, email) WHERE joined_at IS NULL AND revoked_at IS NULL DO UPDATE
        SET role = excluded.role, assign = excluded.assign, team_id = excluded.team_id, nonce = excluded.nonce, token_hash = excluded.token_hash,
            mailed_token_hash = excluded.mailed_token_hash,
            invited_by = excluded.invited_by, sent_at = excluded.sent_at, expires_at = excluded.expires_at,
            opened_at = NULL
      RETURNING id, email`,
  );
}

/** Invitations of an organization, in the order of their ids. */
export function invitationsWith(
  manager: EntityManager,
  organizationId: number,
  ids: readonly number[],
): Promise<InvitationRow[]> {
  return rowsOf(
    manager,
    sql`SELECT ${invitationColumns} FROM ${invitationTables}
         WHERE i.organization_id = ${organizationId} AND i.id = ANY(${ids}) ORDER BY i.id`,
  );
}

/** The list of an organization's invitations. */
export function invitationsOf(
  organizationId: number,
  { search = null, state = null }: { [Key in 'search' | 'state']?: InvitationQuery[Key] | null },
  now: Date,
): RowQuery {
  return {
    select: invitationColumns,
    from: sql`${invitationTables} CROSS JOIN LATERAL (SELECT ${stateAt(now)} AS state) AS s
               WHERE i.organization_id = ${organizationId}
                 AND ${isFound('i.email, i.role', search)}
                 AND (${state}::text IS NULL OR s.state = ${state}::text)`,
    tieBreaker: 'i.id DESC',
    sort: 'createdAt,desc',
  };
}

/** What the list of invitations is sorted by. */
export const invitationSorting: Sorting<InvitationQuery> = {
  createdAt: 'i.created_at',
  sentAt: 'i.sent_at',
  expiresAt: 'i.expires_at',
  acceptedAt: 'i.accepted_at',
  email: 'i.email',
  role: 'i.role',
  state: 's.state',
};

const invitationTables = sql`
  invitation i LEFT JOIN user_account b ON b.id = i.invited_by
               LEFT JOIN team t ON t.id = i.team_id AND t.organization_id = i.organization_id`;

const invitationColumns = sql`
  i.id, i.email, i.role, i.assign, t.name AS team, i.nonce, i.token_hash AS "tokenHash", b.email AS "invitedBy",
  i.created_at AS "createdAt", i.sent_at AS "sentAt", i.expires_at AS "expiresAt", i.opened_at AS "openedAt",
  i.accepted_at AS "acceptedAt", i.joined_at AS "joinedAt", i.revoked_at AS "revokedAt"`;

/** `stateOf`, where the database has to search or sort by it. */
function stateAt(now: Date): Sql {
  return sql`CASE WHEN i.revoked_at IS NOT NULL THEN 'revoked' WHEN i.accepted_at IS NOT NULL THEN 'accepted'
    WHEN i.expires_at <= ${now}::timestamptz THEN 'expired'
    WHEN i.opened_at IS NOT NULL THEN 'must-set-password' ELSE 'pending' END`;
}
