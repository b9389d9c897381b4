import { type Dirent } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { type Settings } from '../config/settings.js';
import { type Database, rowsOf } from '../database/query.js';
import { databaseSize, growth, sizes } from './storage.queries.js';

const dayMillis = 86_400_000;

/** Days beyond which a date says nothing. */
const maxDays = 36_500;

export const storageParts = ['audit', 'sessions', 'refusals', 'mail', 'reports', 'other'] as const;

/** How much room what takes, and for how long there is more. */
export interface Storage {
  databaseBytes: number;
  parts: { name: (typeof storageParts)[number]; bytes: number }[];
  dataFolderBytes: number;
  archiveBytes: number;
  freeBytes: number;
  growthPerDay: number | null;
  fullOn: Date | null;
}

/** @param now of the server's clock */
export async function storageOf(database: Database, settings: Settings, now: Date): Promise<Storage> {
  const { dataDir, auditArchiveDir, databaseUrl } = settings;
  const [whole] = await rowsOf<{ bytes: number }>(database, databaseSize);
  const parts = await rowsOf<Storage['parts'][number]>(database, sizes);
  const [grown] = await rowsOf<{ bytes: number; days: number }>(database, growth);
  const { bavail, bsize } = await statfs(dataDir);
  const freeBytes = bavail * bsize;
  const growthPerDay = grown ? Math.round(grown.bytes / grown.days) : null;
  return {
    databaseBytes: whole?.bytes ?? 0,
    parts,
    dataFolderBytes: await sizeOf(dataDir),
    archiveBytes: await sizeOf(auditArchiveDir),
    freeBytes,
    growthPerDay,
    // The disk of a database elsewhere is not known.
    fullOn: databaseUrl ? null : fullOn(freeBytes, growthPerDay, now),
  };
}

function fullOn(freeBytes: number, growthPerDay: number | null, now: Date): Date | null {
  if (growthPerDay === null || growthPerDay <= 0) return null;
  const days = freeBytes / growthPerDay;
  return days > maxDays ? null : new Date(now.getTime() + days * dayMillis);
}

/** Bytes of all files in a folder. What goes meanwhile, or may not be read, does not count. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  let bytes = 0;
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += await sizeOf(place);
    else if (entry.isFile())
      bytes += await stat(place).then(
        ({ size }) => size,
        () => 0,
      );
  }
  return bytes;
}
