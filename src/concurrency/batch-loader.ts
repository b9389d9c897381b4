import { GroupCommit } from './group-commit.js';

/** Statements of one kind at the same time: the rest gathers, and leaves the connections to those who hold seats. */
const lanes = 2;

/**
 * Looks things up one by one for the caller and together in the database: when a whole company comes at once, the journeys
 * to the database are what it waits for. What is found was read after it was asked for.
 *
 * @param load reads many at once, which are all different, in one statement; what is not there is not in the answer
 */
export function batchLoader<K extends string | number, R>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, R>>,
): (key: K) => Promise<R | undefined> {
  const group = new GroupCommit<K, R | undefined>(
    async (keys) => {
      const found = await load([...new Set(keys)]);
      return keys.map((key) => ({ result: found.get(key) }));
    },
    () => false,
    200,
    lanes,
  );
  return (key) => group.add(key);
}
