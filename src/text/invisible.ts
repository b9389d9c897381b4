/** Line ends, controls, direction marks, and whatever else takes no room on the screen. */
export const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const allInvisible = new RegExp(invisible, 'gu');
const around =
  /^[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+|[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+$/gu;

/** Without what copying adds before and after a text: blanks, line ends, and characters that are not seen. */
export function trimInvisible(text: string): string {
  return text.replace(around, '');
}

/** Without characters that are not seen, wherever they are, and without blanks around. */
export function withoutInvisible(text: string): string {
  return text.replace(allInvisible, '').trim();
}

/** What makes a name look like another one; the joiners and marks that names in Persian, Hindi or Hebrew need are not among it. */
const deceptive = /[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/gu;

/** A line of text as people read it: two names that look the same are the same. */
export function asRead(text: string): string {
  return trimInvisible(text.replace(deceptive, ''));
}
