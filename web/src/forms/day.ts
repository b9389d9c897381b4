/** The day of a time in the reader's zone, as date fields have it: "2027-01-31". */
export function dayOf(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The day of a time in UTC: that of the end of a license, as it was written. */
export function writtenDayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** When a day of a date field begins in the reader's zone. */
export function startOfDay(day: string): Date {
  return new Date(`${day}T00:00:00`);
}

/** The last second of a day of a date field in the reader's zone. */
export function endOfDay(day: string): Date {
  return new Date(`${day}T23:59:59`);
}
