import { inUtc } from '../clock/in-utc.js';
import { DomainError } from '../errors/domain-error.js';

/** A change made by another user since. */
export interface ForeignChange {
  /** E-mail address, or `server`. */
  by: string;
  at: Date;
  action: string;
  /** The settings that it changed, by their names in the answers. */
  fields: string[];
}

/** Most changes that a refusal names. */
export const maxNamedChanges = 10;

/** The request was made from settings that are no longer the newest; nothing of it was done. */
export class StaleVersionError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'stale-version';
  override readonly details: { version: number; changes: ForeignChange[] };

  /** @param changes newest first; empty when the audit events have been removed */
  constructor(version: number, changes: readonly ForeignChange[]) {
    const sentences = changes.slice(0, 3).map(({ by, at, fields }) => {
      const what = fields.length > 0 ? list(fields) : 'this';
      return `${by} changed ${what} at ${inUtc(at)}.`;
    });
    super(
      [
        ...(sentences.length > 0 ? sentences : ['This was changed since you loaded it.']),
        'Nothing of yours was saved. Load it again, then make your change.',
      ].join(' '),
    );
    this.details = { version, changes: [...changes] };
  }
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
