import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** An example of the manual: what to type, and what comes out of it if the manual says so. */
export interface Example {
  script: string;
  output: unknown;
}

/** The examples in a part of a page of the manual, in their order. */
export function examplesOf(page: string, from = '', to = ''): Example[] {
  const text = readFileSync(path.join(import.meta.dirname, '..', '..', '..', page), 'utf8');
  const begin = text.indexOf(from);
  const end = to ? text.indexOf(to, begin) : text.length;
  if (begin < 0 || end < 0) throw new Error(`${page} has no part from "${from}" to "${to}"`);
  const examples: Example[] = [];
  for (const [, language, body = ''] of text.slice(begin, end).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const last = examples.at(-1);
    if (language === 'sh') examples.push({ script: body, output: undefined });
    else if (language === 'json' && last) last.output = JSON.parse(body);
  }
  return examples;
}

/**
 * Runs examples in one shell, as somebody would who types them one after the other.
 *
 * @param strict whether the first command that fails ends it
 * @returns what each of them has printed
 */
export async function runExamples(
  examples: readonly Example[],
  folder: string,
  env: Record<string, string>,
  strict = true,
): Promise<string[]> {
  const separator = '=== the next example ===';
  const script = examples.map((example) => example.script).join(`\necho '\n${separator}'\n`);
  const options = strict ? ['-euo', 'pipefail'] : ['-u'];
  const child = spawn('bash', [...options, '-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let output = '';
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  // Not 'exit': by then its last words may not have been read.
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const outputs = output.split(separator).map((text) => text.trim());
  if (code !== 0) throw new Error(`Example ${outputs.length} ended with ${code}: ${outputs.at(-1)}\n${text}`);
  return outputs;
}

/** Where something looks otherwise than the manual shows it: what it shows must be there, with the same type; undefined: nowhere. */
export function difference(shown: unknown, real: unknown, place = 'the answer'): string | undefined {
  if (Array.isArray(shown)) {
    if (!Array.isArray(real) || real.length === 0) return `${place} is no list with something in it`;
    return difference(shown[0], real[0], `${place}[0]`);
  }
  if (typeof shown === 'object' && shown !== null) {
    if (typeof real !== 'object' || real === null) return `${place} is no object`;
    const fields = real as Record<string, unknown>;
    for (const [name, value] of Object.entries(shown)) {
      const found = difference(value, fields[name], `${place}.${name}`);
      if (found) return found;
    }
    return undefined;
  }
  return typeof shown === typeof real
    ? undefined
    : `${place} is ${JSON.stringify(real)}, not like ${JSON.stringify(shown)}`;
}
