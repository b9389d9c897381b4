import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { decodeText } from '../../src/config/decode-text.js';
import { isKnownName, misspelledSettings, nearestSetting } from '../../src/config/misspelled-settings.js';
import { UsageError } from '../usage-error.js';

/** The settings of a server as its environment and its configuration file have them. */
export interface Configuration {
  env: NodeJS.ProcessEnv;
  /** The file, if there is one. */
  file: string | undefined;
  /** What an operator should know about the file: lines that mean something else than they seem to. */
  warnings: string[];
}

const name = 'license-server.conf';

/** Where a configuration file is looked for by default. */
const folderOfMachine =
  process.platform === 'win32'
    ? path.join(process.env.ProgramData ?? 'C:\\ProgramData', 'license-server')
    : '/etc/license-server';
const paths = [name, path.join(folderOfMachine, name)];

/**
 * Reads the configuration file: the one named with `--config`, else with LICENSE_SERVER_CONFIG, else the first that is at a
 * usual place. What the environment sets wins, even when it sets it to nothing.
 *
 * @param named the value of `--config`
 * @throws UsageError when the named file cannot be read
 */
export function readConfiguration(named: string | undefined, env: NodeJS.ProcessEnv = process.env): Configuration {
  const file = configurationFile(named, env);
  if (file === undefined) return { env, file, warnings: [] };
  try {
    const text = decodeText(readFileSync(file));
    const settings = parseConfiguration(text);
    const absolute = path.resolve(file);
    // What lies beside it is found by it.
    const found = { LICENSE_SERVER_CONFIG: absolute };
    return { env: { ...settings, ...env, ...found }, file: absolute, warnings: configurationWarnings(text, settings) };
  } catch (error) {
    throw new UsageError(
      `The configuration file ${file} cannot be read: ${describeError(error as NodeJS.ErrnoException)}.`,
      {
        cause: error,
      },
    );
  }
}

/** The file that {@link readConfiguration} reads, whether it exists or not when it was named. */
export function configurationFile(named: string | undefined, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return named ?? (env.LICENSE_SERVER_CONFIG?.trim() || paths.find((place) => existsSync(place)));
}

/** Reads `NAME=value` lines with `#` comments. */
export function parseConfiguration(text: string): Record<string, string> {
  return parseEnv(text) as Record<string, string>;
}

/** Names that are no settings, and values that end at a `#`. */
function configurationWarnings(text: string, settings: Record<string, string>): string[] {
  const likelyMisspelled = misspelledSettings(settings);
  const unknown = Object.keys(settings)
    .filter((each) => !isKnownName(each) && !likelyMisspelled.some((message) => message.includes(` ${each},`)))
    .map((each) => {
      const nearest = nearestSetting(each);
      return `There is no setting ${each}, so it has no effect.${nearest ? ` Did you mean ${nearest}?` : ''}`;
    });
  return [...unknown, ...cutValues(text, settings)];
}

/** A `#` right after a letter is more likely part of a password or address than the beginning of a comment. */
function cutValues(text: string, settings: Record<string, string>): string[] {
  return text.split('\n').flatMap((line, index) => {
    const [, setting = '', value = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*([^\s'"`#][^#]*\S)#/.exec(line) ?? [];
    if (setting === '' || settings[setting] !== value) return [];
    return [
      `The value of ${setting} ends before the # in line ${index + 1}. If it is part of the value, put quotes around it.`,
    ];
  });
}

/**
 * One line of a configuration file.
 *
 * @throws UsageError when no quotes can hold the value
 */
export function configurationLine(setting: string, value: string): string {
  const quoted = [value, `'${value}'`, `"${value}"`, `\`${value}\``].map((text) => `${setting}=${text}`);
  const line = quoted.find((text) => !text.includes('\n') && parseConfiguration(`${text}\n`)[setting] === value);
  if (line === undefined)
    throw new UsageError(`${setting} has quotes of every kind or line ends in it; set it in the environment.`);
  return line;
}

function describeError({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES') return 'this user may not read it';
  return message;
}
