import { FilterParser } from 'ldapts';

/** What stands for the placeholders of a filter. */
export interface FilterValues {
  user?: string;
  dn?: string;
}

/** A filter with values in the place of `{user}` and `{dn}`, escaped (RFC 4515, section 3): they never become part of the filter. */
export function filterWith(filter: string, values: FilterValues): string {
  return filter.replace(/\{(user|dn)\}/g, (_, name: keyof FilterValues) => escaped(values[name] ?? ''));
}

/** The filter that finds everybody that the filter of a person can find. */
export function filterForAll(filter: string): string {
  return filter.replaceAll('{user}', '*');
}

function escaped(value: string): string {
  // eslint-disable-next-line no-control-regex -- NUL is one of the five.
  return value.replace(/[\\*()\u0000]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Whether a text is one filter, whose placeholders stand where values do. */
export function isFilter(filter: string): boolean {
  const anything = '*()\\\u0000 z';
  if (!isBalanced(filter)) return false;
  try {
    FilterParser.parseString(filterWith(filter, { user: anything, dn: anything }));
    return true;
  } catch {
    return false;
  }
}

/** The parser of the library overlooks a parenthesis that is missing at the end. */
function isBalanced(filter: string): boolean {
  let depth = 0;
  for (let index = 0; index < filter.length; index++) {
    if (filter[index] === '(') depth++;
    if (filter[index] === ')') depth--;
    if (depth < 0 || (depth === 0 && index < filter.length - 1)) return false;
  }
  return depth === 0 && filter.startsWith('(');
}
