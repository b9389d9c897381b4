import sql, { type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../database/query.js';
import { type LogoView, versionLetters } from './dto/logo.js';

/** What a mail or a page bears: whose it is. */
export interface Brand {
  /** Null: the product's own name. */
  name: string | null;
  logo: LogoView | null;
}

/**
 * The logo of an organization as JSON, as a {@link LogoView} or null.
 *
 * @param organizationId in SQL; NULL: the server's
 */
export function logoInSql(organizationId: Sql): Sql {
  return sql`(SELECT json_build_object('version', left(l.sha256, ${versionLetters}::int), 'width', l.width, 'height', l.height)
                FROM logo l WHERE coalesce(l.organization_id, 0) = coalesce(${organizationId}, 0))`;
}

/** @param organizationId null: of the server */
export async function brandOf(manager: EntityManager, organizationId: number | null): Promise<Brand> {
  const name =
    organizationId === null
      ? sql`(SELECT nullif(site_name, '') FROM installation)`
      : sql`(SELECT o.name FROM organization o WHERE o.id = ${organizationId})`;
  const logo = logoInSql(sql`${organizationId}::bigint`);
  const [brand] = (await rowsOf(manager, sql`SELECT ${name} AS name, ${logo} AS logo`)) as [Brand];
  return brand;
}

/**
 * Until the commit, the organization is not deleted.
 *
 * @returns whether there is one
 */
export async function keepOrganization(manager: EntityManager, organizationId: number): Promise<boolean> {
  const found = await rowsOf(manager, sql`SELECT FROM organization WHERE id = ${organizationId} FOR KEY SHARE`);
  return found.length > 0;
}
