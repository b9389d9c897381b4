import { readFileSync } from 'node:fs';
import { askSecret } from '../configuration/secret-input.js';
import { UsageError } from '../usage-error.js';

export interface PassphraseOptions {
  /** File with the passphrase in its first line. */
  passphraseFile?: string;
  /** Ask for it on the terminal. */
  askPassphrase?: boolean;
}

/** Where a passphrase can come from, for messages. */
const sources = '--passphrase-file FILE, --ask-passphrase, or BACKUP_PASSPHRASE in the environment';

/**
 * The passphrase for a new backup; undefined without one. It is never an argument, which every user of the
 * machine could see.
 */
export async function passphraseForBackup(options: PassphraseOptions): Promise<string | undefined> {
  const passphrase = fromFile(options) ?? process.env.BACKUP_PASSPHRASE ?? undefined;
  if (options.askPassphrase && passphrase === undefined) {
    return checked(await askSecret('Passphrase for the backup: ', 'Once more: '));
  }
  return passphrase === undefined ? undefined : checked(passphrase);
}

/** The passphrase of a backup that is encrypted. */
export async function passphraseForRestore(options: PassphraseOptions): Promise<string> {
  const passphrase = fromFile(options) ?? process.env.BACKUP_PASSPHRASE;
  if (passphrase !== undefined) return checked(passphrase);
  if (options.askPassphrase || process.stdin.isTTY) return checked(await askSecret('Passphrase of the backup: '));
  throw new UsageError(`The backup is encrypted. Give its passphrase with ${sources}.`);
}

function fromFile({ passphraseFile }: PassphraseOptions): string | undefined {
  if (passphraseFile === undefined) return undefined;
  return readFileSync(passphraseFile, 'utf8').split(/\r?\n/)[0] ?? '';
}

function checked(passphrase: string): string {
  if (passphrase === '') throw new UsageError('The passphrase is empty.');
  return passphrase;
}
