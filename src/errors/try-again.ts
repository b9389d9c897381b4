import { counted } from './counted.js';

/** The sentence at the end of a refusal that passes, the same everywhere: it says what `Retry-After` says. */
export function tryAgainIn(seconds: number): string {
  return `Try again in ${counted(seconds, 'second')}.`;
}
