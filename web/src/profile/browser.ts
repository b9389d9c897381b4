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

/** What a browser calls itself, in two words; what it says itself when it is none of the known ones. */
export function browserOf(userAgent: string | null): string | undefined {
  if (!userAgent) return undefined;
  const find = (names: [string, RegExp][]): string | undefined =>
    names.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const browser = find(browsers);
  const system = find(systems);
  return [browser, system].filter(Boolean).join(' · ') || userAgent.slice(0, 60);
}
