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

/** A browser and the system that it runs on; null: one that is not in the list. */
export interface Browser {
  browser: string | null;
  system: string | null;
}

/**
 * Only names from the list: what a client says about itself may be anything, such as the text of a stranger who wants to be
 * read.
 */
export function browserOf(userAgent = ''): Browser {
  const find = (names: [string, RegExp][]): string | null =>
    names.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? null;
  return { browser: find(browsers), system: find(systems) };
}

/** A browser in words for a mail. */
export function browserName(userAgent?: string): string {
  const { browser, system } = browserOf(userAgent);
  return `${browser ?? 'an unknown browser'}${system ? ` on ${system}` : ''}`;
}
