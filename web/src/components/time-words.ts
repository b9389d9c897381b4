const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/**
 * A distance from now in words: "5 minutes ago", "in 3 days".
 *
 * @param millis until then; negative: since then
 */
export function relativeTime(millis: number, language: string): string {
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
