import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../database/query.js';
import { type ForeignChange, maxNamedChanges, StaleVersionError } from './stale-version.error.js';

/**
 * Whose version the audit log has: the actions that change them, which are in the index `audit_event_all_versions`, those of team roles
 * in `audit_event_team_roles`, those of identity providers in `audit_event_identity_providers`, those of webhooks and service accounts in
 * `audit_event_more_versions`. And the field that each action changes; null: its event says which.
 */
const actionsOf = {
  'license-policy': { 'license-policy.changed': null },
  organization: { 'organization.renamed': 'name' },
  allocations: { 'allocation.changed': null },
  'mail-server': { 'mail-server.created': null, 'mail-server.changed': null, 'mail-server.removed': null },
  'identity-provider': { 'identity-provider.created': null, 'identity-provider.changed': null },
  'service-account': { 'service-account.renamed': 'name', 'service-account.role-changed': 'role' },
  webhook: { 'webhook.created': null, 'webhook.changed': null },
  'server-settings': { 'server-settings.changed': null },
  account: {
    'user.disabled': 'disabled',
    'user.enabled': 'disabled',
    'user.administrator-appointed': 'root',
    'user.administrator-dismissed': 'root',
    'user.email-changed': 'email',
  },
  team: { 'team.renamed': 'name' },
  'member-role': { 'member.role-changed': 'role' },
  'team-role': { 'team-member.added': 'role', 'team-member.role-changed': 'role', 'team-member.removed': 'role' },
} as const;

/** Settings that several people may change. */
export interface VersionedSettings {
  kind: keyof typeof actionsOf;
  /** Absent or null: those of the whole server. */
  organizationId?: number | null;
  /** The team, account or member. */
  targetId?: number;
  /** The member of that team. */
  memberId?: number;
}

/**
 * The version of settings as SQL: the number of the last event that changed them, 0 when they never were. Each change writes its
 * event in its own transaction, so the two cannot disagree, and the events say who changed what.
 */
export function versionInSql(kind: VersionedSettings['kind'], place: SettingsPlace): Sql {
  return sql`(SELECT coalesce(max(v.id), 0) FROM audit_event v WHERE ${conditionOf(kind, place)})`;
}

/** Where settings are, in SQL. */
export interface SettingsPlace {
  /** 0: those of the whole server. */
  organizationId: Sql;
  /** As text; absent: whatever the target. */
  targetId?: Sql | undefined;
  /** As text; absent: whichever member. */
  memberId?: Sql | undefined;
}

/** The version of settings, for an answer. */
export async function versionOf(manager: EntityManager, settings: VersionedSettings): Promise<number> {
  const version = versionInSql(settings.kind, placeOf(settings));
  const [row] = await rowsOf<{ version: number }>(manager, sql`SELECT ${version} AS version`);
  return row?.version ?? 0;
}

/**
 * Call it under the lock under which the settings are changed.
 *
 * @param version that the request was made from; undefined: it does not say, and is not checked
 * @throws StaleVersionError
 */
export async function checkVersion(
  manager: EntityManager,
  settings: VersionedSettings,
  version: number | undefined,
): Promise<void> {
  if (version === undefined) return;
  const current = await versionOf(manager, settings);
  if (current !== version) throw new StaleVersionError(current, await changesSince(manager, settings, version));
}

async function changesSince(
  manager: EntityManager,
  settings: VersionedSettings,
  version: number,
): Promise<ForeignChange[]> {
  const newer = sql`SELECT v.actor AS by, v.occurred_at AS at, v.action, v.details
    FROM audit_event v WHERE ${conditionOf(settings.kind, placeOf(settings))} AND v.id > ${version}
   ORDER BY v.id DESC LIMIT ${maxNamedChanges}`;
  const rows = await rowsOf<Omit<ForeignChange, 'fields'> & { details: Record<string, unknown> }>(manager, newer);
  return rows.map(({ details, ...change }) => ({ ...change, fields: fieldsOf(settings.kind, change.action, details) }));
}

function placeOf({ organizationId, targetId, memberId }: VersionedSettings): SettingsPlace {
  const textOf = (id: number | undefined): Sql | undefined => (id === undefined ? undefined : sql`${String(id)}::text`);
  return {
    organizationId: sql`${organizationId ?? 0}::bigint`,
    targetId: textOf(targetId),
    memberId: textOf(memberId),
  };
}

function conditionOf(kind: VersionedSettings['kind'], { organizationId, targetId, memberId }: SettingsPlace): Sql {
  // In the text, not as parameters: they choose a partial index.
  const actions = raw(
    Object.keys(actionsOf[kind])
      .map((action) => `'${action}'`)
      .join(', '),
  );
  return sql`v.action IN (${actions}) AND coalesce(v.organization_id, 0) = ${organizationId}
    ${targetId ? sql`AND v.target_id = ${targetId}` : empty} ${memberId ? sql`AND v.details ->> 'userId' = ${memberId}` : empty}`;
}

/** Which settings differ: the event names them, or says what was before and what is now. */
function fieldsOf(
  kind: VersionedSettings['kind'],
  action: string,
  { from, to, product, model, changed }: Record<string, unknown>,
): string[] {
  const field = (actionsOf[kind] as Readonly<Record<string, string | null>>)[action];
  if (field) return [field];
  if (Array.isArray(changed)) return changed.map(String);
  if (typeof product === 'string') return [`${product} ${String(model)}`];
  if (!isObject(from) || !isObject(to)) return [];
  return Object.keys(to).filter((field) => JSON.stringify(from[field]) !== JSON.stringify(to[field]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
