import { type Actor } from '../access/actor.js';
import { type FieldChange } from './difference.js';
import { type Placed } from './placed.js';

/** Whom the audit log names for what the files bring about. */
export const configuration: Actor = { id: null, name: 'configuration', address: null };

/** Something that the files have changed, or would change. */
export interface ProvisionedChange {
  kind: 'create' | 'change';
  /** For people: `team "QA" of "Acme"`. */
  what: string;
  fields: readonly FieldChange[];
  /** The YAML file, and the line in it. */
  file: string;
  line: number;
}

/** One application of the files, and what it has changed. */
export class ProvisioningRun {
  readonly changes: ProvisionedChange[] = [];

  created(what: string, { file, path }: Placed<unknown>): void {
    this.changes.push({ kind: 'create', what, fields: [], file: file.file, line: file.lineOf(path) });
  }

  changed(what: string, { file, path }: Placed<unknown>, fields: readonly FieldChange[]): void {
    this.changes.push({ kind: 'change', what, fields, file: file.file, line: file.lineOf(path) });
  }
}
