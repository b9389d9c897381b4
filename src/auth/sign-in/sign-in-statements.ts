import { type Statement } from '../../database/pool/preparing-client.js';

/** Milliseconds since 1970, as the limiter's table keeps them. */
const millisOf = (time: string): string => `(extract(epoch FROM ${time}) * 1000)::bigint`;

/** Locks the counters of a batch that exist, always in the same order. */
export function lockCounters(keys: readonly string[]): Statement {
  return ['SELECT FROM rate_limit WHERE key = ANY($1::text[]) ORDER BY key FOR UPDATE', [[...new Set(keys)]]];
}

/**
 * Counts an attempt and gives it a turn, in one statement for all servers; not if its turn would come too late. The counters are
 * locked in the order of their keys. The first attempts are free; after each further one the next has to wait twice as long.
 * Parameters: keys in order, free failures of each, key of account and address, user, site, longest wait in
 * milliseconds, window in seconds, longest spacing in seconds.
 */
export const takeTurn = `
  WITH moment AS (SELECT server_now() AS now),
  place AS (SELECT EXISTS (SELECT FROM sign_in_place WHERE user_id = $4 AND site = $5) AS familiar),
  scope AS (SELECT s.key, s.free FROM unnest($1::text[], $2::int[]) AS s(key, free), place
             WHERE NOT place.familiar OR s.key = $3),
  held AS MATERIALIZED (
    -- Found by their keys alone: with the time among the conditions, a plan from a time of few counters reads all that have not expired.
    SELECT r.key, CASE WHEN r.expire > ${millisOf('moment.now')} THEN r.next_at END AS next_at
      FROM rate_limit r, moment, place
     WHERE r.key = ANY($1::text[]) AND (NOT place.familiar OR r.key = $3)
     ORDER BY r.key FOR UPDATE OF r),
  turn AS (SELECT greatest(now, (SELECT max(next_at) FROM held)) AS at, now FROM moment),
  counted AS (
    INSERT INTO rate_limit AS r (key, points, expire, free, next_at)
      SELECT s.key, 1, ${millisOf(`turn.now + $7 * interval '1 second'`)}, s.free, NULL::timestamptz FROM scope s, turn
       WHERE turn.at <= turn.now + $6 * interval '1 millisecond' ORDER BY s.key
    ON CONFLICT (key) DO UPDATE SET
      points = CASE WHEN r.expire > excluded.expire - $7 * 1000 THEN r.points + 1 ELSE 1 END,
      expire = CASE WHEN r.expire > excluded.expire - $7 * 1000 THEN r.expire ELSE excluded.expire END,
      free = excluded.free,
      -- A limit that is not reached makes nobody wait, however long this attempt has to wait for another one.
      next_at = CASE WHEN r.expire > excluded.expire - $7 * 1000 AND r.points >= excluded.free
        THEN greatest(r.next_at, (SELECT now FROM turn)) + least(2 ^ least(r.points - excluded.free, 10), $8) * interval '1 second' END
    RETURNING 1)
  SELECT place.familiar, EXISTS (SELECT FROM counted) AS taken,
         ceil(extract(epoch FROM turn.at - turn.now) * 1000)::int AS millis,
         (SELECT key FROM held ORDER BY next_at DESC NULLS LAST, key LIMIT 1) AS limit
    FROM turn, place`;

/**
 * Takes back what an attempt was counted as, for its password was right, and notes where the account is used.
 * Parameters: keys that were counted, key of account and address, user, site.
 */
export const takeBack = `
  WITH moment AS (SELECT server_now() AS now),
  held AS MATERIALIZED (SELECT key FROM rate_limit WHERE key = ANY($1) ORDER BY key FOR UPDATE),
  -- By their keys, as above: a join reads all counters, where PostgreSQL last counted few.
  own AS (DELETE FROM rate_limit WHERE key = ANY(ARRAY(SELECT key FROM held WHERE key = $2))),
  others AS (UPDATE rate_limit SET points = greatest(points - 1, 0) WHERE key = ANY(ARRAY(SELECT key FROM held WHERE key <> $2))),
  old AS (DELETE FROM sign_in_place p USING moment
           WHERE p.user_id = $3 AND p.site <> $4
             AND (p.last_at < moment.now - interval '180 days'
                  OR p.site IN (SELECT site FROM sign_in_place WHERE user_id = $3 AND site <> $4
                                 ORDER BY last_at DESC OFFSET 99)))
  INSERT INTO sign_in_place AS p (user_id, site, last_at) SELECT $3, $4, now FROM moment
  ON CONFLICT (user_id, site) DO UPDATE SET last_at = excluded.last_at WHERE p.last_at < excluded.last_at - interval '1 day'`;

/** Whether something may happen that happens at most once in a while. Parameters: key, seconds. */
export const onceIn = `
  INSERT INTO rate_limit AS r (key, points, expire)
    SELECT $1, 1, ${millisOf(`server_now() + $2 * interval '1 second'`)}
  ON CONFLICT (key) DO UPDATE SET expire = excluded.expire WHERE r.expire <= excluded.expire - $2 * 1000
  RETURNING 1`;
