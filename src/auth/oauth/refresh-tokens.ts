import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type ApiKeyScope, apiKeyScopes } from '../../access/key-scopes.js';
import { Clock } from '../../clock/clock.js';
import { type KeyKind } from '../api-key/api-key.entity.js';
import { AccessTokenService, leaseTokenScopes, type TokenClaims } from '../session/access-token.service.js';
import { TokenFamilyService } from '../session/token-family.service.js';
import { type TokenAnswer } from './dto/oauth.js';
import { accountOfToken } from './refresh-tokens.queries.js';

/** What tokens are made of; `scopes` and `kind` when it was no password of the account. */
export type TokenGrant = TokenClaims & {
  email: string;
  scopes?: readonly ApiKeyScope[];
  kind?: KeyKind | 'lease-token';
};

/** Issues tokens, and takes refresh tokens for the next ones. */
@Injectable()
export class RefreshTokens {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly tokens: AccessTokenService,
    private readonly families: TokenFamilyService,
    private readonly clock: Clock,
  ) {}

  /** The tokens for a grant. */
  issue(grant: TokenGrant): TokenAnswer {
    return {
      access_token: this.tokens.issue('access', grant),
      refresh_token: this.tokens.issue('refresh', grant),
      expires_in: this.tokens.expiresIn,
      scope: (grant.scopes ?? apiKeyScopes).join(' '),
      token_type: 'bearer',
    };
  }

  /**
   * @param token untrusted
   * @param address of the client
   * @returns undefined when the token is not good, or not any more
   */
  async take(token: string, address: string): Promise<TokenGrant | undefined> {
    const claims = this.tokens.verify('refresh', token);
    if (!claims) return undefined;
    const account = await accountOfToken(this.dataSource, claims, this.clock.now());
    if (!account) return undefined;
    const { userId: id, email, scopes } = account;
    const generation = await this.families.refresh(claims, { id, name: email, address });
    if (generation === undefined) return undefined;
    const allowed = claims.leaseId === undefined ? (scopes ?? undefined) : leaseTokenScopes;
    return { ...claims, generation, email, scopes: allowed };
  }
}
