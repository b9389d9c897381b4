import sql from 'sql-template-tag';
import { type DataSource } from 'typeorm';
import { rowsOf } from './query.js';

/** The maximum number of times within a number of seconds, counted for all servers of a database, by its clock. */
export class RateLimit {
  /** @param name tells its counters from others */
  constructor(
    private readonly dataSource: DataSource,
    private readonly name: string,
    private readonly times: number,
    private readonly seconds: number,
  ) {}

  /** Counts one. @returns seconds to wait; 0: go on */
  async take(key: string): Promise<number> {
    const millis = this.seconds * 1000;
    const [counter] = await rowsOf<{ points: number; left: number }>(
      this.dataSource,
      // A time that is left from a clock that was ahead counts from now.
      sql`
        INSERT INTO rate_limit AS r (key, points, expire)
          SELECT ${`${this.name}:${key}`}, 1, (extract(epoch FROM server_now()) * 1000)::bigint + ${millis}::bigint
        ON CONFLICT (key) DO UPDATE SET
          points = CASE WHEN r.expire > excluded.expire - ${millis}::bigint THEN r.points + 1 ELSE 1 END,
          expire = CASE WHEN r.expire > excluded.expire - ${millis}::bigint THEN least(r.expire, excluded.expire) ELSE excluded.expire END
        RETURNING points, (expire - extract(epoch FROM server_now()) * 1000)::float8 AS left`,
    );
    if (!counter || counter.points <= this.times) return 0;
    return Math.max(1, Math.ceil(counter.left / 1000));
  }
}
