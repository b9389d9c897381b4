/**
 * A text without its case, for comparing and searching: the same on every server, whatever the locale of the system or of the
 * database. `ß` is `ss`, and the four kinds of the letter i are one, as a Turkish and a German reader both expect to find
 * "Iğdır" and "Straße".
 *
 * The database has the same function, `fold_case`; a test compares them.
 */
export function foldCase(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[ßẞ]/gu, 'ss')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('i\u0307', 'i')
    .replaceAll('ς', 'σ');
}
