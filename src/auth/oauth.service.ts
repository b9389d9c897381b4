import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { UserService } from '../user/user.service.js';
import { AccessTokenService, type TokenClaims } from './access-token.service.js';
import { apiKeyPrefix } from './api-key.service.js';
import { OAuthError } from './auth.errors.js';
import { type TokenAnswer } from './dto/oauth.js';
import { hashToken } from './random-token.js';

interface AccountRow {
  id: number;
  credentials_version: number;
  key_id: number | null;
}

/** Signs programs in: Katalon Studio with a password, Runtime Engine with an API key. */
@Injectable()
export class OAuthService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UserService,
    private readonly tokens: AccessTokenService,
    private readonly clock: Clock,
  ) {}

  /**
   * `POST /oauth/token`, RFC 6749 sections 4.3 and 6.
   *
   * @param form untrusted
   * @param authorization the header with the client's fixed public pair, which proves nothing, so it may be absent
   * @throws OAuthError
   */
  async token(form: unknown, authorization: string | undefined): Promise<TokenAnswer> {
    checkClient(authorization);
    const { grant_type, username, password, refresh_token } = fieldsOf(form);
    switch (grant_type) {
      case 'password':
        return this.answer(await this.byPassword(username, password));
      case 'refresh_token':
        return this.answer(await this.byRefreshToken(refresh_token));
      case undefined:
        throw new OAuthError('invalid', 'invalid_request', 'grant_type is missing: send grant_type=password.');
      default:
        throw new OAuthError(
          'invalid',
          'unsupported_grant_type',
          'This server knows grant_type=password and grant_type=refresh_token.',
        );
    }
  }

  private async byPassword(username: string | undefined, password: string | undefined): Promise<TokenClaims> {
    if (!password) {
      throw new OAuthError('invalid', 'invalid_request', 'password is missing: send your password or an API key.');
    }
    if (password.startsWith(apiKeyPrefix)) {
      const claims = await this.byApiKey(password);
      if (claims) return claims;
    }
    if (!username?.includes('@')) {
      throw new OAuthError(
        'unauthenticated',
        'invalid_grant',
        'This API key is not valid. Create one in your profile.',
      );
    }
    const user = await this.users.verifyPassword(username, password);
    if (!user) {
      throw new OAuthError(
        'unauthenticated',
        'invalid_grant',
        'The e-mail address or the password is wrong, or the account is disabled.',
      );
    }
    return { userId: user.id, credentialsVersion: user.credentialsVersion };
  }

  private async byApiKey(key: string): Promise<TokenClaims | undefined> {
    const now = this.clock.now();
    const rows = await this.dataSource.query<AccountRow[]>(
      `WITH used AS (
         UPDATE api_key SET last_used_at = $2
          WHERE key_hash = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '1 minute'))
       SELECT u.id, u.credentials_version, k.id AS key_id
         FROM api_key k JOIN user_account u ON u.id = k.user_id
        WHERE k.key_hash = $1 AND u.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)`,
      [hashToken(key), now],
    );
    return claimsOf(rows[0]);
  }

  private async byRefreshToken(token: string | undefined): Promise<TokenClaims> {
    const claims = token ? await this.tokens.verify('refresh', token) : undefined;
    const rows = claims
      ? await this.dataSource.query<AccountRow[]>(
          `SELECT u.id, u.credentials_version, k.id AS key_id
             FROM user_account u LEFT JOIN api_key k ON k.id = $3 AND k.user_id = u.id
            WHERE u.id = $1 AND u.credentials_version = $2 AND u.disabled_at IS NULL
              AND ($3::bigint IS NULL OR (k.id IS NOT NULL AND (k.expires_at IS NULL OR k.expires_at > $4)))`,
          [claims.userId, claims.credentialsVersion, claims.apiKeyId ?? null, this.clock.now()],
        )
      : [];
    const current = claimsOf(rows[0]);
    if (!current)
      throw new OAuthError('invalid', 'invalid_grant', 'This refresh token is not valid (any more). Sign in.');
    return current;
  }

  private async answer(claims: TokenClaims): Promise<TokenAnswer> {
    return {
      access_token: await this.tokens.issue('access', claims),
      refresh_token: await this.tokens.issue('refresh', claims),
      expires_in: this.tokens.expiresIn,
      scope: 'read write',
      token_type: 'bearer',
    };
  }
}

function claimsOf(row: AccountRow | undefined): TokenClaims | undefined {
  return row && { userId: row.id, credentialsVersion: row.credentials_version, apiKeyId: row.key_id ?? undefined };
}

function fieldsOf(form: unknown): Record<string, string | undefined> {
  const fields: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(form ?? {})) {
    if (typeof value !== 'string') {
      throw new OAuthError('invalid', 'invalid_request', `${name} must be given once, as text.`);
    }
    if (value.length > 4096 || value.includes('\0')) {
      throw new OAuthError('invalid', 'invalid_request', `${name} is too long or contains a NUL character.`);
    }
    fields[name] = value;
  }
  return fields;
}

function checkClient(authorization: string | undefined): void {
  if (authorization === undefined) return;
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1];
  if (encoded && Buffer.from(encoded, 'base64').toString('utf8').includes(':')) return;
  throw new OAuthError(
    'unauthenticated',
    'invalid_client',
    'The Authorization header must be "Basic" and base64 of client_id:client_secret, or absent.',
  );
}
