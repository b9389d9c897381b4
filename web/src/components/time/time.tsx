import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { locale } from '../../language';
import { relativeTime } from './time-texts';

interface Props {
  /** ISO 8601; null and undefined are "never". */
  value: string | null | undefined;
  /**
   * `ago`: "5 minutes ago" and "in 3 days"; `date`: the day; `full`: day and time; `seconds`: the time of day alone; `utcDay`: the day in UTC, as a license has it
   * for readers in every zone.
   */
  as?: 'ago' | 'date' | 'full' | 'seconds' | 'utcDay';
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
      ? relativeTime(time.getTime() - now, locale())
      : new Intl.DateTimeFormat(locale(), {
          dateStyle: as === 'seconds' ? undefined : 'medium',
          timeStyle: as === 'full' ? 'short' : as === 'seconds' ? 'medium' : undefined,
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
