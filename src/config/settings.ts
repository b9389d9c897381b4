import { readFileSync } from 'node:fs';
import { createPublicKey, type KeyObject } from 'node:crypto';
import path from 'node:path';
import { databaseAddress } from './database-address.js';

/** What an administrator can set, read once at start from environment variables. */
export interface Settings {
  /** TCP port; 0 takes any free one. */
  port: number;
  host: string;
  /** Base of every link that is shown or mailed, without a trailing slash. Never taken from a request. */
  serverUrl: string;
  /** Absolute path. */
  dataDir: string;
  /** `postgresql://…`, or undefined for the embedded database in the data folder. */
  databaseUrl: string | undefined;
  /** File with the key that encrypts the secrets in the database; shared by all servers of one database. */
  secretKeyFile: string;
  /** The trust root: public keys of the vendor whose license files are accepted. */
  vendorKeys: KeyObject[];
  logLevel: LogLevel;
  /** Hours for which an invitation's link is good. */
  invitationHours: number;
  /** Days for which sessions that are over, and refusals, are kept. */
  sessionRetentionDays: number;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Every wrong setting at once, each in a sentence of its own. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/**
 * Reads and checks the settings.
 *
 * @param env the environment variables
 * @throws SettingsError that lists all problems, not just the first
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const read = <T>(name: string, fallback: T, parse: (text: string) => T): T => {
    const text = env[name]?.trim();
    if (!text) return fallback;
    try {
      return parse(text);
    } catch (error) {
      problems.push(`${name} ${(error as Error).message}`);
      return fallback;
    }
  };

  const port = read('PORT', 8080, parsePort);
  const host = read('HOST', '0.0.0.0', parseHost);
  const dataDir = path.resolve(env.DATA_DIR?.trim() || 'data');
  const settings: Settings = {
    port,
    host,
    serverUrl: read('SERVER_URL', `http://localhost:${port}`, parseServerUrl),
    dataDir,
    databaseUrl: read<string | undefined>('DATABASE_URL', undefined, (text) =>
      databaseAddress(text, env.DATABASE_USER, env.DATABASE_PASSWORD),
    ),
    secretKeyFile: path.resolve(env.SECRET_KEY_FILE?.trim() || path.join(dataDir, 'secret.key')),
    vendorKeys: [
      ...read<KeyObject[]>('VENDOR_KEYS', [], parseVendorKeys),
      ...read<KeyObject[]>('VENDOR_KEY_FILES', [], (text) =>
        text.split(',').flatMap((file) => parseVendorKeys(readKeyFile(file.trim()))),
      ),
    ],
    logLevel: read<LogLevel>('LOG_LEVEL', 'info', parseLogLevel),
    invitationHours: read('INVITATION_HOURS', 24, parseInvitationHours),
    sessionRetentionDays: read('SESSION_RETENTION_DAYS', 730, parseRetentionDays),
  };
  if (!env.DATABASE_URL?.trim() && (env.DATABASE_USER || env.DATABASE_PASSWORD)) {
    problems.push('DATABASE_USER and DATABASE_PASSWORD need a DATABASE_URL');
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new Error(`must be a whole number from 0 to 65535, not "${text}"`);
  }
  return Number(text);
}

function parseHost(text: string): string {
  if (!/^[\w.:-]+$/.test(text)) throw new Error(`must be an address or host name to listen on, not "${text}"`);
  return text;
}

function parseServerUrl(text: string): string {
  const expected = 'must be the URL that users open, for example http://licenses.example.com:8080';
  if (!URL.canParse(text)) throw new Error(`${expected}, not "${text}"`);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error(`${expected}; it starts with http or https`);
  if (url.username || url.password) throw new Error(`${expected}; it must not contain a password`);
  if (url.search || url.hash) throw new Error(`${expected}; without ? and #`);
  return text.replace(/\/+$/, '');
}

function parseInvitationHours(text: string): number {
  const hours = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (hours < 1 || hours > 24 * 90) throw new Error(`must be a whole number of hours from 1 to 2160, not "${text}"`);
  return hours;
}

function parseRetentionDays(text: string): number {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > 36_500) throw new Error(`must be a whole number of days from 1 to 36500, not "${text}"`);
  return days;
}

function parseLogLevel(text: string): LogLevel {
  const level = logLevels.find((candidate) => candidate === text.toLowerCase());
  if (!level) throw new Error(`must be one of ${logLevels.join(', ')}, not "${text}"`);
  return level;
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`names a file that cannot be read: ${file} (${code})`, { cause: error });
  }
}

function parseVendorKeys(pem: string): KeyObject[] {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new Error("holds a private key; give the vendor's public key, the private one never comes near a server");
  }
  const blocks = pem.replaceAll('\\n', '\n').match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g);
  if (!blocks) throw new Error('holds no public key in PEM form (-----BEGIN PUBLIC KEY-----)');
  return blocks.map((block) => {
    let key: KeyObject;
    try {
      key = createPublicKey(block);
    } catch {
      throw new Error('holds a public key that cannot be read');
    }
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (key.asymmetricKeyType === 'ed25519' || (key.asymmetricKeyType === 'rsa' && bits >= 2048)) return key;
    throw new Error('holds a key that is neither Ed25519 nor RSA of at least 2048 bits');
  });
}
