import { Problem } from '../api/problem';

/** A change that someone else has made while a form was open. */
interface ForeignChange {
  by: string;
  at: string;
  fields: string[];
}

/** Someone else has saved first: what a form shows beside its button, and how it goes on. */
export interface Conflict {
  changes: ForeignChange[];
  pending: boolean;
  /** Why it could not go on. */
  failure: string | undefined;
  /** Goes on with what was changed here. */
  onKeep: () => void;
  /** Forgets what was changed here. */
  onDiscard: () => void;
}

/** Whether someone else has changed the settings since the form has them. */
export function isStale(error: unknown): error is Problem {
  return error instanceof Problem && error.code === 'stale-version';
}

/** Who has changed what, the newest first. */
export function changesIn({ details }: Problem): ForeignChange[] {
  return (details.changes ?? []) as ForeignChange[];
}

/** The version that is stored now; a request that carries it has seen all changes that the problem names. */
export function versionIn({ details }: Problem): number {
  return details.version as number;
}

/** The newest values, with those on top that were changed here. */
export function merged<V extends object>(mine: V, before: V, newest: V): V {
  const own = Object.entries(mine).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field as keyof V]),
  );
  return { ...newest, ...Object.fromEntries(own) };
}
