import sql, { empty, raw } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../database/query.js';

/** Actions that change settings which several people share. All are in the index `audit_event_all_versions`. */
export const sharedSettingsActions = [
  'license-policy.changed',
  'organization.renamed',
  'allocation.changed',
  'mail-server.created',
  'mail-server.changed',
  'mail-server.removed',
  'server-settings.changed',
] as const;

/** The latest change of the shared settings of an organization, or of the server. */
export interface SettingsChange {
  /** Of the event in the audit log. */
  id: number;
  /** Null: the server's. */
  organizationId: number | null;
  action: string;
  byId: number;
  by: string;
  at: Date;
  /** Changes in all since the time that was asked for. */
  count: number;
}

interface Wanted {
  /** Organizations, and null for the server; undefined: all. */
  owners: readonly (number | null)[] | undefined;
  since: Date;
  /** Whose changes do not count. */
  notBy: number | undefined;
}

/** By people: what files or the server itself changed is no news to those who run it. */
export async function latestSettingsChanges(
  manager: EntityManager,
  { owners, since, notBy }: Wanted,
): Promise<SettingsChange[]> {
  // In the text, not as parameters: they choose a partial index.
  const actions = raw(sharedSettingsActions.map((action) => `'${action}'`).join(', '));
  const places = owners?.map((id) => id ?? 0);
  return rowsOf(
    manager,
    sql`
      SELECT DISTINCT ON (coalesce(v.organization_id, 0))
             v.id, v.organization_id AS "organizationId", v.action, v.actor_id AS "byId", v.actor AS by, v.occurred_at AS at,
             (count(*) OVER (PARTITION BY coalesce(v.organization_id, 0)))::int AS count
        FROM audit_event v
       WHERE v.action IN (${actions}) AND v.occurred_at > ${since}::timestamptz AND v.actor_id IS NOT NULL
             ${places ? sql`AND coalesce(v.organization_id, 0) = ANY(${places}::bigint[])` : empty}
             ${notBy === undefined ? empty : sql`AND v.actor_id <> ${notBy}::bigint`}
       ORDER BY coalesce(v.organization_id, 0), v.id DESC`,
  );
}
