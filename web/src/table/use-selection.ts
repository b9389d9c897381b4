import { useState } from 'react';

type Key = string | number;

/** Entries of a list that something is to be done with together, also of pages that were turned. */
export interface Selection<T> {
  rows: T[];
  has: (row: T) => boolean;
  /** @param range with all between it and the one that was chosen before, on the page that is shown */
  toggle: (row: T, shown: readonly T[], range: boolean) => void;
  toggleAll: (shown: readonly T[]) => void;
  clear: () => void;
}

export function useSelection<T>(rowKey: (row: T) => Key): Selection<T> {
  const [chosen, setChosen] = useState<ReadonlyMap<Key, T>>(new Map());
  const [last, setLast] = useState<Key>();
  const has = (row: T): boolean => chosen.has(rowKey(row));
  const change = (rows: readonly T[], into: boolean): void => setChosen(changed(chosen, rows, rowKey, into));
  return {
    rows: [...chosen.values()],
    has,
    toggle: (row, shown, range) => {
      change(range ? between(shown, rowKey, last, rowKey(row)) : [row], !has(row));
      setLast(rowKey(row));
    },
    toggleAll: (shown) => change(shown, !shown.every(has)),
    clear: () => setChosen(new Map()),
  };
}

/** A selection with more entries, or with fewer. */
export function changed<T>(
  chosen: ReadonlyMap<Key, T>,
  rows: readonly T[],
  rowKey: (row: T) => Key,
  into: boolean,
): ReadonlyMap<Key, T> {
  const next = new Map(chosen);
  for (const row of rows) {
    if (into) next.set(rowKey(row), row);
    else next.delete(rowKey(row));
  }
  return next;
}

/** The rows from one to another, whichever is first; the other one alone, if the one is not shown. */
export function between<T>(shown: readonly T[], rowKey: (row: T) => Key, one: Key | undefined, other: Key): T[] {
  const to = shown.findIndex((row) => rowKey(row) === other);
  const from = shown.findIndex((row) => rowKey(row) === one);
  return from < 0 ? shown.slice(to, to + 1) : shown.slice(Math.min(from, to), Math.max(from, to) + 1);
}
