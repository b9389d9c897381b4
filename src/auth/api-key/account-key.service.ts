import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ApiKeyStore } from './api-key-store.js';
import { keySorting, keysFound } from './api-key.queries.js';
import { ApiKeyService } from './api-key.service.js';
import { type Caller } from '../../access/caller.js';
import { type ApiKeyView } from './dto/api-key.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { pageOfRows } from '../../http/paging.js';
import { User } from '../../user/user.entity.js';
import { type AccountKeyPage, type AccountKeyView, type AccountKeyQuery } from './dto/account-key.js';

/** The API keys and client passwords of all accounts, for the server's administrators. */
@Injectable()
export class AccountKeyService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly apiKeys: ApiKeyService,
    private readonly store: ApiKeyStore,
  ) {}

  list(query: AccountKeyQuery): Promise<AccountKeyPage> {
    return pageOfRows<AccountKeyView>(this.dataSource.manager, keysFound(query.search), query, keySorting);
  }

  /** @throws NotFoundError */
  async ofUser(userId: number): Promise<ApiKeyView[]> {
    if (!(await this.dataSource.manager.existsBy(User, { id: userId }))) throw new NotFoundError('The user');
    return this.apiKeys.listAll(userId);
  }

  /**
   * @param userId whose key it is; anybody's when absent
   * @throws NotFoundError
   */
  async revoke(caller: Caller, id: number, userId?: number): Promise<void> {
    await this.store.delete(caller, userId === undefined ? { id } : { id, userId });
  }
}
