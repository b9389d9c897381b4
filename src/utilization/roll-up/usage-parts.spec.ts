import { describe, expect, it } from '@jest/globals';
import { hoursIn, monthsIn, withYears } from './usage-parts.js';

const at = (text: string): Date => new Date(`${text}Z`);
const period = { from: at('2026-01-15T10:20'), to: at('2026-04-02T08:30') };

describe('The parts of a report', () => {
  it('are the full hours that are rolled up, and the minutes before and after', () => {
    expect(hoursIn(period, at('2026-05-01T00:00'))).toEqual({
      rolled: { from: at('2026-01-15T11:00'), to: at('2026-04-02T08:00'), isFirst: false },
      rest: [
        { from: period.from, to: at('2026-01-15T11:00'), isFirst: true },
        { from: at('2026-04-02T08:00'), to: period.to, isFirst: false },
      ],
    });
  });

  it('are the full months, and the days before and after', () => {
    expect(monthsIn(period, at('2026-05-01T00:00'))).toEqual({
      rolled: { from: at('2026-02-01T00:00'), to: at('2026-04-01T00:00'), isFirst: false },
      rest: [
        { from: period.from, to: at('2026-02-01T00:00'), isFirst: true },
        { from: at('2026-04-01T00:00'), to: period.to, isFirst: false },
      ],
    });
  });

  it('begin with what is rolled up where the report begins with a full hour or month', () => {
    const year = { from: at('2026-01-01T00:00'), to: at('2027-01-01T00:00') };
    expect(hoursIn(year, at('2027-01-01T00:00'))).toEqual({ rolled: { ...year, isFirst: true }, rest: [] });
    expect(monthsIn(year, at('2027-01-01T00:00'))).toEqual({ rolled: { ...year, isFirst: true }, rest: [] });
  });

  it('end where the roll-up ends', () => {
    expect(monthsIn(period, at('2026-03-10T07:00')).rolled?.to).toEqual(at('2026-03-10T07:00'));
    expect(hoursIn(period, at('2026-03-10T07:00')).rolled?.to).toEqual(at('2026-03-10T07:00'));
  });

  it('are the whole time where nothing of it is rolled up', () => {
    const whole = { rest: [{ ...period, isFirst: true }] };
    expect(hoursIn(period, undefined)).toEqual(whole);
    expect(hoursIn(period, at('2026-01-15T11:00'))).toEqual(whole);
    expect(monthsIn(period, at('2026-02-01T00:00'))).toEqual(whole);
  });
});

describe('The months of a report', () => {
  const months = { from: at('2025-11-01T00:00'), to: at('2027-02-10T07:00'), isFirst: false };

  it('are read by year where a year of them is added up', () => {
    const years = [{ from: at('2026-01-01T00:00'), to: at('2027-01-01T00:00') }];
    expect(withYears(months, years)).toEqual([
      { from: months.from, to: at('2026-01-01T00:00'), isFirst: false, by: 'month' },
      { from: at('2026-01-01T00:00'), to: at('2027-01-01T00:00'), isFirst: false, by: 'year' },
      { from: at('2027-01-01T00:00'), to: months.to, isFirst: false, by: 'month' },
    ]);
  });

  it('begin and end with a year where the report does', () => {
    const all = { from: at('2025-01-01T00:00'), to: at('2026-08-01T00:00'), isFirst: true };
    const years = [
      { from: at('2025-01-01T00:00'), to: at('2026-01-01T00:00') },
      { from: at('2026-01-01T00:00'), to: all.to },
    ];
    expect(withYears(all, years)).toEqual([
      { ...years[0], isFirst: true, by: 'year' },
      { ...years[1], isFirst: false, by: 'year' },
    ]);
  });

  it('are read one by one where no year is added up', () => {
    expect(withYears(months, [])).toEqual([{ ...months, by: 'month' }]);
  });
});
