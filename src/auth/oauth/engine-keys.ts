import { Injectable } from '@nestjs/common';
import { DomainError } from '../../errors/domain-error.js';
import { type KeyHolder } from '../api-key/api-key.queries.js';
import { apiKeyPrefix, ApiKeyService } from '../api-key/api-key.service.js';
import { OAuthError } from '../auth.errors.js';
import { leaseTokenScopes } from '../session/access-token.service.js';
import { ProgramSignIns } from '../sign-in/program-sign-ins.js';
import { LeaseTokenHolders } from './lease-token-holders.js';
import { type TokenGrant } from './refresh-tokens.js';

/** What Runtime Engine signs in with in place of a password: an API key, or the token of a seat that a program holds for it. */
@Injectable()
export class EngineKeys {
  constructor(
    private readonly apiKeys: ApiKeyService,
    private readonly leaseTokens: LeaseTokenHolders,
    private readonly programs: ProgramSignIns,
  ) {}

  isKey(text: string): boolean {
    return text.startsWith(apiKeyPrefix) || this.leaseTokens.isToken(text);
  }

  /**
   * @param address from where it comes
   * @returns undefined: it is no API key of this server
   * @throws OAuthError when it is a lease token that is no good
   */
  async holderOf(
    key: string,
    address: string,
  ): Promise<KeyHolder | Omit<TokenGrant, 'family' | 'generation'> | undefined> {
    if (!this.leaseTokens.isToken(key)) return this.apiKeys.holderOf(key);
    try {
      return { ...(await this.leaseTokens.holderOf(key)), kind: 'lease-token', scopes: leaseTokenScopes };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await this.programs.failed('lease-token', address);
      throw new OAuthError('unauthenticated', 'invalid_grant', error.message);
    }
  }
}
