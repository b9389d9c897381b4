import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { ApiKeyService } from '../auth/api-key/api-key.service.js';
import { type CreatedApiKey } from '../auth/api-key/dto/api-key.js';
import { lockAccount } from '../user/lock-account.js';
import { type NewServiceAccountKey, type ServiceAccountDetails } from './dto/service-account.js';
import { ServiceAccountService } from './service-account.service.js';

/** The keys of service accounts, which people make and programs use. */
@Injectable()
export class ServiceAccountKeyService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: ServiceAccountService,
    private readonly apiKeys: ApiKeyService,
  ) {}

  /** @throws NotFoundError */
  async list(organizationId: number, id: number): Promise<ServiceAccountDetails> {
    const account = await this.accounts.get(organizationId, id);
    return Object.assign(account, { keys: await this.apiKeys.list(id) });
  }

  /**
   * Creates a key; this answer is the only time it is seen.
   *
   * @param newKey with the key itself, where its holder has made it
   * @throws NotFoundError
   * @throws TooManyApiKeysError
   * @throws InvalidRequestError when it would have expired already, or live longer than the server allows
   */
  create(
    actor: Actor,
    organizationId: number,
    id: number,
    newKey: NewServiceAccountKey & { key?: string },
  ): Promise<CreatedApiKey> {
    return this.dataSource.transaction(async (manager) => {
      // A service account that is deleted meanwhile gets no key.
      await lockAccount(manager, id, 'pessimistic_write');
      await this.accounts.get(organizationId, id, manager);
      return this.apiKeys.createFor(manager, { userId: id, organizationId }, newKey, actor);
    });
  }

  /**
   * Ends a key, and all tokens that were got with it.
   *
   * @throws NotFoundError
   */
  async delete(actor: Actor, organizationId: number, id: number, keyId: number): Promise<void> {
    await this.accounts.get(organizationId, id);
    await this.apiKeys.delete(actor, { userId: id, organizationId }, keyId);
  }
}
