import { existsSync } from 'node:fs';
import type pg from 'pg';
import { inUtc } from '../../src/clock/in-utc.js';
import { type Settings } from '../../src/config/settings.js';
import { type Storage, storageOf } from '../../src/retention/storage.js';
import { type Finding, ok, warning } from './finding.js';
import { megabytes } from '../megabytes.js';

/** Days before a full disk at which an administrator should know. */
const warnDays = 60;
const dayMillis = 86_400_000;

/** How much room what takes, and when the disk is full. */
export async function examineStorage(client: pg.Client, settings: Settings): Promise<Finding[]> {
  // Such as on a new machine with the database of another server.
  if (!existsSync(settings.dataDir)) return [];
  // A schema from before has no samples; its migration is told of elsewhere.
  const { rows } = await client.query<{ found: boolean }>(`SELECT to_regclass('size_sample') IS NOT NULL AS found`);
  if (!rows[0]?.found) return [];
  const query = async (text: string, values?: unknown[]): Promise<unknown[]> =>
    (await client.query<Record<string, unknown>>(text, values)).rows;
  return [describe(await storageOf({ query }, settings, new Date()))];
}

function describe(storage: Storage): Finding {
  const { databaseBytes, parts, dataFolderBytes, archiveBytes, freeBytes, growthPerDay, fullOn } = storage;
  const held = parts.map(({ name, bytes }) => `${name} ${megabytes(bytes)}`).join(', ');
  const growth =
    growthPerDay === null ? 'growth not known before tomorrow' : `growing by ${megabytes(growthPerDay)} a day`;
  const message =
    `The database has ${megabytes(databaseBytes)} (${held}), ${growth}. The data folder has ${megabytes(dataFolderBytes)}, ` +
    `audit archives ${megabytes(archiveBytes)}; ${megabytes(freeBytes)} are free.`;
  if (!fullOn) return ok('storage', message);
  const whole = `${message} At that rate the disk is full on ${inUtc(fullOn)}.`;
  if (fullOn.getTime() - Date.now() > warnDays * dayMillis) return ok('storage', whole);
  return warning('storage', whole, 'Make room, or keep less: SESSION_RETENTION_DAYS, AUDIT_RETENTION_DAYS.');
}
