import { settingDeclarations } from './settings.js';

/** Names that the server, its commands and its deployment read besides the settings. */
const otherNames = ['LICENSE_SERVER_CONFIG', 'KATALON_API_KEY'];

/** Of PostgreSQL's library, Node.js and the operating system: they work in the environment, and are no settings of the server. */
const foreign = /^(PG[A-Z]+|NODE_[A-Z_]+|UV_[A-Z_]+|SSL_CERT_\w+|LANG|LC_[A-Z]+|TZ|PATH|HOME|TMPDIR|[A-Za-z]+_PROXY)$/;

/** Every name that means something: each setting, and `NAME_FILE` of those that may stand in a file. */
const known = new Set([
  ...settingDeclarations.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name])),
  ...otherNames,
]);

/** Whether a name means something to the server or to what it runs on. */
export function isKnownName(name: string): boolean {
  return known.has(name) || foreign.test(name);
}

/** The setting whose name comes nearest to this one; undefined: no name is similar. */
export function nearestSetting(name: string): string | undefined {
  const wanted = name.toUpperCase().replaceAll('-', '_');
  const [nearest] = [...known]
    .map((each) => ({ each, distance: editDistance(wanted, each) }))
    .sort((a, b) => a.distance - b.distance);
  return nearest && nearest.distance <= Math.max(1, Math.min(3, Math.floor(name.length / 4)))
    ? nearest.each
    : undefined;
}

/**
 * What to tell an operator about names in the environment that look like a setting and are none. Anything may be in an
 * environment, so only what can hardly be something else is told.
 */
export function misspelledSettings(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env)
    .filter((name) => /^[A-Za-z]+[_-]/.test(name) && name.length >= 8 && !isKnownName(name))
    .flatMap((name) => {
      const nearest = nearestSetting(name);
      const isLikely = nearest !== undefined && editDistance(name.toUpperCase(), nearest) <= 2;
      return isLikely ? [`There is no setting ${name}, so it has no effect. Did you mean ${nearest}?`] : [];
    });
}

/** How many letters must be put in, left out or replaced to make one word the other (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
