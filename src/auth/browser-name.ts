const browsers: [string, RegExp][] = [
  ['Edge', /Edg\//],
  ['Opera', /OPR\//],
  ['Firefox', /Firefox\//],
  ['Chrome', /Chrom(e|ium)\//],
  ['Safari', /Safari\//],
];

const systems: [string, RegExp][] = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['Linux', /Linux|X11/],
];

/**
 * A browser in words for a mail. Only names from this list: what a client says about itself may be anything, such as the text of
 * a stranger who wants to be read.
 */
export function browserName(userAgent = ''): string {
  const find = (names: [string, RegExp][]): string | undefined =>
    names.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const [browser, system] = [find(browsers), find(systems)];
  return `${browser ?? 'an unknown browser'}${system ? ` on ${system}` : ''}`;
}
