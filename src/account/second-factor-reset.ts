import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../access/caller.js';
import { FactorChanges } from '../auth/second-factor/factor-changes.js';
import { NotFoundError } from '../errors/domain-error.js';
import { lockAccount } from '../user/lock-account.js';
import { User } from '../user/user.entity.js';

/** The way back in for a person whose phone is gone. */
@Injectable()
export class SecondFactorReset {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: FactorChanges,
  ) {}

  /**
   * Nothing is recorded or mailed where there was nothing to remove.
   *
   * @throws NotFoundError
   */
  async reset(caller: Caller, userId: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      if (!(await manager.existsBy(User, { id: userId }))) throw new NotFoundError('The user');
      await lockAccount(manager, userId);
      await this.changes.reset(manager, userId, caller);
    });
  }
}
