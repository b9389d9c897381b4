import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../config/sync-folder.js';

/** A seat that is out for long: with an offline license, or with the token of a borrowed seat. */
export interface LongSeat {
  kind: 'session' | 'offline';
  /** The borrowed lease; null: it is an offline license. */
  leaseId: string | null;
  organizationId: number;
  poolId: number;
  product: string;
  model: string;
  userId: number | null;
  machineId: string;
  fingerprint: string | null;
  /** When its token ends; ISO 8601. */
  expiresAt: string;
}

/** A borrowed seat whose token came back. */
export interface ReturnedSeat {
  leaseId: string;
  /** When a token that came back would have ended: a newer one that ends later is still out. ISO 8601. */
  expiresAt: string;
}

/** A line of the journal. Each names the server, for a data folder can come to another database. */
export type JournalLine = { serverId: string } & ({ out: LongSeat } | { returned: ReturnedSeat });

/** What journals say together. */
export interface JournalContent {
  lines: JournalLine[];
  /** How many lines cannot be read, as after a power failure. */
  damaged: number;
}

/** Where the journal of a server is. */
export function journalFile(dataDir: string): string {
  return path.join(dataDir, 'seat-journal.jsonl');
}

/** @returns undefined when there is no such file */
export function readJournal(file: string): JournalContent | undefined {
  if (!existsSync(file)) return undefined;
  const content: JournalContent = { lines: [], damaged: 0 };
  for (const text of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const line = parsed(text);
    if (line) content.lines.push(line);
    else content.damaged++;
  }
  return content;
}

/** What holds the same seat: a later line about it replaces an earlier one. */
export function seatOf(seat: LongSeat | ReturnedSeat): string {
  return 'poolId' in seat && seat.leaseId === null
    ? `offline ${seat.poolId} ${seat.machineId}`
    : `lease ${seat.leaseId}`;
}

/** Of the lines about each seat, that with the latest end: where two end at the same time, the seat was returned. */
export function newestLines(lines: readonly JournalLine[]): JournalLine[] {
  const newest = new Map<string, JournalLine>();
  for (const line of lines) {
    const key = `${line.serverId} ${seatOf(aboutWhat(line))}`;
    const known = newest.get(key);
    if (!known || isNewer(line, known)) newest.set(key, line);
  }
  return [...newest.values()];
}

export function aboutWhat(line: JournalLine): LongSeat | ReturnedSeat {
  return 'out' in line ? line.out : line.returned;
}

/** Adds lines. They are on the disk when this resolves; a line that a failed attempt left unfinished stays one of its own. */
export async function appendToJournal(file: string, lines: readonly JournalLine[]): Promise<void> {
  const isNew = !existsSync(file);
  await writeDurably(file, 'a', `\n${textOf(lines)}`);
  if (isNew) await syncFolder(path.dirname(file));
}

/** Replaces the journal, either completely or not at all. */
export async function rewriteJournal(file: string, lines: readonly JournalLine[]): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  const aside = `${file}.part`;
  await writeDurably(aside, 'w', textOf(lines));
  renameSync(aside, file);
  await syncFolder(path.dirname(file));
}

async function writeDurably(file: string, flags: 'a' | 'w', text: string): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

function isNewer(line: JournalLine, known: JournalLine): boolean {
  const [end, knownEnd] = [line, known].map((each) => Date.parse(aboutWhat(each).expiresAt)) as [number, number];
  return end > knownEnd || (end === knownEnd && 'returned' in line);
}

function textOf(lines: readonly JournalLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** @returns undefined for text that is not a line of a journal */
function parsed(text: string): JournalLine | undefined {
  let line: Partial<Record<'out' | 'returned', Partial<LongSeat>>> & { serverId?: unknown };
  try {
    line = Object(JSON.parse(text)) as typeof line;
  } catch {
    return undefined;
  }
  const about = line.out ?? line.returned;
  const isWhole =
    typeof line.serverId === 'string' &&
    typeof about?.expiresAt === 'string' &&
    Number.isFinite(Date.parse(about.expiresAt)) &&
    (typeof about.leaseId === 'string' || (line.out?.leaseId === null && line.out.kind === 'offline')) &&
    (!line.out || isSeat(line.out));
  return isWhole ? (line as JournalLine) : undefined;
}

function isSeat({ kind, organizationId, poolId, product, model, machineId }: Partial<LongSeat>): boolean {
  return (
    (kind === 'session' || kind === 'offline') &&
    [organizationId, poolId].every(Number.isSafeInteger) &&
    [product, model, machineId].every((each) => typeof each === 'string')
  );
}
