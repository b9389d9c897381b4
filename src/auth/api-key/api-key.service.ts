import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { Notifications } from '../../database/notifications.js';
import { batchLoader } from '../../concurrency/batch-loader.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { InvalidRequestError } from '../../http/validation.js';
import { lockAccount } from '../../user/lock-account.js';
import { ApiKey } from './api-key.entity.js';
import { holdersOfKeys, type KeyHolder } from './api-key.queries.js';
import { TooManyApiKeysError } from '../auth.errors.js';
import { type Caller } from '../../access/caller.js';
import { type ApiKeyView, type CreatedApiKey, type NewApiKey } from './dto/api-key.js';
import { apiKeyScopes } from '../../access/key-scopes.js';
import { hashToken, randomToken } from '../../secret/random-token.js';
import { counted } from '../../errors/counted.js';

/** Tells a key from a token, for the server and for scanners of leaked secrets. */
export const apiKeyPrefix = 'lsk_';

@Injectable()
export class ApiKeyService {
  private readonly holders = batchLoader((hashes: readonly string[]) => this.loadHolders(hashes));

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly notifications: Notifications,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Who a key belongs to, if it and the account are good; notes that it was used, to the minute. */
  holderOf(key: string): Promise<KeyHolder | undefined> {
    return this.holders(hashToken(key).toString('hex'));
  }

  private async loadHolders(hashes: readonly string[]): Promise<Map<string, KeyHolder>> {
    const keys = hashes.map((hash) => Buffer.from(hash, 'hex'));
    const rows = await holdersOfKeys(this.dataSource, keys, this.clock.now());
    return new Map(rows.map(({ hash, ...holder }) => [hash, holder]));
  }

  async list(userId: number): Promise<ApiKeyView[]> {
    const keys = await this.dataSource.getRepository(ApiKey).find({ where: { userId }, order: { id: 'ASC' } });
    return keys.map(viewOf);
  }

  /**
   * Creates a key; this answer is the only time it is seen.
   *
   * @throws TooManyApiKeysError
   * @throws InvalidRequestError when it would have expired already, or live longer than the server allows
   */
  async create(caller: Caller, { name, scopes = ['seats'], expiresAt }: NewApiKey): Promise<CreatedApiKey> {
    const expiry = expiresAt ? new Date(expiresAt) : null;
    this.checkExpiry(expiry);
    const key = apiKeyPrefix + randomToken();
    return this.dataSource.transaction(async (manager) => {
      const maxKeys = this.settings.maxApiKeysPerUser;
      // The account's row is the lock for its keys: two requests cannot both be the twentieth.
      await lockAccount(manager, caller.id, 'pessimistic_write');
      if ((await manager.countBy(ApiKey, { userId: caller.id })) >= maxKeys) throw new TooManyApiKeysError(maxKeys);
      const saved = await manager.save(ApiKey, {
        userId: caller.id,
        name,
        keyHash: hashToken(key),
        hint: key.slice(0, 8),
        scopes: apiKeyScopes.filter((scope) => scopes.includes(scope)),
        legacy: false,
        createdAt: this.clock.now(),
        expiresAt: expiry,
        lastUsedAt: null,
      });
      const change = {
        targetType: 'api-key',
        targetId: saved.id,
        details: { name, scopes: saved.scopes, expiresAt: expiry },
      };
      await this.audit.record(manager, caller, { action: 'api-key.created', ...change });
      return Object.assign(viewOf(saved), { key });
    });
  }

  private checkExpiry(expiry: Date | null): void {
    const now = this.clock.millis();
    if (expiry && expiry.getTime() <= now) {
      throw new InvalidRequestError([
        { field: 'expiresAt', message: 'expiresAt must be in the future', rule: 'future' },
      ]);
    }
    const limit = this.settings.apiKeyMaxDays;
    if (limit === undefined) return;
    // The minute that a user takes to send the form does not make "in 90 days" too late.
    const end = now + limit * 86_400_000 + 60_000;
    if (expiry && expiry.getTime() <= end) return;
    const message = `API keys of this server live for at most ${counted(limit, 'day')}: choose an earlier expiry date`;
    throw new InvalidRequestError([{ field: 'expiresAt', message, rule: 'key-life', limit }]);
  }

  /**
   * Ends a key, and all tokens that were got with it.
   *
   * @param owner whose it must be
   * @throws NotFoundError also for another user's key
   */
  async delete(caller: Caller, owner: number, id: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const key = await manager.findOneBy(ApiKey, { id, userId: owner });
      const { affected } = await manager.delete(ApiKey, { id, userId: owner });
      if (!affected || !key) throw new NotFoundError('The API key');
      this.notifications.tellAtCommit(manager, 'access_changed', owner);
      const details = { name: key.name, ...(owner === caller.id ? {} : { userId: owner }) };
      const change = { targetType: 'api-key', targetId: id, details };
      await this.audit.record(manager, caller, { action: 'api-key.deleted', ...change });
    });
  }

  /** Ends all keys of an account, in the transaction of what ends its other credentials. */
  async deleteAllOf(manager: EntityManager, userId: number, actor: Actor): Promise<void> {
    const keys = await manager.findBy(ApiKey, { userId });
    if (keys.length === 0) return;
    await manager.delete(ApiKey, { userId });
    this.notifications.tellAtCommit(manager, 'access_changed', userId);
    const changes = keys.map(({ id, name }) => {
      return { action: 'api-key.deleted', targetType: 'api-key', targetId: id, details: { name, userId } };
    });
    await this.audit.record(manager, actor, ...changes);
  }
}

function viewOf({ id, name, hint, scopes, legacy, createdAt, expiresAt, lastUsedAt }: ApiKey): ApiKeyView {
  return { id, name, hint, scopes, legacy, createdAt, expiresAt, lastUsedAt };
}
