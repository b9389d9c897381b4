import { describe, expect, it } from '@jest/globals';
import { type MonthFindings, monthRows, monthsOf } from './month-report.js';

const at = (text: string): Date => new Date(`${text}Z`);
const hour = 3_600_000_000;
const november = at('2026-11-01T00:00');
const nothing: MonthFindings = { seats: [], use: [], people: [], denials: [] };
const kse = { month: november, product: 'KSE', model: 'floating' } as const;
const perUser = { month: november, product: 'KSE', model: 'per-user' } as const;

describe('A report of months', () => {
  it('has each month that the time touches, across the end of a year', () => {
    const months = monthsOf({ from: at('2026-11-30T23:59'), to: at('2027-02-01T00:00') });
    expect(months.map((each) => each.toISOString().slice(0, 10))).toEqual(['2026-11-01', '2026-12-01', '2027-01-01']);
  });

  it('says what there was and what was used, on average over the whole month', () => {
    const findings = {
      seats: [{ ...kse, seats: 5 }],
      use: [{ ...kse, peak: 4, micros: 1800 * hour }],
      people: [{ ...kse, people: 9 }],
      denials: [{ month: november, product: 'KSE' as const, denials: 3 }],
    };
    const row = { month: '2026-11', product: 'KSE', model: 'floating', seats: 5, peak: 4, people: 9, denials: 3 };
    // November has 720 hours.
    expect(monthRows([november], findings, at('2027-01-01T00:00'))).toEqual([{ ...row, averageUse: 2.5 }]);
    // Of a month that runs, so far.
    expect(monthRows([november], findings, at('2026-11-16T00:00'))).toEqual([{ ...row, averageUse: 5 }]);
  });

  it('has rows of seats that nobody used, and of seats that nobody recorded', () => {
    const rows = monthRows(
      [november],
      { ...nothing, seats: [{ ...kse, seats: 5 }], use: [{ ...perUser, peak: 1, micros: 1 }] },
      at('2027-01-01T00:00'),
    );
    expect(rows).toMatchObject([
      { model: 'per-user', seats: null, peak: 1, averageUse: 0, people: null },
      { model: 'floating', seats: 5, peak: 0, averageUse: 0, people: 0, denials: 0 },
    ]);
  });

  it('counts refusals for floating seats where there are some, and never loses them', () => {
    const denials = [{ month: november, product: 'KSE' as const, denials: 3 }];
    const of = (seats: MonthFindings['seats']) =>
      monthRows([november], { ...nothing, seats, denials }, at('2027-01-01T00:00')).map((row) => [
        row.model,
        row.denials,
      ]);
    expect(
      of([
        { ...kse, seats: 1 },
        { ...perUser, seats: 1 },
      ]),
    ).toEqual([
      ['per-user', 0],
      ['floating', 3],
    ]);
    expect(of([{ ...perUser, seats: 1 }])).toEqual([['per-user', 3]]);
    expect(of([])).toEqual([['floating', 3]]);
  });
});
