import sql from 'sql-template-tag';
import { type DataSource } from 'typeorm';
import { rowsOf } from '../../../database/query.js';
import { type Product } from '../../../license/file/product.js';

/** Where a session waits. */
export interface WaitingPlace {
  organizationId: number;
  product: Product;
}

/**
 * Confirms the places of this server's sessions, and removes those that no server has confirmed for a minute.
 *
 * @param tickets of the places
 * @returns the queues, of these places, in which a lease has run out: `ORGANIZATION PRODUCT`
 */
export async function confirmPlaces(
  database: DataSource,
  tickets: readonly number[],
  places: readonly WaitingPlace[],
): Promise<Set<string>> {
  const due = await rowsOf<{ queue: string }>(
    database,
    sql`WITH seen AS (UPDATE seat_waiter SET seen_at = clock_timestamp() WHERE id = ANY(${tickets}::bigint[])),
             lost AS (DELETE FROM seat_waiter
                       WHERE seen_at < clock_timestamp() - interval '1 minute' AND id <> ALL(${tickets}::bigint[]))
        SELECT DISTINCT p.organization_id || ' ' || p.product AS queue
          FROM seat_pool p JOIN unnest(${places.map(({ organizationId }) => organizationId)}::bigint[],
                                       ${places.map(({ product }) => product)}::text[]) AS w(organization_id, product)
            ON p.organization_id = w.organization_id AND p.product = w.product
         WHERE p.model = 'floating' AND p.earliest_expiry <= server_now()`,
  );
  return new Set(due.map(({ queue }) => queue));
}
