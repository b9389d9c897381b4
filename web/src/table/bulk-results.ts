import type { ItemError } from '../../generated/api';

/** The most that one request does something to. */
const maxAtOnce = 500;

/** Asks for many things in several requests, one after the other. @returns the results of all */
export async function inParts<Key, Result>(
  keys: Iterable<Key>,
  ask: (part: Key[]) => Promise<Result[]>,
): Promise<Result[]> {
  const all = [...new Set(keys)];
  const results: Result[] = [];
  for (let start = 0; start < all.length; start += maxAtOnce) {
    results.push(...(await ask(all.slice(start, start + maxAtOnce))));
  }
  return results;
}

/** Why each row was refused, in their order; null: it was done. */
export function errorsOf<Row, Result extends { error: ItemError | null }, Key>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  results: readonly Result[],
  keyIn: (result: Result) => Key,
): (ItemError | null)[] {
  const errors = new Map(results.map((result) => [keyIn(result), result.error]));
  return rows.map((row) => errors.get(keyOf(row)) ?? null);
}
