import { locale } from '../../language';

/** Day and time in the reader's zone, for sentences: "31 Jan 2027, 17:00". @param value ISO 8601 */
export function fullTime(value: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value));
}
