import { describe, expect, it } from '@jest/globals';
import { Problem } from '../api/problem';
import { changesIn, isStale, merged, versionIn } from './conflict';

describe('a form whose settings someone else has changed meanwhile', () => {
  const before = { host: 'mail.old', port: 25, machines: ['a'], sender: 'x' };

  it('keeps what was changed here, and takes over the rest', () => {
    const mine = { ...before, host: 'mail.mine' };
    const newest = { ...before, port: 465, sender: 'y' };
    expect(merged(mine, before, newest)).toEqual({ ...before, host: 'mail.mine', port: 465, sender: 'y' });
  });

  it('keeps a field that both have changed as it was typed here', () => {
    expect(merged({ ...before, port: 587 }, before, { ...before, port: 465 }).port).toBe(587);
  });

  it('takes over a field that was changed here and back again', () => {
    expect(merged({ ...before }, before, { ...before, port: 465 }).port).toBe(465);
  });

  it('compares lists by what is in them', () => {
    const newest = { ...before, machines: ['a', 'b'] };
    expect(merged({ ...before, machines: ['a'] }, before, newest).machines).toEqual(['a', 'b']);
    expect(merged({ ...before, machines: [] }, before, newest).machines).toEqual([]);
  });

  it('keeps a field that was emptied here', () => {
    expect(merged({ ...before, sender: '' }, before, { ...before, sender: 'y' }).sender).toBe('');
  });
});

describe('a refusal', () => {
  const changes = [{ by: 'grace@example.com', at: '2027-01-31T10:00:00.000Z', fields: ['port'] }];
  const stale = Problem.of(409, { code: 'stale-version', message: 'Changed meanwhile.', version: 7, changes });

  it('for an old version says who has changed what, and what the version is now', () => {
    expect(isStale(stale)).toBe(true);
    expect(changesIn(stale)).toEqual(changes);
    expect(versionIn(stale)).toBe(7);
  });

  it('for another reason is no conflict, nor is a lost connection', () => {
    expect(isStale(Problem.of(409, { code: 'name-taken', message: 'Taken.' }))).toBe(false);
    expect(isStale(new Error('unreachable'))).toBe(false);
    expect(isStale(null)).toBe(false);
  });
});
