import { damaged, LicenseFileError } from './license-file-error.js';

/** Bytes that a license file may have. */
export const largestLicenseFile = 64 * 1024;

/** Invisible characters that programs put into text, besides white space. */
const invisible = /[\s\u00AD\u200B-\u200F\u2060-\u2064\uFEFF]+/g;

/** The marks around a license, as they look without white space. */
const beginning = /-{5}BEGIN(LICENSEFILE|STATEMENTOFTIME)-{5}/;
const end = /-{5}END(?:LICENSEFILE|STATEMENTOFTIME)-{5}/;
/** `-----BEGIN LICENSE FILE-----` in base64, as mail programs store attachments. */
const beginningInBase64 = 'LS0tLS1CRUdJTiBMSUNFTlNFIEZJTEUtLS0tL';

/**
 * The text in the bytes of a file: in UTF-8 or UTF-16, as editors save it. What stands around a license in a mail may be of any
 * encoding; the license itself has letters that are the same in all of them.
 */
export function licenseTextOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0))
    return new TextDecoder('utf-16le').decode(bytes);
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0))
    return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/**
 * Finds the compact JWS in the text of a `.lic` file, as people get it: armoured or bare, quoted in a mail with text around it,
 * wrapped anywhere, or an attachment as a mail program has saved it.
 *
 * @throws LicenseFileError that says what has happened to it
 */
export function tokenIn(text: string): string {
  if (Buffer.byteLength(text) > largestLicenseFile) {
    throw new LicenseFileError(
      'license-too-large',
      'This is not a license file: it is larger than 64 KiB.',
      'too-large',
    );
  }
  if (text.replace(invisible, '') === '') throw new LicenseFileError('license-empty', 'The license file is empty.');
  const lines = unquoted(fromAttachment(text));
  const bare = lines.join('').replace(invisible, '');
  const begins = bare.search(beginning);
  if (begins < 0) {
    if (end.test(bare)) {
      throw damaged(
        'no-beginning',
        'The first part of the license file is missing, up to the line "-----BEGIN LICENSE FILE-----". Copy all of it.',
      );
    }
    // The third part may be empty: `alg: none` is refused for what it is.
    if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(bare)) return bare;
    throw unreadable();
  }
  return tokenBetween(bare.slice(begins), lines);
}

/** @param armoured without white space, from the mark at the beginning on */
function tokenBetween(armoured: string, lines: readonly string[]): string {
  const inside = armoured.replace(beginning, '');
  const ends = inside.search(end);
  if (ends < 0) {
    throw damaged(
      'no-end',
      'The end of the license file is missing: it was cut off before the line "-----END LICENSE FILE-----". Copy all of it.',
    );
  }
  const token = inside.slice(0, ends);
  const more = inside.slice(ends);
  if (beginning.test(more) && !more.includes(token)) {
    throw damaged('several', 'There are several license files in this text. Install them one after the other.');
  }
  if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return token;
  throw wrongCharacter(token, lines);
}

function wrongCharacter(token: string, lines: readonly string[]): LicenseFileError {
  const character = /[^\w.-]/u.exec(token)?.[0];
  // No character is wrong: what is missing is a part.
  if (character === undefined) return unreadable();
  // The mark may be broken over two lines, or have the whole license behind it.
  const from = lines.findIndex((line) => /-{5}BEGIN/.test(line.replace(invisible, '')));
  const line = lines.findIndex((each, index) => index >= from && each.includes(character)) + 1;
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const shown = /[\p{Cc}\p{Cf}\p{Co}]/u.test(character) ? code : `"${character}" (${code})`;
  return damaged(
    'character',
    `Line ${line} of the license file has the character ${shown}, which no license file has: a program has changed it on its way. ` +
      'Have it sent as an attachment.',
    { line, character: shown },
  );
}

/** Lines without what mail programs put before them when they quote. */
function unquoted(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map((line) => line.replace(/^[\s>|]*/, ''));
}

/** An attachment as it stands in a mail: in base64, or as quoted-printable with `=` at the ends of lines. */
function fromAttachment(text: string): string {
  const at = text.indexOf(beginningInBase64);
  if (at >= 0) {
    const encoded = /^[\sA-Za-z0-9+/]+={0,2}/.exec(text.slice(at))?.[0] ?? '';
    return Buffer.from(encoded.replace(/\s/g, ''), 'base64').toString('latin1');
  }
  const isQuotedPrintable = /=[ \t]*\r?\n|=[0-9A-F]{2}/.test(text) && !/^[\w-]+\.[\w-]+\./.test(text);
  if (!isQuotedPrintable) return text;
  return text
    .replace(/=[ \t]*(\r\n|\r|\n)/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function unreadable(): LicenseFileError {
  return new LicenseFileError(
    'license-unreadable',
    'This is not a license file. Choose the .lic file from the vendor.',
  );
}
