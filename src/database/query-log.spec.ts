import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { readSettings } from '../config/settings.js';
import { QueryLog } from './query-log.js';

function logOf(slowMillis: number): { lines: string[]; log: QueryLog } {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => lines.push(line) });
  return { lines, log: new QueryLog(log, readSettings({ SLOW_QUERY_MS: String(slowMillis) })) };
}

/** Keeps the process busy, so that time goes by. */
function busyFor(millis: number): void {
  const end = Date.now() + millis;
  while (Date.now() < end);
}

describe('A slow query', () => {
  it('is written to the log in one line, shortened, and without its parameters', () => {
    const { lines, log } = logOf(100);
    const query = `SELECT *\n     FROM lease WHERE id = $1 ${'OR true '.repeat(1000)}`;
    // As TypeORM calls it.
    (log.logQuerySlow as (...args: unknown[]) => void).call(log, 250, query, ['a secret']);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"millis":250,"query":"SELECT * FROM lease WHERE id = $1 OR true');
    expect(lines[0]!.length).toBeLessThan(2200);
    expect(lines[0]).not.toContain('secret');
  });

  it('is noticed also beside TypeORM, when it fails too, and not with SLOW_QUERY_MS=0', async () => {
    const patient = logOf(60_000);
    await patient.log.timed('SELECT 1', () => Promise.resolve());
    expect(patient.lines).toEqual([]);
    const { lines, log } = logOf(1);
    const slow = (): Promise<never> => {
      busyFor(5);
      return Promise.reject(new Error('no'));
    };
    await expect(log.timed('SELECT 2', slow)).rejects.toThrow('no');
    expect(lines.join()).toContain('SELECT 2');
    const never = logOf(0);
    await expect(never.log.timed('SELECT 3', slow)).rejects.toThrow('no');
    expect(never.lines).toEqual([]);
  });
});
