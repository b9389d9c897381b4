import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller } from '../access/caller.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { NotFoundError } from '../errors/domain-error.js';
import { LimitReachedError } from '../errors/limit-errors.js';
import { IdentityProvider } from '../identity/identity-provider.entity.js';
import { hashToken, randomToken } from '../secret/random-token.js';
import { type CreatedScimToken, type ScimTokenView } from './dto/scim-token.js';
import { ScimToken } from './scim-token.entity.js';
import { providerOfToken } from './scim.queries.js';

/** Tells the token from an API key, for people and for scanners of leaked secrets. */
const prefix = 'lsscim_';

/** One in use and one that replaces it, and some to spare. */
const maxTokens = 5;

/** The tokens with which an identity provider keeps its people up to date. */
@Injectable()
export class ScimTokenService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** The provider that a token belongs to, if it is enabled. */
  async providerOf(token: string): Promise<IdentityProvider | undefined> {
    const { manager } = this.dataSource;
    const id = await providerOfToken(manager, hashToken(token), this.clock.now());
    if (id === undefined) return undefined;
    return (await manager.findOneBy(IdentityProvider, { id, enabled: true })) ?? undefined;
  }

  /** @throws NotFoundError */
  async list(providerId: number): Promise<ScimTokenView[]> {
    const { manager } = this.dataSource;
    await this.provider(manager, providerId);
    return (await manager.find(ScimToken, { where: { providerId }, order: { id: 'ASC' } })).map(viewOf);
  }

  /**
   * Creates a token; this answer is the only time it is seen.
   *
   * @throws NotFoundError
   * @throws LimitReachedError
   */
  async create(caller: Caller, providerId: number): Promise<CreatedScimToken> {
    const token = prefix + randomToken();
    return this.dataSource.transaction(async (manager) => {
      const provider = await this.provider(manager, providerId, true);
      if ((await manager.countBy(ScimToken, { providerId })) >= maxTokens) {
        throw new LimitReachedError('too-many-scim-tokens', maxTokens);
      }
      const saved = await manager.save(ScimToken, {
        providerId,
        tokenHash: hashToken(token),
        hint: token.slice(0, prefix.length + 4),
        createdAt: this.clock.now(),
        lastUsedAt: null,
      });
      await this.record(manager, caller, 'scim-token.created', { provider, tokenId: saved.id });
      return Object.assign(viewOf(saved), { token });
    });
  }

  /** @throws NotFoundError */
  async delete(caller: Caller, providerId: number, id: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const provider = await this.provider(manager, providerId);
      const { affected } = await manager.delete(ScimToken, { id, providerId });
      if (!affected) throw new NotFoundError('The SCIM token');
      await this.record(manager, caller, 'scim-token.deleted', { provider, tokenId: id });
    });
  }

  private async provider(manager: EntityManager, id: number, locked = false): Promise<IdentityProvider> {
    const lock = locked ? { lock: { mode: 'pessimistic_write' } as const } : {};
    const provider = await manager.findOne(IdentityProvider, { where: { id }, ...lock });
    if (!provider) throw new NotFoundError('The identity provider');
    return provider;
  }

  private async record(
    manager: EntityManager,
    caller: Caller,
    action: string,
    { provider, tokenId }: { provider: IdentityProvider; tokenId: number },
  ): Promise<void> {
    const target = { targetType: 'identity-provider', targetId: provider.id };
    await this.audit.record(manager, caller, { action, ...target, details: { name: provider.name, tokenId } });
  }
}

function viewOf({ id, hint, createdAt, lastUsedAt }: ScimToken): ScimTokenView {
  return { id, hint, createdAt, lastUsedAt };
}
