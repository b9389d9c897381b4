import { type DataSource } from 'typeorm';
import sql from 'sql-template-tag';
import { type ApiKeyScope } from '../../access/key-scopes.js';
import { rowsOf } from '../../database/query.js';
import { type TokenClaims } from '../session/access-token.service.js';

/** The account that a token was issued to. */
interface TokenAccount {
  userId: number;
  email: string;
  /** Of the API key that the token was got with. */
  scopes: ApiKeyScope[] | null;
}

/** The account of a token, as long as it and the API key that the token was got with are good. */
export async function accountOfToken(
  dataSource: DataSource,
  { userId, credentialsVersion, apiKeyId }: TokenClaims,
  now: Date,
): Promise<TokenAccount | undefined> {
  const keyId = sql`${apiKeyId ?? null}::bigint`;
  const [account] = await rowsOf<TokenAccount>(
    dataSource,
    sql`SELECT u.id AS "userId", u.email, k.scopes
          FROM user_account u LEFT JOIN api_key k ON k.id = ${keyId} AND k.user_id = u.id
         WHERE u.id = ${userId} AND u.credentials_version = ${credentialsVersion} AND u.disabled_at IS NULL
           AND (${keyId} IS NULL OR (k.id IS NOT NULL AND (k.expires_at IS NULL OR k.expires_at > ${now})))`,
  );
  return account;
}
