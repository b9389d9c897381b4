import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ApiKeyService } from './api-key.service.js';
import { type Caller } from '../../access/caller.js';
import { type ApiKeyView } from './dto/api-key.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { type PageQuery, pageOfRows } from '../../http/paging.js';
import { User } from '../../user/user.entity.js';
import { type AccountKeyPage, type AccountKeyView } from './dto/account-key.js';

/** The API keys of all accounts, for the server's administrators. */
@Injectable()
export class AccountKeyService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly apiKeys: ApiKeyService,
  ) {}

  list(query: PageQuery): Promise<AccountKeyPage> {
    return pageOfRows<AccountKeyView>(
      this.dataSource.manager,
      {
        select: `k.id, k.user_id AS "userId", u.email, k.name, k.hint, k.scopes, k.legacy, k.created_at AS "createdAt",
          k.expires_at AS "expiresAt", k.last_used_at AS "lastUsedAt"`,
        from: `api_key k JOIN user_account u ON u.id = k.user_id
               WHERE $1::text IS NULL OR strpos(fold_case(concat_ws(' ', k.name, u.first_name, u.last_name, u.email)), fold_case($1)) > 0`,
        parameters: [query.search ?? null],
        tieBreaker: 'k.id',
      },
      query,
      {
        email: 'u.email',
        name: 'fold_case(k.name)',
        createdAt: 'k.created_at',
        expiresAt: 'k.expires_at',
        lastUsedAt: 'k.last_used_at',
        id: 'k.id',
      },
    );
  }

  /** @throws NotFoundError */
  async ofUser(userId: number): Promise<ApiKeyView[]> {
    if (!(await this.dataSource.manager.existsBy(User, { id: userId }))) throw new NotFoundError('The user');
    return this.apiKeys.list(userId);
  }

  /**
   * @param userId whose key it is; anybody's when absent
   * @throws NotFoundError
   */
  async revoke(caller: Caller, id: number, userId?: number): Promise<void> {
    const owner = userId ?? (await this.ownerOf(id));
    await this.apiKeys.delete(caller, owner, id);
  }

  private async ownerOf(id: number): Promise<number> {
    const [key] = await this.dataSource.query<{ userId: number }[]>(
      'SELECT user_id AS "userId" FROM api_key WHERE id = $1',
      [id],
    );
    if (!key) throw new NotFoundError('The API key');
    return key.userId;
  }
}
