import { firstWords } from './first-words';
import { otherWords } from './other-words';

/** All words of the console in English. */
export const en = { ...firstWords, ...otherWords } as const;
