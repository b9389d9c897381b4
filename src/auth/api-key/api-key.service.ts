import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { type Caller } from '../../access/caller.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { hashToken, randomToken } from '../../secret/random-token.js';
import { TooManyApiKeysError } from '../auth.errors.js';
import { ApiKeyStore, type KeyOwner } from './api-key-store.js';
import { type ApiKey } from './api-key.entity.js';
import { type KeyHolder } from './api-key.queries.js';
import { type ApiKeyView, type CreatedApiKey, type NewApiKey } from './dto/api-key.js';

/** Tells a key from a token, for the server and for scanners of leaked secrets. */
export const apiKeyPrefix = 'lsk_';

@Injectable()
export class ApiKeyService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly store: ApiKeyStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Who a key belongs to, if it and the account are good; notes that it was used, to the minute. */
  holderOf(key: string): Promise<KeyHolder | undefined> {
    return this.store.holderOf('key', key);
  }

  async list(userId: number): Promise<ApiKeyView[]> {
    return (await this.store.list(userId, 'key')).map(viewOf);
  }

  /** Those that are this key, or have its name. */
  async similar(
    userId: number,
    { key, name }: { key: string; name: string },
  ): Promise<(ApiKeyView & { isSame: boolean })[]> {
    const hash = hashToken(key);
    return (await this.store.list(userId, 'key'))
      .map((each) => Object.assign(viewOf(each), { isSame: each.keyHash.equals(hash) }))
      .filter((each) => each.isSame || each.name === name);
  }

  /** All that programs sign in with for an account: API keys and client passwords. */
  async listAll(userId: number): Promise<ApiKeyView[]> {
    return (await this.store.list(userId)).map(viewOf);
  }

  /**
   * Creates a key; this answer is the only time it is seen.
   *
   * @throws TooManyApiKeysError
   * @throws InvalidRequestError when it would have expired already, or live longer than the server allows
   */
  async create(caller: Caller, newKey: NewApiKey): Promise<CreatedApiKey> {
    return this.dataSource.transaction((manager) => this.createFor(manager, { userId: caller.id }, newKey, caller));
  }

  /**
   * {@link create}, for another account and as a part of something larger.
   *
   * @param key the key itself, where its holder has made it as random as {@link randomToken} does
   */
  async createFor(
    manager: EntityManager,
    owner: KeyOwner,
    { name, scopes = ['seats'], expiresAt, key = apiKeyPrefix + randomToken() }: NewApiKey & { key?: string },
    actor: Actor,
  ): Promise<CreatedApiKey> {
    const newKey = { ...owner, kind: 'key', secret: key, hint: key.slice(0, 8), name, scopes, expiresAt } as const;
    const max = this.settings.maxApiKeysPerUser;
    const limit = { max, error: () => new TooManyApiKeysError(max) };
    return Object.assign(viewOf(await this.store.add(manager, newKey, limit, actor)), { key });
  }

  /**
   * Ends a key, and all tokens that were got with it.
   *
   * @param owner whose it must be
   * @throws NotFoundError also for another user's key
   */
  delete(actor: Actor, { userId, organizationId }: KeyOwner, id: number): Promise<void> {
    return this.store.delete(actor, { id, userId, kind: 'key' }, organizationId);
  }

  /** Ends all keys of an account, client passwords too, in the transaction of what ends its other credentials. */
  deleteAllOf(manager: EntityManager, userId: number, actor: Actor): Promise<void> {
    return this.store.deleteAllOf(manager, userId, actor);
  }
}

function viewOf({ id, kind, name, hint, scopes, legacy, createdAt, expiresAt, lastUsedAt }: ApiKey): ApiKeyView {
  return { id, kind, name, hint, scopes, legacy, createdAt, expiresAt, lastUsedAt };
}
