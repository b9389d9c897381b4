import { existsSync, statSync } from 'node:fs';
import pg from 'pg';
import { type Settings } from '../../src/config/settings.js';
import { type SealedColumn, sealedColumns } from '../../src/key-rotation/sealed-columns.js';
import { keptDays } from '../../src/key-rotation/secret-key-rotation.js';
import { type KeyRing, readKeyRing } from '../../src/secret/key-ring.js';
import { SecretKey, SecretKeyError } from '../../src/secret/secret-key.js';
import { type Finding, ok, warning, wrong } from './finding.js';

/** Rows that are in memory at once. */
const batch = 500;

/** The secret key: whether it fits the database, and whether former ones are still in use. */
export async function examineSecrets(client: pg.Client, { secretKeyFile }: Settings): Promise<Finding[]> {
  const advice = 'Put the secret.key of this installation there; it is part of every backup (SECRET_KEY_FILE).';
  const { rows } = await client.query<{ sealed: Buffer }>('SELECT private_key_sealed AS sealed FROM signing_key');
  if (rows.length === 0 && !existsSync(secretKeyFile)) {
    return [ok('secret key', `${secretKeyFile} will be made at the first start.`)];
  }
  if (!existsSync(secretKeyFile)) {
    return [wrong('secret key', `There is no ${secretKeyFile}, which belongs to this database.`, advice)];
  }
  try {
    const key = SecretKey.load(secretKeyFile);
    for (const { sealed } of rows) key.open(sealed);
    return [access(secretKeyFile), ...(await formerKeys(client, key))];
  } catch (error) {
    if (!(error instanceof SecretKeyError)) throw error;
    return [wrong('secret key', `${secretKeyFile} does not fit the database: ${error.message}`, advice)];
  }
}

function access(file: string): Finding {
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    return warning('secret key', `Other users may read ${file}.`, `chmod 600 ${file}`);
  }
  return ok('secret key', `${file} fits the database.`);
}

async function formerKeys(client: pg.Client, key: SecretKey): Promise<Finding[]> {
  const ring = readKeyRing(key.file);
  const findings = [...prepared(ring), ...retired(ring)];
  const old = ring.length > 1 ? await sealedWithFormerKeys(client, key) : 0;
  if (old === 0) return findings;
  const message = `${old} ${old === 1 ? 'secret' : 'secrets'} in the database still need a former key: a rotation was interrupted.`;
  return [warning('secret key', message, 'Run `license-server rotate-keys secret` again.'), ...findings];
}

function prepared(ring: KeyRing): Finding[] {
  if (!ring.some(({ next }) => next)) return [];
  return [
    warning(
      'secret key',
      'The file holds a prepared key that is not in use yet.',
      'Copy the file to the other servers, then run `license-server rotate-keys secret`.',
    ),
  ];
}

function retired(ring: KeyRing): Finding[] {
  const times = ring.flatMap(({ retiredAt }) => (retiredAt ? [retiredAt.getTime()] : []));
  if (times.length === 0) return [];
  const keys = times.length === 1 ? '1 former key' : `${times.length} former keys`;
  const oldest = Math.min(...times);
  const message = `The file still holds ${keys}, the oldest retired on ${new Date(oldest).toISOString().slice(0, 10)}.`;
  const advice = 'Remove them with `license-server rotate-keys secret --forget-old`.';
  // Until then tokens may live that derive from it.
  if (Date.now() - oldest > keptDays * 86_400_000) return [warning('secret key', message, advice)];
  return [ok('secret key', `${message} Tokens signed before the rotation stay valid. ${advice}`)];
}

async function sealedWithFormerKeys(client: pg.Client, key: SecretKey): Promise<number> {
  let old = 0;
  for (const column of sealedColumns) old += await sealedWithFormerKeysIn(client, key, column);
  return old;
}

async function sealedWithFormerKeysIn(
  client: pg.Client,
  secretKey: SecretKey,
  { table, key, column }: SealedColumn,
): Promise<number> {
  const { rows } = await client.query<{ key: string }>(
    `SELECT ${key}::text AS key FROM ${table} WHERE ${column} IS NOT NULL`,
  );
  let old = 0;
  for (let start = 0; start < rows.length; start += batch) {
    const keys = rows.slice(start, start + batch).map((row) => row.key);
    const found = await client.query<{ sealed: Buffer }>(
      `SELECT ${column} AS sealed FROM ${table} WHERE ${key}::text = ANY($1)`,
      [keys],
    );
    old += found.rows.filter(({ sealed }) => !secretKey.isCurrent(sealed)).length;
  }
  return old;
}
