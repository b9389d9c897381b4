import { isDeepStrictEqual } from 'node:util';

/** A setting that is another one than before. Of secrets, only that they differ is ever told. */
export interface FieldChange {
  name: string;
  from?: unknown;
  to?: unknown;
}

/**
 * Where what is wanted differs from what there is. What is not wanted to be anything stays.
 *
 * @param secrets the names of fields whose values are not told
 */
export function difference(wanted: object, present: object, secrets: readonly string[] = []): FieldChange[] {
  return Object.entries(wanted).flatMap(([name, to]): FieldChange[] => {
    const from = (present as Record<string, unknown>)[name];
    if (to === undefined || isDeepStrictEqual(plain(to), plain(from))) return [];
    return [secrets.includes(name) ? { name } : { name, from: from ?? null, to: to as unknown }];
  });
}

/** Without classes and without fields that are undefined, which equality would tell apart. */
function plain(value: unknown): unknown {
  return value === undefined || value === null ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}
