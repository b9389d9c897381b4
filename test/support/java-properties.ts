/** Reads a file as java.util.Properties does (its documentation of `load`), and refuses what Java only tolerates. */
export function javaProperties(bytes: Buffer): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of logicalLines(bytes.toString('latin1'))) {
    const [, key = '', value = ''] = /^((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)$/s.exec(line) ?? [];
    const name = unescaped(key);
    if (properties.has(name)) throw new Error(`The property ${name} is there twice`);
    properties.set(name, unescaped(value));
  }
  return properties;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const natural of text.split(/\r\n|\n|\r/)) {
    const line = natural.replace(/^[ \t\f]+/, '');
    if (open === undefined && (line === '' || /^[#!]/.test(line))) continue;
    const whole: string = (open ?? '') + line;
    const goesOn = (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
    open = goesOn ? whole.slice(0, -1) : undefined;
    if (!goesOn) lines.push(whole);
  }
  if (open !== undefined) throw new Error('The last line goes on beyond the end of the file');
  return lines;
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(u)|(.))/gs, (_, code?: string, broken?: string, letter = '') => {
    if (broken) throw new Error('Malformed \\uxxxx encoding');
    if (code) return String.fromCharCode(parseInt(code, 16));
    return { t: '\t', n: '\n', r: '\r', f: '\f' }[letter as string] ?? (letter as string);
  });
}
