import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';

/** Links for a forgotten password that are mailed to an address within an hour. */
const linksPerHour = 5;

/** Keeps mailboxes from being filled with links. */
@Injectable()
export class ResetThrottle {
  private readonly limiter: RateLimiterPostgres;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.limiter = new RateLimiterPostgres({
      storeClient: dataSource,
      storeType: 'typeorm',
      tableName: 'sign_in_throttle',
      tableCreated: true,
      keyPrefix: 'reset',
      points: linksPerHour,
      duration: 3600,
    });
  }

  async admit(email: string): Promise<boolean> {
    try {
      await this.limiter.consume(createHash('sha256').update(email).digest('base64url'));
      return true;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return false;
      throw refusal;
    }
  }
}
