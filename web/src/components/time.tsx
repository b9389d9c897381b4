import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { locale } from '../language';

interface Props {
  /** ISO 8601; null and undefined are "never". */
  value: string | null | undefined;
  /**
   * `ago`: "5 minutes ago" and "in 3 days"; `date`: the day; `full`: day and time; `utcDay`: the day in UTC, as a license has it
   * for readers in every zone.
   */
  as?: 'ago' | 'date' | 'full' | 'utcDay';
}

/** A time in the zone of who reads it, and the exact one on hover and focus. */
export function Time({ value, as = 'ago' }: Props): React.ReactNode {
  const { t } = useTranslation();
  const now = useNow();
  if (!value) return t('app.never');
  const time = new Date(value);
  const timeZone = as === 'utcDay' ? 'UTC' : undefined;
  const exact = new Intl.DateTimeFormat(locale(), { dateStyle: 'full', timeStyle: 'long', timeZone }).format(time);
  const message =
    as === 'ago'
      ? relative(time.getTime() - now, locale())
      : new Intl.DateTimeFormat(locale(), {
          dateStyle: 'medium',
          timeStyle: as === 'full' ? 'short' : undefined,
          timeZone,
        }).format(time);
  return (
    <Tooltip label={exact}>
      <time dateTime={value} className="numbers" style={{ whiteSpace: 'nowrap' }}>
        {message}
      </time>
    </Tooltip>
  );
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

function relative(millis: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  // What has just begun to run for a day runs for 24 hours, not for 23; what is past has passed in full.
  const round = millis > 0 ? Math.round : Math.trunc;
  for (const [unit, length] of steps) {
    if (Math.abs(millis) >= length) return format.format(round(millis / length), unit);
  }
  return format.format(0, 'second');
}

/** A length of time in words: "3 h 20 min". */
export function duration(millis: number): string {
  const minutes = Math.max(0, Math.floor(millis / 60_000));
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return `${minutes} min`;
}

/** The present, which all times of a page share; it moves on every ten seconds. */
let present = Date.now();
const watchers = new Set<() => void>();
setInterval(() => {
  present = Date.now();
  for (const watcher of watchers) watcher();
}, 10_000);

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Milliseconds since 1970, of late. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => present);
}
