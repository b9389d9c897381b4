import { firstTexts } from './first-texts';
import { otherTexts } from './other-texts';

/** All words of the console in English. */
export const en = { ...firstTexts, ...otherTexts } as const;
