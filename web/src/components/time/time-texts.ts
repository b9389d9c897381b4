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

/** The day of a time in words, in the zone of the reader: "Friday, 1 January 2027". */
export function fullDay(iso: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'full' }).format(new Date(iso));
}

/** A length of time in words, in its two largest units: "3 hr 20 min". */
export function duration(millis: number, language: string): string {
  const minutes = Math.max(0, Math.floor(millis / 60_000));
  const amounts: [Unit, number][] = [
    ['day', Math.floor(minutes / 1440)],
    ['hour', Math.floor((minutes % 1440) / 60)],
    ['minute', minutes % 60],
  ];
  const first = amounts.findIndex(([, amount]) => amount > 0);
  if (first === -1) return amountOf(0, 'minute', language);
  return amounts
    .slice(first, first + 2)
    .filter(([, amount]) => amount > 0)
    .map(([unit, amount]) => amountOf(amount, unit, language))
    .join(' ');
}

type Unit = 'day' | 'hour' | 'minute';

function amountOf(amount: number, unit: Unit, language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(amount);
}
