import { describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  appendToJournal,
  journalFile,
  type JournalLine,
  type LongSeat,
  newestLines,
  readJournal,
  rewriteJournal,
} from './seat-journal.js';

const seat = (leaseId: string | null, day: number): LongSeat => ({
  ...{
    kind: leaseId === null ? 'offline' : 'session',
    leaseId,
    organizationId: 1,
    poolId: 2,
    product: 'KSE',
    model: 'floating',
  },
  ...{ userId: null, machineId: 'machine', fingerprint: null, expiresAt: `2026-12-${day}T00:00:00.000Z` },
});
const out = (leaseId: string | null, day: number, serverId = 'server'): JournalLine => ({
  serverId,
  out: seat(leaseId, day),
});
const returned = (leaseId: string, day: number): JournalLine => ({
  serverId: 'server',
  returned: { leaseId, expiresAt: `2026-12-${day}T00:00:00.999Z` },
});

describe('The journal of seats that are out for long', () => {
  it('knows of each seat what is the newest, in whatever order the lines of several servers come', () => {
    const lines = [returned('b', 20), out('a', 10), out('b', 20), out('a', 12), returned('c', 10), out('c', 15)];
    for (const order of [lines, [...lines].reverse()]) {
      expect(new Set(newestLines(order))).toEqual(new Set([out('a', 12), returned('b', 20), out('c', 15)]));
    }
    expect(newestLines([out(null, 10), out(null, 12)])).toEqual([out(null, 12)]);
    expect(newestLines([out('a', 10), out('a', 10, 'other')])).toHaveLength(2);
  });

  it('survives a line that a power failure cut off, and lines that are none', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-journal-'));
    const file = journalFile(folder);
    expect(readJournal(file)).toBeUndefined();
    await rewriteJournal(file, []);
    expect(readJournal(file)).toEqual({ lines: [], damaged: 0 });
    await appendToJournal(file, [out('a', 10)]);
    appendFileSync(file, JSON.stringify(out('b', 10)).slice(0, -9));
    await appendToJournal(file, [returned('a', 10), out(null, 11)]);
    expect(readJournal(file)).toEqual({ lines: [out('a', 10), returned('a', 10), out(null, 11)], damaged: 1 });
    const wrong = [null, 1, {}, { serverId: 'server' }, { serverId: 'server', out: { ...seat('a', 10), poolId: 'x' } }];
    const noEnd = { ...out('a', 10), out: { ...seat('a', 10), expiresAt: 'tomorrow' } };
    writeFileSync(file, [...wrong, noEnd].map((each) => JSON.stringify(each)).join('\n'));
    expect(readJournal(file)).toEqual({ lines: [], damaged: 6 });
    rmSync(folder, { recursive: true });
  });
});
