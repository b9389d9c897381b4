/** Line ends, controls, direction marks, and whatever else takes no room on the screen. */
export const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const allInvisible = new RegExp(invisible, 'gu');
const unseen = /^[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]$/u;

/**
 * Without what copying adds before and after a text: blanks, line ends, and characters that are not seen. Not a regular expression: one
 * that ends with the text tries each of ten thousand blanks within it as the first of those at the end.
 */
export function trimInvisible(text: string): string {
  let start = 0;
  let end = text.length;
  for (let char = firstOf(text, start); start < end && unseen.test(char); char = firstOf(text, start))
    start += char.length;
  for (let char = lastOf(text, end); end > start && unseen.test(char); char = lastOf(text, end)) end -= char.length;
  return text.slice(start, end);
}

/** The character that begins at a place. */
function firstOf(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/** The character that ends before a place. */
function lastOf(text: string, at: number): string {
  return Array.from(text.slice(Math.max(0, at - 2), at)).at(-1) ?? '';
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
