/**
 * The text of a file of settings as editors save it: UTF-8 or UTF-16, with or without a byte order mark.
 *
 * @throws Error that goes on after "cannot be read:" for any other encoding
 */
export function decodeText(bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder(encoding).decode(bytes);
    const lines = text.split(/\r\n|\n|\r/);
    const wrong = lines.findIndex((line) => line.includes('\uFFFD') && !line.trimStart().startsWith('#'));
    // In a comment it does no harm.
    if (wrong >= 0) throw new Error(`line ${wrong + 1} is not ${encoding.toUpperCase()} text. Save the file as UTF-8`);
  }
  if (text.includes('\0')) throw new Error('it is not a text file. Save it as UTF-8');
  // The line ends of every system.
  return text.replace(/\r\n?/g, '\n');
}

function encodingOf(bytes: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark: the letters of the first setting or comment have one byte that is 0.
  if (bytes.length >= 2 && first !== 0 && second === 0) return 'utf-16le';
  return bytes.length >= 2 && first === 0 && second !== 0 ? 'utf-16be' : 'utf-8';
}
