import { counted } from '../../../errors/counted.js';

/** Seconds that a client's clock may be off before people are told. */
const tolerance = 60;

/**
 * Whole seconds that the clock of a client is ahead, or, negative, behind; null: it has not told its time. How long the
 * request was under way counts as being behind.
 *
 * @param clientTime ISO 8601
 */
export function clockOffset(clientTime: string | undefined, serverTime: Date): number | null {
  return clientTime === undefined ? null : Math.round((Date.parse(clientTime) - serverTime.getTime()) / 1000);
}

/** What to tell people about it; undefined: nothing. The lease itself lives by the server's clock alone. */
export function clockWarning(offset: number | null): string | undefined {
  if (offset === null || Math.abs(offset) <= tolerance) return undefined;
  return `The clock of this computer is ${describeSeconds(Math.abs(offset))} ${offset > 0 ? 'ahead of' : 'behind'} the license server's.`;
}

function describeSeconds(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? counted(minutes, 'minute') : counted(Math.round(minutes / 60), 'hour');
}
