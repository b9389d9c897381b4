import { CompactSign } from 'jose';
import { createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { armour, claimsOf } from '../src/license/license-file.js';
import { keyIdOf } from '../src/signing/key-id.js';

/** What a vendor may write; everything else is a mistake that would go unnoticed. */
const members = [
  'issuer',
  'id',
  'customerId',
  'customer',
  'licenseType',
  'graceDays',
  'serverId',
  'validFrom',
  'validUntil',
  'entitlements',
];

/**
 * Issues a license file from a specification.
 *
 * @param spec untrusted: read from YAML or JSON
 * @param privateKey of the vendor, Ed25519 or RSA
 * @returns the armoured text of a `.lic` file
 * @throws Error in words when the specification is not in order
 */
export async function licenseFrom(spec: unknown, privateKey: KeyObject, now: Date): Promise<string> {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
    throw new Error('The specification must be a mapping (YAML or JSON).');
  }
  const given = spec as Record<string, unknown>;
  const unknown = Object.keys(given).filter((name) => !members.includes(name));
  if (unknown.length > 0) throw new Error(`The specification has unknown members: ${unknown.join(', ')}.`);
  if (given.validUntil === undefined) throw new Error('validUntil is missing: say until when the license is valid.');
  const claims = {
    iss: given.issuer,
    jti: given.id ?? randomUUID(),
    sub: given.customerId,
    iat: seconds(now),
    nbf: given.validFrom === undefined ? seconds(now) : timeOf('validFrom', given.validFrom),
    exp: timeOf('validUntil', given.validUntil),
    customer: given.customer,
    licenseType: given.licenseType ?? 'ENTERPRISE',
    graceDays: given.graceDays ?? 14,
    ...(given.serverId === undefined ? {} : { serverId: given.serverId }),
    entitlements: given.entitlements,
  };
  claimsOf(claims);
  const rsa = privateKey.asymmetricKeyType === 'rsa';
  const token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: rsa ? 'RS256' : 'EdDSA', typ: 'JWT', kid: await keyIdOf(createPublicKey(privateKey)) })
    .sign(privateKey);
  return armour(token);
}

function timeOf(name: string, value: unknown): number {
  const date = value instanceof Date ? value : new Date(typeof value === 'string' ? value : NaN);
  if (Number.isNaN(date.getTime())) throw new Error(`${name} must be a date such as 2027-12-31.`);
  return seconds(date);
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
