import { type EntityManager } from 'typeorm';
import { type ForeignChange, maxNamedChanges, StaleVersionError } from './stale-version.error.js';

/** Whose version the audit log has: the actions that change them, which are in the index `audit_event_all_versions`. */
const actionsOf = {
  'license-policy': ['license-policy.changed'],
  organization: ['organization.renamed'],
  allocations: ['allocation.changed'],
  'mail-server': ['mail-server.created', 'mail-server.changed', 'mail-server.removed'],
  'server-settings': ['server-settings.changed'],
  account: [
    'user.disabled',
    'user.enabled',
    'user.administrator-appointed',
    'user.administrator-dismissed',
    'user.email-changed',
  ],
  team: ['team.renamed'],
  'member-role': ['member.role-changed'],
} as const;

/** Settings that several people may change. */
export interface VersionedSettings {
  kind: keyof typeof actionsOf;
  /** Absent or null: those of the whole server. */
  organizationId?: number | null;
  /** The team, account or member. */
  targetId?: number;
}

/**
 * The version of settings as SQL: the number of the last event that changed them, 0 when they never were. Each change writes its
 * event in its own transaction, so the two cannot disagree, and the events say who changed what.
 *
 * @param organizationId in SQL; 0: of the whole server
 * @param targetId in SQL, as text; absent: whatever the target
 */
export function versionInSql(kind: VersionedSettings['kind'], organizationId: string, targetId?: string): string {
  return `(SELECT coalesce(max(v.id), 0) FROM audit_event v WHERE ${conditionOf(kind, organizationId, targetId)})`;
}

/** The version of settings, for an answer. */
export async function versionOf(manager: EntityManager, settings: VersionedSettings): Promise<number> {
  const { kind, organizationId, targetId } = settings;
  const [row] = await manager.query<[{ version: number }]>(
    `SELECT ${versionInSql(kind, '$1::bigint', '$2::text')} AS version`,
    [organizationId ?? 0, targetId === undefined ? null : String(targetId)],
  );
  return row.version;
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
  { kind, organizationId, targetId }: VersionedSettings,
  version: number,
): Promise<ForeignChange[]> {
  const rows = await manager.query<(Omit<ForeignChange, 'fields'> & { details: Record<string, unknown> })[]>(
    `SELECT v.actor AS by, v.occurred_at AS at, v.action, v.details
       FROM audit_event v WHERE ${conditionOf(kind, '$1::bigint', '$2::text')} AND v.id > $3 ORDER BY v.id DESC LIMIT $4`,
    [organizationId ?? 0, targetId === undefined ? null : String(targetId), version, maxNamedChanges],
  );
  return rows.map(({ details, ...change }) => ({ ...change, fields: fieldsOf(details) }));
}

function conditionOf(kind: VersionedSettings['kind'], organizationId: string, targetId = 'NULL'): string {
  const actions = actionsOf[kind].map((action) => `'${action}'`).join(', ');
  return `v.action IN (${actions}) AND coalesce(v.organization_id, 0) = ${organizationId}
            AND (${targetId} IS NULL OR v.target_id = ${targetId})`;
}

/** Which settings differ: the event names them, or says what was before and what is now. */
function fieldsOf({ from, to, product, model, changed }: Record<string, unknown>): string[] {
  if (Array.isArray(changed)) return changed.map(String);
  if (typeof product === 'string') return [`${product} ${String(model)}`];
  if (!isObject(from) || !isObject(to)) return [];
  return Object.keys(to).filter((field) => JSON.stringify(from[field]) !== JSON.stringify(to[field]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
