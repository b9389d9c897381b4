import { describe, expect, it } from '@jest/globals';
import { hoursIn, monthsIn } from './usage-parts.js';

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
