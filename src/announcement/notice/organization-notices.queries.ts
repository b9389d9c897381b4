import sql, { empty, type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { type Product } from '../../license/file/product.js';

/** Refusals of an organization because all seats of a product were in use. */
export interface RefusedSeats {
  organizationId: number;
  product: Product;
  count: number;
  at: Date;
}

export async function refusedSeats(
  manager: EntityManager,
  organizationIds: readonly number[],
  since: Date,
): Promise<RefusedSeats[]> {
  return rowsOf(
    manager,
    sql`
      SELECT organization_id AS "organizationId", product, count(*)::int AS count, max(occurred_at) AS at FROM denial
       WHERE organization_id = ANY(${organizationIds}::bigint[]) AND code = 'seats-exhausted'
         AND occurred_at > ${since}::timestamptz
       GROUP BY 1, 2 ORDER BY 1, 2`,
  );
}

/** Mails of an organization, or of the server, that do not arrive. */
export interface FailingMails {
  organizationId: number | null;
  count: number;
  /** Of the newest of them. */
  newest: number;
  at: Date;
  failure: string | null;
}

/** Which mails count: given up since a time, or waiting for longer than they should. */
export interface MailTimes {
  failedSince: Date;
  waitingSince: Date;
}

/**
 * @param owners organizations, and null for the server; undefined: all of them
 * @param leftOut a kind of mail that does not count
 */
export async function failingMails(
  manager: EntityManager,
  owners: readonly (number | null)[] | undefined,
  { failedSince, waitingSince }: MailTimes,
  leftOut: string,
): Promise<FailingMails[]> {
  return rowsOf(
    manager,
    sql`
      SELECT organization_id AS "organizationId", count(*)::int AS count, max(id) AS newest, max(created_at) AS at,
             (array_agg(last_error ORDER BY id DESC) FILTER (WHERE last_error IS NOT NULL))[1] AS failure
        FROM outbox_mail
       WHERE (state = 'failed' AND created_at > ${failedSince}::timestamptz
              OR state = 'waiting' AND attempts > 0 AND created_at < ${waitingSince}::timestamptz)
         AND kind <> ${leftOut} ${owners ? sql`AND ${isOwnedBy(owners)}` : empty}
       GROUP BY 1 ORDER BY 1`,
  );
}

function isOwnedBy(owners: readonly (number | null)[]): Sql {
  const ids = owners.filter((id) => id !== null);
  const organizations = sql`organization_id = ANY(${ids}::bigint[])`;
  return owners.includes(null) ? sql`(organization_id IS NULL OR ${organizations})` : organizations;
}
