import { parseDocument } from 'yaml';
import { LicenseFileError } from './license-file-error.js';

/** Levels of objects and lists in each other; a license has four. */
const maxDepth = 16;

/**
 * What the vendor has signed. It is genuine, and still may hold what no program means to write: a database or a browser would
 * take it for something else, or fail.
 *
 * @throws LicenseFileError that says what and where
 */
export function contentOf(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw odd('it is not UTF-8 text');
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new LicenseFileError('license-content', 'The license file holds no license.');
  }
  refuseOddValues(content);
  refuseRepeatedNames(text);
  return content;
}

/** Without recursion: what is nested deeply would take the program's own stack. */
function refuseOddValues(content: unknown): void {
  const open: { value: unknown; place: string; depth: number }[] = [{ value: content, place: '', depth: 0 }];
  for (let each = open.pop(); each; each = open.pop()) {
    const { value, place, depth } = each;
    if (typeof value === 'string') refuseOddText(value, place);
    if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      throw odd(`${place || 'it'} is a number that is too large`);
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= maxDepth) throw odd(`it is nested more than ${maxDepth} levels deep`);
    for (const [name, member] of Object.entries(value)) {
      if (name === '__proto__') throw odd('it has a member with the name __proto__');
      const path = Array.isArray(value) ? `${place}[${name}]` : `${place}${place && '.'}${name}`;
      if (!Array.isArray(value)) refuseOddText(name, 'the name of a member');
      open.push({ value: member, place: path, depth: depth + 1 });
    }
  }
}

function refuseOddText(text: string, place: string): void {
  const where = place.length > 100 ? `${place.slice(0, 100)}…` : place;
  if (text.includes('\0')) throw odd(`${where} has the character NUL in it`);
  if (/\p{Surrogate}/u.test(text)) throw odd(`${where} has half a character in it (a lone surrogate)`);
}

/** JSON takes the last of two members with the same name, another program perhaps the first. */
function refuseRepeatedNames(text: string): void {
  const { errors } = parseDocument(text, { schema: 'json', uniqueKeys: true, logLevel: 'silent', prettyErrors: false });
  const repeated = errors.find(({ code }) => code === 'DUPLICATE_KEY');
  if (!repeated) return;
  const [, name = ''] = /^\s*"([^"]{1,100})"/.exec(text.slice(repeated.pos[0])) ?? [];
  throw odd(name ? `the name ${JSON.stringify(name)} is there twice` : 'a name is there twice');
}

function odd(message: string): LicenseFileError {
  return new LicenseFileError(
    'license-content',
    `The license file is genuine, but ${message}. Ask the vendor for a corrected one.`,
  );
}
