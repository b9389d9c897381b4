import sql from 'sql-template-tag';
import { type DataSource } from 'typeorm';
import { rowsOf } from '../../../database/query.js';
import { type OwnLease } from '../ending/lease-release.queries.js';

interface HolderRow {
  userId: number;
  email: string;
  credentialsVersion: number;
  isBorrowed: boolean;
}

/**
 * Who holds the seat of a lease: under this id, or under that of the engine that has taken it over. One that has had such a seat is told
 * of its end when it activates, as any session is.
 */
export async function holderOfLease(database: DataSource, id: string): Promise<HolderRow | undefined> {
  const [holder] = await rowsOf<HolderRow>(
    database,
    sql`SELECT u.id AS "userId", u.email, u.credentials_version AS "credentialsVersion", s.borrowed AS "isBorrowed"
          FROM (SELECT user_id, borrowed_until IS NOT NULL AS borrowed FROM lease
                 WHERE (id = ${id} OR origin_id = ${id}) AND expires_at > server_now()
                UNION ALL
                SELECT user_id, false FROM ended_session
                 WHERE lease_id = ${id} AND end_reason = 'replaced' AND ended_at > server_now() - interval '30 days') AS s
          JOIN user_account u ON u.id = s.user_id AND u.disabled_at IS NULL
         LIMIT 1`,
  );
  return holder;
}

/** The lease that has taken over the seat of another one, with its token. */
export async function successorOf(database: DataSource, { id, userId }: OwnLease): Promise<string | undefined> {
  const [successor] = await rowsOf<{ id: string }>(
    database,
    sql`SELECT id FROM lease WHERE origin_id = ${id} AND user_id = ${userId} ORDER BY number DESC LIMIT 1`,
  );
  return successor?.id;
}
