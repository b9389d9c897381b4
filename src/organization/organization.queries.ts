import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { type Role } from '../access/role.js';
import { versionInSql } from '../audit/settings-version.js';
import { type SecondFactorHolders } from '../auth/second-factor/second-factor-rule.queries.js';
import { logoInSql } from '../branding/branding.queries.js';
import { type LogoView } from '../branding/dto/logo.js';
import { execute, rowsOf } from '../database/query.js';
import { type OrganizationCreators } from './dto/server-settings.js';
import { type Organization } from './organization.entity.js';

/** An organization as a single one is shown. */
interface NamedOrganization extends Pick<Organization, 'name' | 'requireSecondFactor'> {
  version: number;
  logo: LogoView | null;
}

/** The name and logo of an organization and what it asks of its members, and the version of its name. */
export async function nameAndVersion(manager: EntityManager, id: number): Promise<NamedOrganization | undefined> {
  const version = versionInSql('organization', { organizationId: sql`organization.id` });
  const [organization] = await rowsOf<NamedOrganization>(
    manager,
    sql`SELECT name, require_second_factor AS "requireSecondFactor", ${version} AS version,
               ${logoInSql(sql`organization.id`)} AS logo
          FROM organization WHERE id = ${id}`,
  );
  return organization;
}

/** A member as an organization knows one. */
interface MemberRow {
  userId: number;
  email: string;
  role: Role;
}

/** Locks the memberships of the owner and of the member who is to be the owner, in the order of their ids. */
export function lockOwnerAndNext(
  manager: EntityManager,
  organizationId: number,
  nextId: number,
): Promise<(MemberRow & { disabled: boolean })[]> {
  return rowsOf(
    manager,
    sql`SELECT m.user_id AS "userId", m.role, u.email, u.disabled_at IS NOT NULL AS disabled
          FROM membership m JOIN user_account u ON u.id = m.user_id
         WHERE m.organization_id = ${organizationId} AND NOT u.service AND (m.role = 'OWNER' OR m.user_id = ${nextId})
         ORDER BY m.user_id FOR UPDATE OF m`,
  );
}

/** The members of an organization, the first ones first. */
export function membersSince(manager: EntityManager, organizationId: number): Promise<MemberRow[]> {
  return rowsOf(
    manager,
    sql`SELECT m.user_id AS "userId", u.email, m.role FROM membership m JOIN user_account u ON u.id = m.user_id
         WHERE m.organization_id = ${organizationId} ORDER BY m.joined_at, m.user_id`,
  );
}

/** How many organizations an account owns, and whether it may own any number; undefined when it is gone. */
export async function ownedBy(
  manager: EntityManager,
  userId: number,
): Promise<{ owned: number; root: boolean } | undefined> {
  const [account] = await rowsOf<{ owned: number; root: boolean }>(
    manager,
    sql`SELECT u.root,
               (SELECT count(*)::int FROM membership m WHERE m.user_id = u.id AND m.role = 'OWNER') AS owned
          FROM user_account u WHERE u.id = ${userId}`,
  );
  return account;
}

/** What the root administrator allows all users, and asks of them. */
export interface ServerRules {
  organizationCreation: OrganizationCreators;
  requireSecondFactor: SecondFactorHolders;
  /** Empty: the product's own. */
  name: string;
}

export async function serverRules(manager: EntityManager): Promise<ServerRules> {
  const [installation] = (await rowsOf(
    manager,
    sql`SELECT organization_creation AS "organizationCreation", require_second_factor AS "requireSecondFactor", site_name AS name
          FROM installation`,
  )) as [ServerRules];
  return installation;
}

export function setServerRules(
  manager: EntityManager,
  { organizationCreation, requireSecondFactor, name }: ServerRules,
): Promise<void> {
  return execute(
    manager,
    sql`UPDATE installation SET organization_creation = ${organizationCreation},
               require_second_factor = ${requireSecondFactor}, site_name = ${name}`,
  );
}
