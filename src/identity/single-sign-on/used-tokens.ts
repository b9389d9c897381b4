import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { hashToken } from '../../secret/random-token.js';
import { UsedToken } from './used-token.entity.js';

/** Sees to it that what works once works once, on all servers of a database. */
@Injectable()
export class UsedTokens {
  /**
   * @param manager of the transaction in which it is used, or of the data source
   * @returns whether this is its first use
   */
  async use(manager: EntityManager, what: string, expiresAt: Date): Promise<boolean> {
    const inserted = await manager
      .createQueryBuilder()
      .insert()
      .into(UsedToken)
      .values({ hash: hashToken(what), expiresAt })
      .orIgnore()
      .returning('expires_at')
      .execute();
    return (inserted.raw as unknown[]).length > 0;
  }
}
