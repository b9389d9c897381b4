import sql, { type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../database/query.js';
import { type Standing } from './group/group-grants.js';
import { type ProviderKind } from './identity-provider.entity.js';

/** The enabled directory that an account `u` is linked with, in SQL. */
export const linkedDirectory = `(
  SELECT p.id FROM user_identity i JOIN identity_provider p ON p.id = i.provider_id
   WHERE i.user_id = u.id AND p.kind = 'ldap' AND p.enabled ORDER BY p.id LIMIT 1)`;

/** What an account has, as far as a provider's groups can give it. */
export async function standingOf(manager: EntityManager, providerId: number, userId: number): Promise<Standing> {
  const [standing] = await rowsOf<Standing>(
    manager,
    sql`SELECT u.root,
          EXISTS (SELECT FROM user_identity i WHERE i.user_id = u.id AND i.provider_id = ${providerId} AND i.gives_root) AS "givesRoot",
          (SELECT coalesce(json_agg(json_build_object('organizationId', m.organization_id, 'role', m.role, 'managedBy', m.managed_by)), '[]')
             FROM membership m WHERE m.user_id = u.id) AS memberships,
          (SELECT coalesce(json_agg(json_build_object('organizationId', t.organization_id, 'teamId', t.team_id, 'managedBy', t.managed_by)), '[]')
             FROM team_member t WHERE t.user_id = u.id) AS teams
        FROM user_account u WHERE u.id = ${userId}`,
  );
  return standing ?? { root: false, givesRoot: false, memberships: [], teams: [] };
}

/** The people of a provider that have an account, and whether they have lost what they held. */
export function linkedPeopleOf(
  manager: EntityManager,
  providerId: number,
): Promise<{ userId: number; subject: string; ended: boolean }[]> {
  return rowsOf(
    manager,
    sql`SELECT user_id AS "userId", subject, ended_at IS NOT NULL AS ended
          FROM user_identity WHERE provider_id = ${providerId} AND NOT starts_with(subject, 'provided ')`,
  );
}

/** The names of organizations and teams. */
export async function namesOfGrants(
  manager: EntityManager,
  organizationIds: readonly number[],
  teamIds: readonly number[],
): Promise<{ organizations: Map<number, string>; teams: Map<number, string> }> {
  const named = async (table: Sql, ids: readonly number[]): Promise<Map<number, string>> => {
    const found = sql`SELECT id, name FROM ${table} WHERE id = ANY(${ids}::bigint[])`;
    const rows = await rowsOf<{ id: number; name: string }>(manager, found);
    return new Map(rows.map(({ id, name }) => [id, name]));
  };
  return {
    organizations: await named(sql`organization`, organizationIds),
    teams: await named(sql`team`, teamIds),
  };
}

/** How many accounts each provider has, as `{providerId, accounts}`. */
export function accountsByProvider(
  manager: EntityManager,
  ids: readonly number[],
): Promise<{ providerId: number; accounts: number }[]> {
  return rowsOf(
    manager,
    sql`SELECT provider_id AS "providerId", count(*)::int AS accounts FROM user_identity
         WHERE provider_id = ANY(${ids}::bigint[]) GROUP BY provider_id`,
  );
}

/** Whether another provider has this name, in any case. */
export async function isProviderNameTaken(manager: EntityManager, name: string, except: number): Promise<boolean> {
  const found = await rowsOf<unknown>(
    manager,
    sql`SELECT FROM identity_provider WHERE fold_case(name) = fold_case(${name}::text) AND id <> ${except}`,
  );
  return found.length > 0;
}

/** Of pairs of an organization and a team of it (null: without a team), those that exist: their positions in the list. */
export async function existingTargets(
  manager: EntityManager,
  targets: readonly { organizationId: number; teamId: number | null }[],
): Promise<Set<number>> {
  const rows = await rowsOf<{ index: number }>(
    manager,
    sql`SELECT t.index::int AS index
          FROM unnest(${targets.map((each) => each.organizationId)}::bigint[], ${targets.map((each) => each.teamId)}::bigint[])
               WITH ORDINALITY AS t(organization_id, team_id, index)
          JOIN organization o ON o.id = t.organization_id
         WHERE t.team_id IS NULL OR EXISTS (SELECT FROM team WHERE team.id = t.team_id AND team.organization_id = o.id)`,
  );
  return new Set(rows.map(({ index }) => index - 1));
}

/** A provider with which an account is linked. */
interface LinkedProvider {
  providerId: number;
  name: string;
  kind: ProviderKind;
  enabled: boolean;
  email: string;
  lastSeenAt: Date;
}

/** The providers with which an account is linked, in the order of their names. */
export function identitiesOf(manager: EntityManager, userId: number): Promise<LinkedProvider[]> {
  return rowsOf(
    manager,
    sql`SELECT p.id AS "providerId", p.name, p.kind, p.enabled, i.email, i.last_seen_at AS "lastSeenAt"
          FROM user_identity i JOIN identity_provider p ON p.id = i.provider_id
         WHERE i.user_id = ${userId} ORDER BY fold_case(p.name), p.id`,
  );
}
