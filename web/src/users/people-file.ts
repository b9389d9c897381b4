import type { PeopleImport } from '../../generated/api';

/** What the server is to import; undefined: it begins as JSON does, and is none. */
export function peopleIn(text: string): PeopleImport | undefined {
  const content = text.replace(/^\uFEFF/, '');
  if (!content.trimStart().startsWith('{')) return { csv: text };
  try {
    return JSON.parse(content) as PeopleImport;
  } catch {
    return undefined;
  }
}
