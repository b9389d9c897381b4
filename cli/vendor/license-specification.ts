import { CompactSign } from 'jose';
import { createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { armour, checkNewLicense, claimsOf, largestLicenseFile } from '../../src/license/file/license-file.js';
import { keyIdOf } from '../../src/signing/key-id.js';

const required = ['issuer', 'customerId', 'customer', 'validUntil', 'entitlements'];
const optional = ['id', 'licenseType', 'graceDays', 'serverId', 'validFrom'];

/**
 * Issues a license file from a specification.
 *
 * @param spec untrusted: read from YAML or JSON
 * @param privateKey of the vendor, Ed25519 or RSA of at least 2048 bits
 * @param now when it is issued, and from when it is valid unless the specification says otherwise
 * @returns the armoured text of a `.lic` file
 * @throws Error in words when the specification or the key is not in order
 */
export async function licenseFrom(spec: unknown, privateKey: KeyObject, now: Date): Promise<string> {
  const given = membersOf(spec);
  const claims = {
    iss: textOf('issuer', given.issuer),
    jti: given.id === undefined ? randomUUID() : textOf('id', given.id),
    sub: textOf('customerId', given.customerId),
    iat: seconds(now),
    nbf: given.validFrom === undefined ? seconds(now) : timeOf('validFrom', given.validFrom),
    exp: endOf('validUntil', given.validUntil),
    customer: given.customer,
    licenseType: given.licenseType ?? 'ENTERPRISE',
    graceDays: given.graceDays ?? 14,
    ...(given.serverId === undefined ? {} : { serverId: textOf('serverId', given.serverId) }),
    entitlements: withWholeDays(given.entitlements),
  };
  if (claims.nbf >= claims.exp) throw new Error('validFrom (without it: now) must be before validUntil.');
  checkNewLicense(claimsOf(claims));
  const text = armour(await signed(claims, privateKey));
  if (Buffer.byteLength(text) > largestLicenseFile) {
    throw new Error('The license file would have more than 64 KiB, which no server takes; use several files.');
  }
  return text;
}

/** An unknown member is a mistake that would go unnoticed. */
function membersOf(spec: unknown): Record<string, unknown> {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
    throw new Error('The specification must be a mapping (YAML or JSON).');
  }
  // YAML's `member:` without a value counts as absent.
  const given = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null && value !== undefined));
  const unknown = Object.keys(spec).filter((name) => !required.includes(name) && !optional.includes(name));
  if (unknown.length > 0) throw new Error(`The specification has unknown members: ${unknown.join(', ')}.`);
  const missing = required.filter((name) => given[name] === undefined);
  if (missing.length > 0) throw new Error(`The specification lacks: ${missing.join(', ')}.`);
  return given;
}

function algorithmFor(key: KeyObject): 'EdDSA' | 'RS256' {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (key.asymmetricKeyType === 'rsa' && bits >= 2048) return 'RS256';
  throw new Error('The key is neither Ed25519 nor RSA of at least 2048 bits.');
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new Error(`${name} must be text; put it in quotes.`);
  return value;
}

/** A day alone is meant through its end: its last second, so that all readers see the day that was written. */
function endOf(name: string, value: unknown): number {
  const time = timeOf(name, value);
  return isDay(value) ? time + 86_399 : time;
}

/** YAML of other programs may give a date in place of its text. */
function isDay(value: unknown): boolean {
  if (value instanceof Date) return value.getTime() % 86_400_000 === 0;
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
}

/** The same for the ends of entitlements. What else is in them, or wrong with them, is looked at later. */
function withWholeDays(entitlements: unknown): unknown {
  if (!Array.isArray(entitlements)) return entitlements;
  return entitlements.map((each: unknown) => {
    if (typeof each !== 'object' || each === null || !('expiresAt' in each) || !isDay(each.expiresAt)) return each;
    const end = new Date(endOf('expiresAt', each.expiresAt) * 1000);
    return { ...each, expiresAt: end.toISOString().replace('.000Z', 'Z') };
  });
}

/**
 * Issues a statement of time: for a server whose clock was once in the future, so that its licenses count as ended.
 *
 * @param serverId of the one server that it is for
 */
export async function timeStatementFrom(
  { issuer, serverId }: { issuer: string; serverId?: string },
  privateKey: KeyObject,
  now: Date,
): Promise<string> {
  const claims = { use: 'time', iss: issuer, jti: randomUUID(), iat: seconds(now), ...(serverId && { serverId }) };
  return armour(await signed(claims, privateKey), 'STATEMENT OF TIME');
}

async function signed(claims: object, privateKey: KeyObject): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({
      alg: algorithmFor(privateKey),
      typ: 'JWT',
      kid: await keyIdOf(createPublicKey(privateKey)),
    })
    .sign(privateKey);
}

/** A date alone is midnight in UTC; a time needs its zone, lest it mean another moment on another machine. */
function timeOf(name: string, value: unknown): number {
  const date = new Date(value instanceof Date || typeof value === 'string' ? value : NaN);
  const iso = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.exec(String(value));
  const written = value instanceof Date || (iso?.[1] !== undefined && existsInCalendar(iso[1]));
  if (!written || Number.isNaN(date.getTime())) {
    throw new Error(`${name} must be a date such as 2027-12-31 or 2027-12-31T18:00:00Z.`);
  }
  return seconds(date);
}

/** JavaScript takes 30 February for 2 March. */
function existsInCalendar(day: string): boolean {
  const date = new Date(day);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
