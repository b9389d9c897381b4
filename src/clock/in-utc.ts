/** A moment, to the minute, for readers whose zone is not known: `2027-01-31 09:12 UTC`. */
export function inUtc(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
