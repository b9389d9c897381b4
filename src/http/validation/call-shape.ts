/** Parts of an address that are words; anything else may be an id or a secret. */
const word = /^(?:[a-z]+(?:-[a-z]+)*|v\d)$/;
const maxWordLength = 30;
const maxParts = 10;
/** What names of parameters and members look like; anything else may be a value in the wrong place. */
export const parameterName = /^[A-Za-z][A-Za-z0-9_.-]{0,39}$/;
const maxParameters = 20;

/** The path of an address with an ellipsis in place of all that is no plain word: ids, names, tokens. */
export function pathShape(url: string): string {
  const [path = ''] = url.split(/[?#]/);
  const parts = path.split('/').filter((part) => part !== '');
  const shown = parts.slice(0, maxParts).map((part) => (part.length <= maxWordLength && word.test(part) ? part : '…'));
  return `/${[...shown, ...(parts.length > maxParts ? ['…'] : [])].join('/')}`;
}

/** The names of the parameters of an address, in their order; no values. */
export function parameterNames(url: string): string[] {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  const names = [...new Set(new URLSearchParams(query).keys())];
  return names.slice(0, maxParameters).map((name) => (parameterName.test(name) ? name : '…'));
}

/** The first product in a `User-Agent` that has a version; empty without one. */
export function productIn(userAgent: string | undefined): string {
  return /^[A-Za-z][A-Za-z_-]{0,39}\/\d[0-9A-Za-z._-]{0,19}(?=[ ;(]|$)/.exec(userAgent ?? '')?.[0] ?? '';
}
