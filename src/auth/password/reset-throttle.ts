import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { RateLimit } from '../../database/rate-limit.js';

/** Links for a forgotten password that are mailed to an address within an hour. */
const linksPerHour = 5;

/** Keeps mailboxes from being filled with links. */
@Injectable()
export class ResetThrottle {
  private readonly limit: RateLimit;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.limit = new RateLimit(dataSource, 'reset', linksPerHour, 3600);
  }

  async admit(email: string): Promise<boolean> {
    return (await this.limit.take(createHash('sha256').update(email).digest('base64url'))) === 0;
  }
}
