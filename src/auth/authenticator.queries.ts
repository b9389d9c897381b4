import { type DataSource } from 'typeorm';
import sql from 'sql-template-tag';
import { type ApiKeyScope } from '../access/key-scopes.js';
import { type Statement } from '../database/pool/preparing-client.js';
import { rowsOf } from '../database/query.js';
import { isLimited } from './second-factor/second-factor-rule.queries.js';

/** The account behind a credential that is good. */
export interface PrincipalRow {
  userId: number;
  email: string;
  root: boolean;
  sessionId?: string;
  scopes?: ApiKeyScope[] | null;
  apiKeyId?: number | null;
  tokenFamily?: string;
  /** The lease whose token the access token was got with; it is good for the seat of that lease only. */
  leaseId?: string | null;
  expiresAt: Date | null;
  secondFactorMissing?: boolean;
  /** Until when the account may go on without a second factor. */
  secondFactorDueAt?: Date | null;
}

/**
 * Each account and key is looked up by its index (OFFSET 0), so that a plan from a time of few accounts suits many.
 *
 * @param identities each `user credentials-version api-key family lease`; API key and lease are empty for a token without one
 * @returns of {@link PrincipalRow}, with their `identity`
 */
export function holdersOfTokens(identities: readonly string[]): Statement {
  return [
    `SELECT w.identity, u.id AS "userId", u.email, u.root, k.expires_at AS "expiresAt", k.scopes, k.id AS "apiKeyId",
            w.family AS "tokenFamily", w.lease_id AS "leaseId"
       FROM (SELECT i AS identity, split_part(i, ' ', 1)::bigint AS user_id, split_part(i, ' ', 2)::bigint AS version,
                    nullif(split_part(i, ' ', 3), '')::bigint AS key_id, split_part(i, ' ', 4)::uuid AS family,
                    nullif(split_part(i, ' ', 5), '')::uuid AS lease_id
               FROM unnest($1::text[]) AS i) AS w
      CROSS JOIN LATERAL (SELECT * FROM user_account WHERE id = w.user_id OFFSET 0) AS u
       LEFT JOIN LATERAL (SELECT * FROM api_key WHERE id = w.key_id OFFSET 0) AS k ON k.user_id = u.id
      WHERE u.credentials_version = w.version AND u.disabled_at IS NULL AND (w.key_id IS NULL OR k.id IS NOT NULL)
        AND (SELECT ended_at FROM token_family WHERE id = w.family) IS NULL`,
    [identities],
  ];
}

/** A request of the console. */
interface SessionUse {
  tokenHash: Buffer;
  now: Date;
  /** Minutes without a use after which a session ends. */
  idleMinutes: number;
  /** Does not count as a use. */
  isBackground: boolean;
}

/** The account behind a session, if both are good; notes that the session was used, to the minute. */
export async function holderOfSession(
  dataSource: DataSource,
  { tokenHash, now, idleMinutes, isBackground }: SessionUse,
): Promise<(PrincipalRow & { lastUsedAt: Date }) | undefined> {
  const idleSince = sql`${now}::timestamptz - ${idleMinutes}::int * interval '1 minute'`;
  const [row] = await rowsOf<PrincipalRow & { lastUsedAt: Date }>(
    dataSource,
    sql`
      WITH used AS (
        UPDATE session SET last_used_at = ${now}
         WHERE token_hash = ${tokenHash} AND NOT ${isBackground}::boolean
           AND coalesce(last_used_at, created_at) > ${idleSince}
           AND (last_used_at IS NULL OR last_used_at < ${now}::timestamptz - interval '1 minute'))
      SELECT u.id AS "userId", u.email, u.root, s.id AS "sessionId", s.expires_at AS "expiresAt",
             coalesce(s.last_used_at, s.created_at) AS "lastUsedAt",
             ${isLimited(now)} AS "secondFactorMissing", u.second_factor_due_at AS "secondFactorDueAt"
        FROM session s JOIN user_account u ON u.id = s.user_id AND u.credentials_version = s.credentials_version
       WHERE s.token_hash = ${tokenHash} AND u.disabled_at IS NULL
         AND coalesce(s.last_used_at, s.created_at) > ${idleSince}`,
  );
  return row;
}

/** Notes that accounts are in use, to five minutes. No request waits for another transaction that has the account's row. */
export function accessNote(userIds: readonly number[], now: Date): Statement {
  return [
    `UPDATE user_account SET last_access_at = $2
      WHERE id = ANY (ARRAY(SELECT id FROM user_account
                             WHERE id = ANY ($1::bigint[])
                               AND (last_access_at IS NULL OR last_access_at < $2::timestamptz - interval '5 minutes')
                               FOR NO KEY UPDATE SKIP LOCKED))`,
    [userIds, now],
  ];
}
