import sql, { type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../database/query.js';
import { isFound, type RowQuery, type Sorting } from '../http/paging.js';
import { type PluginQuery, type PluginView } from './dto/plugin.js';
import { type Plugin } from './plugin.entity.js';

/** The packages that a caller sees: an organization's own come with the public ones. */
export interface Shelf {
  /** Undefined: the public ones alone. */
  organizationId: number | undefined;
  /** Whether the organization's own are among them. */
  withPrivate: boolean;
}

export type PluginRow = Omit<PluginView, 'fileName'>;

/** Which of the plugins are on a shelf. `organization_id` is a column of theirs. */
function onShelf({ organizationId = null, withPrivate }: Nullable<Shelf>, column: Sql): Sql {
  return sql`(${column} IS NULL OR (${withPrivate}::boolean AND ${column} = ${organizationId}::bigint))`;
}

type Nullable<T> = { [Key in keyof T]?: T[Key] | null };

/** Of all versions on the shelf: the organization's own before public ones, then the highest, then the latest. */
function isNewest(shelf: Shelf): Sql {
  return sql`NOT EXISTS (
    SELECT FROM plugin q
     WHERE fold_case(q.name) = fold_case(p.name) AND ${onShelf(shelf, sql`q.organization_id`)}
       AND (q.organization_id IS NOT NULL, q.version_order, q.id) > (p.organization_id IS NOT NULL, p.version_order, p.id))`;
}

function columnsOn(shelf: Shelf): Sql {
  return sql`p.id, p.name, p.version, p.kind, p.description, p.packaging, p.jars, p.size, p.sha256,
    CASE WHEN p.organization_id IS NULL THEN 'public' ELSE 'private' END AS visibility, ${isNewest(shelf)} AS newest,
    u.email AS "uploadedBy", p.uploaded_at AS "uploadedAt"`;
}

function pluginsOn(shelf: Shelf): Sql {
  return sql`plugin p LEFT JOIN user_account u ON u.id = p.uploaded_by WHERE ${onShelf(shelf, sql`p.organization_id`)}`;
}

/** The versions on a shelf, for a list. */
export function versionsOn(
  shelf: Shelf,
  { kind = null, newest, search = null }: Nullable<Pick<PluginQuery, 'kind' | 'newest' | 'search'>>,
): RowQuery {
  return {
    select: columnsOn(shelf),
    from: sql`${pluginsOn(shelf)} AND (${kind}::text IS NULL OR p.kind = ${kind})
      AND (${newest ?? false}::boolean IS NOT TRUE OR ${isNewest(shelf)})
      AND ${isFound('p.name, p.version, p.description', search)}`,
    tieBreaker: 'fold_case(p.name), p.version_order DESC, p.id DESC',
  };
}

/** What the list of versions can be sorted by. */
export const versionSorting: Sorting<PluginQuery> = {
  name: 'fold_case(p.name)',
  version: 'p.version_order',
  kind: 'p.kind',
  size: 'p.size',
  visibility: 'p.organization_id IS NOT NULL',
  uploadedAt: 'p.uploaded_at',
  uploadedBy: 'u.email',
};

export async function versionOn(manager: EntityManager, shelf: Shelf, id: number): Promise<PluginRow | undefined> {
  const [row] = await rowsOf<PluginRow>(
    manager,
    sql`SELECT ${columnsOn(shelf)} FROM ${pluginsOn(shelf)} AND p.id = ${id}`,
  );
  return row;
}

/** The newest version of each plugin, by name. */
export async function newestOn(manager: EntityManager, shelf: Shelf): Promise<PluginRow[]> {
  return rowsOf(
    manager,
    sql`
      SELECT ${columnsOn(shelf)} FROM ${pluginsOn(shelf)} AND ${isNewest(shelf)}
       ORDER BY fold_case(p.name), p.id`,
  );
}

/** @returns its id; undefined: the version is there already, as people compare names, and nothing is inserted */
export async function insertVersion(
  manager: EntityManager,
  { organizationId, name, version, versionOrder, kind, packaging, description, jars, ...file }: Omit<Plugin, 'id'>,
): Promise<number | undefined> {
  const [saved] = await rowsOf<{ id: number }>(
    manager,
    sql`
      INSERT INTO plugin (organization_id, name, version, version_order, kind, packaging, description, jars, size, sha256,
                          uploaded_by, uploaded_at)
      SELECT ${organizationId}::bigint, ${name}, ${version}, ${versionOrder}, ${kind}, ${packaging}, ${description},
             ${jars}::text[], ${file.size}::bigint, ${file.sha256}, ${file.uploadedBy}::bigint, ${file.uploadedAt}::timestamptz
       WHERE NOT EXISTS (SELECT FROM plugin WHERE coalesce(organization_id, 0) = coalesce(${organizationId}::bigint, 0)
                            AND fold_case(name) = fold_case(${name}) AND fold_case(version) = fold_case(${version}))
      ON CONFLICT DO NOTHING RETURNING id`,
  );
  return saved?.id;
}

/** @returns what was deleted; undefined: no such version belongs to the organization, or is public */
export async function deleteVersion(
  manager: EntityManager,
  organizationId: number | undefined,
  id: number,
): Promise<Pick<Plugin, 'name' | 'version' | 'sha256'> | undefined> {
  const [deleted] = await rowsOf<Pick<Plugin, 'name' | 'version' | 'sha256'>>(
    manager,
    sql`
      DELETE FROM plugin
       WHERE id = ${id} AND organization_id IS NOT DISTINCT FROM ${organizationId ?? null}::bigint
      RETURNING name, version, sha256`,
  );
  return deleted;
}

/** Which of the files belong to a version. */
export async function usedContents(manager: EntityManager, hashes: readonly string[]): Promise<Set<string>> {
  const rows = await rowsOf<Pick<Plugin, 'sha256'>>(
    manager,
    sql`SELECT DISTINCT sha256 FROM plugin WHERE sha256 = ANY(${hashes}::text[])`,
  );
  return new Set(rows.map(({ sha256 }) => sha256));
}
