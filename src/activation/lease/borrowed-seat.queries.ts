import sql, { type Sql } from 'sql-template-tag';
import { type DataSource, type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { type Product } from '../../license/file/product.js';
import { isOwn, type OwnLease } from './ending/lease-release.queries.js';

/** A borrowed lease, and until when its token says that the seat is borrowed: whole seconds since 1970. */
export interface SurrenderedToken extends OwnLease {
  borrowedUntil: number;
}

/** Whether a time is not after the end of the token: an older token of a seat that was borrowed for longer since does not count. */
function endsWith({ borrowedUntil }: SurrenderedToken, time: Sql): Sql {
  return sql`${time} < to_timestamp(${borrowedUntil + 1}::float8)`;
}

/** A condition on `lease l`: the one that the token is of. */
export function isBorrowedWith(token: SurrenderedToken): Sql {
  return sql`${isOwn(token)} AND ${endsWith(token, sql`l.borrowed_until`)}`;
}

/** A seat that was held for a token, and is free. */
export interface FreedSeat {
  organizationId: number;
  product: Product;
  machineId: string;
  expiresAt: Date;
}

/** Frees the seat that is held for a token whose lease has ended before, under the lock of its pool. */
export async function freeHeldSeat(manager: EntityManager, token: SurrenderedToken): Promise<FreedSeat | undefined> {
  const charge = sql`lease_id = ${token.id} AND user_id = ${token.userId} AND ${endsWith(token, sql`expires_at`)}`;
  await rowsOf(
    manager,
    sql`SELECT FROM seat_pool p WHERE p.id IN (SELECT pool_id FROM seat_charge WHERE ${charge}) ORDER BY p.id FOR UPDATE`,
  );
  const [freed] = await rowsOf<FreedSeat>(
    manager,
    sql`WITH freed AS (DELETE FROM seat_charge WHERE ${charge} AND expires_at > server_now() RETURNING *),
             told AS (SELECT pg_notify('seat_freed', organization_id || ' ' || product),
                             pg_notify('seats_returned', '') FROM freed)
        SELECT organization_id AS "organizationId", product, machine_id AS "machineId", expires_at AS "expiresAt"
          FROM freed LEFT JOIN told ON true`,
  );
  return freed;
}

/** Until when a seat is held for the token of a borrowed lease that has ended; undefined: it is not. */
export async function heldUntil(database: DataSource, { id, userId }: OwnLease): Promise<Date | undefined> {
  const [charge] = await rowsOf<{ expiresAt: Date }>(
    database,
    sql`SELECT expires_at AS "expiresAt" FROM seat_charge
         WHERE lease_id = ${id} AND user_id = ${userId} AND expires_at > server_now()`,
  );
  return charge?.expiresAt;
}
