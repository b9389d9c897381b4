import { describe, expect, it } from '@jest/globals';
import {
  activeIn,
  filterAddressOf,
  everything,
  faultOf,
  filterIn,
  fits,
  lastDays,
  utilizationQueryOf,
} from './utilization-filter';

describe('the filter of the utilization page', () => {
  const plain = { ...everything(), from: '2026-01-01', to: '2026-01-31' };

  it('comes back from the address as it was chosen', () => {
    const filter = filterIn({ ...plain, userId: '12', machine: 'ci', product: 'KRE', model: 'floating' });
    expect(filter).toMatchObject({ userId: '12', machine: 'ci', product: 'KRE', model: 'floating', interval: 'day' });
    expect(filterIn(filterAddressOf(filter))).toEqual(filter);
  });

  it('ignores what an address cannot mean', () => {
    const filter = filterIn({ ...plain, userId: '0x1', product: 'KSX', model: 'free', interval: 'week' });
    expect(filter).toMatchObject({ userId: null, product: null, model: null, interval: 'day' });
    expect(filterIn({ ...plain, from: 'yesterday' })).toMatchObject({ from: lastDays(30).from, to: lastDays(30).to });
    expect(filterIn({ ...plain, from: '2026-13-01' }).from).toBe(lastDays(30).from);
  });

  it('counts in steps that the server counts in', () => {
    expect(fits('hour', { from: '2026-01-01', to: '2026-01-31' })).toBe(true);
    expect(fits('hour', { from: '2026-01-01', to: '2026-03-31' })).toBe(false);
    expect(filterIn({ ...plain, to: '2026-12-31', interval: 'hour' }).interval).toBe('month');
    expect([7, 30, 365].map((count) => lastDays(count).interval)).toEqual(['hour', 'day', 'month']);
  });

  it('counts what leaves less than everything of the last thirty days', () => {
    const usual = filterIn(everything());
    expect(activeIn(usual)).toBe(0);
    // In which steps it is drawn leaves out nothing.
    expect(activeIn({ ...usual, interval: 'hour' })).toBe(0);
    expect(activeIn({ ...usual, from: '2026-01-01', machine: 'ci', product: 'KSE', model: 'floating' })).toBe(4);
    expect(activeIn({ ...usual, userId: '12' })).toBe(1);
  });

  it('says what is wrong with a period', () => {
    expect(faultOf(filterIn(plain))).toBeUndefined();
    expect(faultOf(filterIn({ ...plain, to: '' }))).toBe('missing');
    expect(faultOf(filterIn({ ...plain, from: '2026-02-01' }))).toBe('turned');
  });

  it('asks for whole days in UTC, and leaves out what is not chosen', () => {
    expect(utilizationQueryOf(filterIn(plain))).toEqual({
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-31T23:59:59Z',
      interval: 'day',
    });
  });

  it('asks until now where the period has not ended', () => {
    expect(utilizationQueryOf(filterIn(everything())).to).toBeUndefined();
  });
});
