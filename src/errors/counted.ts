/** A number and its noun, which agree: "1 seat", "5 seats". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** The verb for a number: "1 seat is", "5 seats are". */
export function isOrAre(count: number): 'is' | 'are' {
  return count === 1 ? 'is' : 'are';
}

/** A length of time in the unit that people would choose: "45 seconds", "5 minutes", "48 hours", "520 days". */
export function countedTime(millis: number): string {
  const seconds = Math.round(millis / 1000);
  if (seconds < 120) return counted(seconds, 'second');
  if (seconds < 7200) return counted(Math.round(seconds / 60), 'minute');
  return seconds < 72 * 3600
    ? counted(Math.round(seconds / 3600), 'hour')
    : counted(Math.round(seconds / 86_400), 'day');
}
