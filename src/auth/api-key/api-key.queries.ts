import { type DataSource } from 'typeorm';
import sql from 'sql-template-tag';
import { type ApiKeyScope } from '../../access/key-scopes.js';
import { rowsOf } from '../../database/query.js';
import { isFound, type RowQuery, type Sorting } from '../../http/paging.js';
import { type KeyKind } from './api-key.entity.js';
import { type AccountKeyQuery } from './dto/account-key.js';

/** The account behind a key that is good. */
export interface KeyHolder {
  userId: number;
  email: string;
  root: boolean;
  credentialsVersion: number;
  apiKeyId: number;
  kind: KeyKind;
  scopes: ApiKeyScope[];
  expiresAt: Date | null;
}

/** The accounts behind keys, as far as both are good; notes that they were used, to the minute. */
export function holdersOfKeys(
  dataSource: DataSource,
  { kind, hashes }: { kind: KeyKind; hashes: readonly Buffer[] },
  now: Date,
): Promise<(KeyHolder & { hash: string })[]> {
  return rowsOf(
    dataSource,
    // No request waits for the disk to note when a key was used, nor for another request that notes it.
    sql`
      WITH used AS (
        UPDATE api_key SET last_used_at = ${now}
         WHERE id IN (SELECT id FROM api_key
                       WHERE key_hash = ANY(${hashes}) AND kind = ${kind}
                         AND (last_used_at IS NULL OR last_used_at < ${now}::timestamptz - interval '1 minute')
                         FOR NO KEY UPDATE SKIP LOCKED)
        RETURNING set_config('synchronous_commit', 'off', true))
      SELECT encode(k.key_hash, 'hex') AS hash, u.id AS "userId", u.email, u.root,
             u.credentials_version AS "credentialsVersion", k.id AS "apiKeyId", k.kind, k.scopes, k.expires_at AS "expiresAt"
        FROM api_key k JOIN user_account u ON u.id = k.user_id
       WHERE k.key_hash = ANY(${hashes}) AND k.kind = ${kind} AND u.disabled_at IS NULL
         AND (k.expires_at IS NULL OR k.expires_at > ${now})`,
  );
}

/** The API keys and client passwords of all accounts. */
export function keysFound(search: string | null = null): RowQuery {
  return {
    select: sql`k.id, k.user_id AS "userId", u.email, k.kind, k.name, k.hint, k.scopes, k.legacy, k.created_at AS "createdAt",
      k.expires_at AS "expiresAt", k.last_used_at AS "lastUsedAt"`,
    from: sql`api_key k JOIN user_account u ON u.id = k.user_id
               WHERE ${isFound('k.name, u.first_name, u.last_name, u.email', search)}`,
    tieBreaker: 'k.id',
  };
}

/** What the list of API keys is sorted by. */
export const keySorting: Sorting<AccountKeyQuery> = {
  email: 'u.email',
  name: 'fold_case(k.name)',
  createdAt: 'k.created_at',
  expiresAt: 'k.expires_at',
  lastUsedAt: 'k.last_used_at',
  id: 'k.id',
};
