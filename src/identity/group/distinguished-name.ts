/** The attributes of one level, usually one: `cn` and its value. Types are in lower case, values as they are meant. */
export type NamePart = readonly [type: string, value: string][];

const type = /\s*([a-z][a-z0-9-]*|\d+(?:\.\d+)+)\s*=\s*/iy;
/** In quotes (RFC 1779), or without; separators in it are escaped. */
const quoted = /"((?:[^"\\]|\\[^])*)"\s*(?=[,;+]|$)/y;
const plain = /([^,;+\\]*(?:\\[^][^,;+\\]*)*)/y;

/**
 * Reads a distinguished name (RFC 4514).
 *
 * @returns its parts, the entry's own first; undefined: the text is not a distinguished name
 */
export function parseDistinguishedName(text: string): NamePart[] | undefined {
  const parts: [string, string][][] = [];
  let part: [string, string][] = [];
  for (let at = 0; ;) {
    const found = matchAt(type, text, at);
    if (!found) return undefined;
    at += found[0].length;
    const value = (text[at] === '"' ? matchAt(quoted, text, at) : null) ?? matchAt(plain, text, at);
    if (!value) return undefined;
    at += value[0].length;
    part.push([(found[1] ?? '').toLowerCase(), valueOf(value)]);
    if (text[at] === '+') at++;
    else {
      parts.push(part);
      part = [];
      if (at >= text.length) return parts;
      at++;
    }
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function valueOf([whole, text = '']: RegExpExecArray): string {
  const value = whole.startsWith('"') ? text : withoutBlanksAfter(text);
  return value.includes('\\') ? unescaped(value) : value;
}

/** A blank at the end is part of the value where it is escaped. */
function withoutBlanksAfter(text: string): string {
  const trimmed = text.trimEnd();
  let backslashes = 0;
  while (trimmed.at(-1 - backslashes) === '\\') backslashes++;
  return backslashes % 2 === 1 ? text.slice(0, trimmed.length + 1) : trimmed;
}

/** Escapes of bytes are UTF-8: `\C3\BC` is one letter. */
function unescaped(value: string): string {
  return value.replace(/(?:\\[0-9a-f]{2})+|\\[^]/gi, (escape) =>
    escape.length === 2 ? escape.slice(1) : Buffer.from(escape.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
}
