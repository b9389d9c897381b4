import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { apiKeyScopes, type ApiKeyScope } from '../../access/key-scopes.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { batchLoader } from '../../concurrency/batch-loader.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { Notifications } from '../../database/notifications.js';
import { runHot } from '../../database/pool/pipeline.js';
import { poolOf } from '../../database/pool/pool-of.js';
import { counted } from '../../errors/counted.js';
import { type DomainError, NotFoundError } from '../../errors/domain-error.js';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { hashToken } from '../../secret/random-token.js';
import { lockAccount } from '../../user/lock-account.js';
import { ApiKey, type KeyKind } from './api-key.entity.js';
import { holdersOfKeys, type KeyHolder } from './api-key.queries.js';

/** The account that a key is of; the organization, for an account that belongs to one. */
export interface KeyOwner {
  userId: number;
  organizationId?: number;
}

/** A key of an account that is to be. */
export interface NewStoredKey extends KeyOwner {
  kind: KeyKind;
  secret: string;
  /** Its first characters. */
  hint: string;
  name: string;
  scopes: readonly ApiKeyScope[];
  expiresAt?: string;
}

/** How many keys of a kind an account may have. */
export interface KeyLimit {
  max: number;
  error: () => DomainError;
}

/** One key, of any account and of any kind where they are absent. */
export interface WantedKey {
  id: number;
  userId?: number;
  kind?: KeyKind;
}

const nouns: Record<KeyKind, { action: string; noun: string; plural: string }> = {
  key: { action: 'api-key', noun: 'The API key', plural: 'API keys' },
  'client-password': { action: 'client-password', noun: 'The client password', plural: 'Client passwords' },
};

/** Keeps API keys and client passwords, which are keys that people type. */
@Injectable()
export class ApiKeyStore {
  private readonly holders: Record<KeyKind, (hash: string) => Promise<KeyHolder | undefined>> = {
    key: batchLoader((hashes: readonly string[]) => this.loadHolders('key', hashes)),
    'client-password': batchLoader((hashes: readonly string[]) => this.loadHolders('client-password', hashes)),
  };

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly notifications: Notifications,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The account that a key belongs to, if both are good; notes that it was used, to the minute. */
  holderOf(kind: KeyKind, secret: string): Promise<KeyHolder | undefined> {
    return this.holders[kind](hashToken(secret).toString('hex'));
  }

  private async loadHolders(kind: KeyKind, hashes: readonly string[]): Promise<Map<string, KeyHolder>> {
    const keys = hashes.map((hash) => Buffer.from(hash, 'hex'));
    const statement = holdersOfKeys({ kind, hashes: keys }, this.clock.now());
    // No request waits for the disk to note when a key was used.
    const rows = await runHot<KeyHolder & { hash: string }>(poolOf(this.dataSource), statement, 'unflushed');
    return new Map(rows.map(({ hash, ...holder }) => [hash, holder]));
  }

  /** @param kind all kinds when absent */
  async list(userId: number, kind?: KeyKind): Promise<ApiKey[]> {
    const where = kind ? { userId, kind } : { userId };
    return this.dataSource.getRepository(ApiKey).find({ where, order: { id: 'ASC' } });
  }

  /**
   * @throws the error of the limit
   * @throws InvalidRequestError when it would have expired already, or live longer than the server allows
   */
  async add(manager: EntityManager, newKey: NewStoredKey, limit: KeyLimit, actor: Actor): Promise<ApiKey> {
    const { userId, organizationId, kind, name } = newKey;
    const expiresAt = this.expiryOf(newKey);
    // The account's row is the lock for its keys: two requests cannot both be the last one that is allowed.
    await lockAccount(manager, userId, 'pessimistic_write');
    if ((await manager.countBy(ApiKey, { userId, kind })) >= limit.max) throw limit.error();
    const saved = await manager.save(ApiKey, {
      userId,
      kind,
      name,
      keyHash: hashToken(newKey.secret),
      hint: newKey.hint,
      scopes: apiKeyScopes.filter((scope) => newKey.scopes.includes(scope)),
      legacy: false,
      createdAt: this.clock.now(),
      expiresAt,
      lastUsedAt: null,
    });
    const owner = userId === actor.id ? {} : { userId };
    const details = { name, ...(kind === 'key' ? { scopes: saved.scopes } : {}), expiresAt, ...owner };
    const { action } = nouns[kind];
    await this.audit.record(manager, actor, {
      action: `${action}.created`,
      organizationId,
      targetType: 'api-key',
      targetId: saved.id,
      details,
    });
    return saved;
  }

  private expiryOf({ kind, expiresAt }: NewStoredKey): Date | null {
    const expiry = expiresAt ? new Date(expiresAt) : null;
    const now = this.clock.millis();
    if (expiry && expiry.getTime() <= now) {
      throw new InvalidRequestError([
        { field: 'expiresAt', message: 'expiresAt must be in the future', rule: 'future' },
      ]);
    }
    const limit = this.settings.apiKeyMaxDays;
    if (limit === undefined) return expiry;
    // The minute that a user takes to send the form does not make "in 90 days" too late.
    const end = now + limit * 86_400_000 + 60_000;
    if (expiry && expiry.getTime() <= end) return expiry;
    const keys = nouns[kind].plural;
    const message = `${keys} of this server live for at most ${counted(limit, 'day')}: choose an earlier expiry date`;
    throw new InvalidRequestError([{ field: 'expiresAt', message, rule: 'key-life', limit }]);
  }

  /**
   * Ends a key, and all tokens that were got with it.
   *
   * @param organizationId whose audit log has it, too
   * @throws NotFoundError
   */
  async delete(caller: Actor, wanted: WantedKey, organizationId?: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const key = await manager.findOne(ApiKey, { where: { ...wanted }, lock: { mode: 'pessimistic_write' } });
      if (!key) throw new NotFoundError(nouns[wanted.kind ?? 'key'].noun);
      await this.end(manager, [key], { actor: caller, organizationId });
    });
  }

  /** Ends all keys of an account, of every kind, in the transaction of what ends its other credentials. */
  async deleteAllOf(manager: EntityManager, userId: number, actor: Actor): Promise<void> {
    await this.end(manager, await manager.findBy(ApiKey, { userId }), { actor });
  }

  private async end(
    manager: EntityManager,
    keys: readonly ApiKey[],
    { actor, organizationId }: { actor: Actor; organizationId?: number },
  ): Promise<void> {
    if (keys.length === 0) return;
    await manager.delete(ApiKey, { id: In(keys.map(({ id }) => id)) });
    this.notifications.tellAtCommit(manager, 'access_changed', ...new Set(keys.map(({ userId }) => userId)));
    const changes = keys.map(({ id, kind, name, userId }) => {
      const details = { name, ...(userId === actor.id ? {} : { userId }) };
      return { action: `${nouns[kind].action}.deleted`, organizationId, targetType: 'api-key', targetId: id, details };
    });
    await this.audit.record(manager, actor, ...changes);
  }
}
