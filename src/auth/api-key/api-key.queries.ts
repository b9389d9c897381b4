import sql from 'sql-template-tag';
import { type ApiKeyScope } from '../../access/key-scopes.js';
import { type Statement } from '../../database/pool/preparing-client.js';
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

/**
 * The accounts behind keys, as far as both are good; notes that the keys were used, to the minute. No request waits for another one that
 * notes it. Each key and account is found by its index (OFFSET 0), so that a plan from a time of few accounts suits many.
 *
 * @returns of {@link KeyHolder}, with the `hash` of the key in hexadecimal digits
 */
export function holdersOfKeys({ kind, hashes }: { kind: KeyKind; hashes: readonly Buffer[] }, now: Date): Statement {
  return [
    `WITH used AS (
       UPDATE api_key SET last_used_at = $3
        WHERE id = ANY (ARRAY(SELECT id FROM api_key
                               WHERE key_hash = ANY ($1::bytea[]) AND kind = $2
                                 AND (last_used_at IS NULL OR last_used_at < $3::timestamptz - interval '1 minute')
                                 FOR NO KEY UPDATE SKIP LOCKED)))
     SELECT encode(k.key_hash, 'hex') AS hash, u.id AS "userId", u.email, u.root,
            u.credentials_version AS "credentialsVersion", k.id AS "apiKeyId", k.kind, k.scopes, k.expires_at AS "expiresAt"
       FROM api_key k CROSS JOIN LATERAL (SELECT * FROM user_account WHERE id = k.user_id OFFSET 0) AS u
      WHERE k.key_hash = ANY ($1::bytea[]) AND k.kind = $2 AND u.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $3)`,
    [hashes, kind, now],
  ];
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
