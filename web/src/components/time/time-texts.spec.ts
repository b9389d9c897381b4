import { describe, expect, it } from '@jest/globals';
import { duration, relativeTime } from './time-texts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('a time relative to now', () => {
  it('is told in the largest unit that is full', () => {
    expect(relativeTime(-5 * minute, 'en')).toBe('5 minutes ago');
    expect(relativeTime(-90 * minute, 'en')).toBe('1 hour ago');
    expect(relativeTime(3 * day, 'en')).toBe('in 3 days');
    expect(relativeTime(-400 * day, 'en')).toBe('last year');
  });

  it('is told in the language of the reader', () => {
    expect(relativeTime(-5 * minute, 'de')).toBe('vor 5 Minuten');
    expect(relativeTime(day, 'de')).toBe('morgen');
    expect(plain(relativeTime(-5 * minute, 'ja'))).toBe('5 分前');
    expect(relativeTime(day, 'ja')).toBe('明日');
  });

  it('says a full day of something that has just begun to run for a day', () => {
    expect(relativeTime(2 * day - 10_000, 'en')).toBe('in 2 days');
  });

  it('does not say that more time has passed than has', () => {
    expect(relativeTime(-(2 * hour - 1000), 'en')).toBe('1 hour ago');
  });

  it('is now within a minute', () => {
    expect(relativeTime(30_000, 'en')).toBe('now');
    expect(relativeTime(-59_000, 'de')).toBe('jetzt');
  });
});

describe('a length of time', () => {
  it('has at most two units', () => {
    expect(duration(0, 'en')).toBe('0 min');
    expect(duration(59 * minute + 59_999, 'en')).toBe('59 min');
    expect(duration(3 * hour + 20 * minute, 'en')).toBe('3 hr 20 min');
    expect(duration(2 * day + 5 * hour + 59 * minute, 'en')).toBe('2 days 5 hr');
  });

  it('does not name a unit of which there is nothing', () => {
    expect(duration(3 * hour, 'en')).toBe('3 hr');
    expect(duration(day + 5 * minute, 'en')).toBe('1 day');
  });

  it('is told in the language of the reader', () => {
    expect(plain(duration(3 * hour + 20 * minute, 'de'))).toBe('3 Std. 20 Min.');
    expect(plain(duration(2 * day + 5 * hour, 'ja'))).toBe('2 日 5 時間');
  });

  it('is nothing, not less, when clocks disagree', () => {
    expect(duration(-5 * minute, 'en')).toBe('0 min');
  });
});

/** Locales put spaces of several kinds before a unit. */
function plain(text: string): string {
  return text.replaceAll(/\s/g, ' ');
}
