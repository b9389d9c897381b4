import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { type DataSource } from 'typeorm';

/** A counter in the database, the same for all servers, in the table that the migrations have made for it. */
export function rateLimiter(
  dataSource: DataSource,
  keyPrefix: string,
  points: number,
  duration: number,
): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient: dataSource,
    storeType: 'typeorm',
    tableName: 'rate_limit',
    tableCreated: true,
    keyPrefix,
    points,
    duration,
  });
}

/** The maximum number of times within a number of seconds. */
export class RateLimit {
  private readonly limiter: RateLimiterPostgres;

  constructor(dataSource: DataSource, name: string, times: number, seconds: number) {
    this.limiter = rateLimiter(dataSource, name, times, seconds);
  }

  /** @returns seconds to wait; 0: go on */
  async take(key: string): Promise<number> {
    try {
      await this.limiter.consume(key);
      return 0;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    }
  }
}
