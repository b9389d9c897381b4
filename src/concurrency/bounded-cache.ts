import { LRUCache } from 'lru-cache';

/**
 * A cache that forgets what was used longest ago. It takes memory as it fills: told its `max`, LRUCache would take that of all
 * entries at the start, which cost each start 60 ms.
 *
 * @param ttl milliseconds after which an entry is forgotten; undefined: never for its age
 */
export function boundedCache<K extends string | number, V extends object | string | number | true>(
  maxEntries: number,
  ttl?: number,
): LRUCache<K, V> {
  return new LRUCache<K, V>({ maxSize: maxEntries, sizeCalculation: () => 1, ...(ttl === undefined ? {} : { ttl }) });
}
