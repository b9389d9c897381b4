import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { decodeText } from '../config/decode-text.js';
import { type YamlPath } from './yaml-file.js';

/** Never in the YAML file itself, which lives in version control and is read by many. */
const secrets: ReadonlySet<string> = new Set(['password', 'clientSecret', 'bindPassword', 'key', 'secret']);

/** Texts of many lines, and addresses that may be secrets: they may stand in a file as well. */
const texts: ReadonlySet<string> = new Set(['license', 'certificateAuthority', 'caCertificate', 'metadata', 'url']);

/** Bytes of a named file. */
const maxBytes = 256 * 1024;

/** Where texts are read that a provisioning file names. */
export interface TextSources {
  /** Relative names begin here: the folder of the YAML file. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Hears of each text that cannot be read. */
  report: (path: YamlPath, message: string) => void;
}

/** Puts the texts into their places that `passwordFile`, `passwordEnv` and their like name. */
export function withTexts(value: unknown, sources: TextSources, at: YamlPath = []): unknown {
  if (Array.isArray(value)) return value.map((each, index) => withTexts(each, sources, [...at, index]));
  if (typeof value !== 'object' || value === null) return value;
  const given = new Map<string, unknown>();
  for (const [key, inner] of Object.entries(value)) {
    const place = [...at, key];
    const [, field = '', source] = /^(\w+)(File|Env)$/.exec(key) ?? [];
    if (source === undefined || !(secrets.has(field) || texts.has(field))) {
      if (secrets.has(key)) sources.report(place, `give ${key}File or ${key}Env: no secret may stand in this file`);
      given.set(key, withTexts(inner, sources, place));
      continue;
    }
    if (field in value || given.has(field)) sources.report(place, `${field} is given twice: keep one of them`);
    try {
      given.set(field, source === 'Env' ? variable(inner, sources) : fileText(inner, sources));
    } catch (error) {
      sources.report(place, `${key}: ${(error as Error).message}`);
    }
  }
  return Object.fromEntries(given);
}

/** @throws Error with what is wrong, in words */
function variable(name: unknown, { env }: TextSources): string {
  if (typeof name !== 'string' || name === '') throw new Error('it must be the name of an environment variable');
  const text = env[name];
  if (!text) throw new Error(`the environment variable ${name} is not set`);
  return text;
}

/** @throws Error with what is wrong, in words */
function fileText(name: unknown, { folder }: TextSources): string {
  if (typeof name !== 'string' || name === '') throw new Error('it must be the name of a file');
  const file = path.resolve(folder, name);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new Error(`there is no file ${file}`);
  if (!stats.isFile()) throw new Error(`${file} is not a file`);
  if (stats.size > maxBytes) throw new Error(`${file} is larger than ${maxBytes / 1024} KiB`);
  // Editors and `echo` end the last line.
  const text = decodeText(readFileSync(file)).replace(/\n$/, '');
  if (text === '') throw new Error(`${file} is empty`);
  return text;
}
