/** Bytes of a file's name that every file system takes, with some room. */
const maxLength = 200;

/** Names that Windows keeps for devices, whatever follows the dot. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/** Separators, wildcards, control characters, and what turns the direction of writing round. */
const unusable = /[\\/:*?"<>|\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A name for a file that every system takes, in whatever script; never empty, hidden or a path. */
export function safeFileName(text: string): string {
  const clean = text.normalize('NFC').replace(unusable, '_');
  const trimmed = cut(clean.trim(), maxLength).replace(/^[.\s]+|[.\s]+$/g, '');
  return trimmed === '' ? '_' : devices.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** What a package is called as a file: `NAME-VERSION.jar`. */
export function packageFileName({ name, version, packaging }: PackageName): string {
  const end = `-${safeFileName(version)}.${packaging}`;
  return safeFileName(cut(safeFileName(name), maxLength - Buffer.byteLength(end))) + end;
}

export interface PackageName {
  name: string;
  version: string;
  packaging: 'jar' | 'zip';
}

/** At most this many bytes of UTF-8, never half a character. */
function cut(text: string, bytes: number): string {
  let size = 0;
  let result = '';
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    result += character;
  }
  return result;
}
