import { describe, expect, it } from '@jest/globals';
import { dayOf, endOfDay, startOfDay, writtenDayOf } from './day';

describe('the day of a date field', () => {
  it('begins and ends in the zone of the reader', () => {
    const [start, end] = [startOfDay('2027-03-01'), endOfDay('2027-03-01')];
    expect([start.getFullYear(), start.getMonth(), start.getDate(), start.getHours()]).toEqual([2027, 2, 1, 0]);
    expect(end.getTime() - start.getTime()).toBe(86_399_000);
  });

  it('comes back as it was chosen, from its first to its last second', () => {
    for (const day of ['2027-01-01', '2027-02-28', '2028-02-29', '2027-12-31', '2027-09-09']) {
      expect(dayOf(startOfDay(day).getTime())).toBe(day);
      expect(dayOf(endOfDay(day).getTime())).toBe(day);
    }
  });

  it('of a license is the one in UTC, for readers everywhere', () => {
    expect(writtenDayOf(Date.parse('2027-01-31T23:59:59.000Z'))).toBe('2027-01-31');
    expect(writtenDayOf(Date.parse('2027-02-01T00:00:00.000Z'))).toBe('2027-02-01');
  });
});
