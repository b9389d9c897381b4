import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  claimsOf,
  type Entitlement,
  type LicenseClaims,
  LicenseFile,
  LicenseFileError,
  trustedKeys,
} from '../src/license/license-file.js';

const usage = `Shows what a license file holds and whether it is valid today.

Usage: node dist/scripts/inspect-license.js FILE.lic [--keys PUBLIC.pem ...]

  --keys FILE ...    the vendor's public keys; without them the signature is not checked

Exit code: 0 when it is valid today, 1 when not, 2 when the command is wrong.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      keys: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const [file, ...moreKeys] = positionals;
  if (!file || (moreKeys.length > 0 && !values.keys)) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  const keys = [...(values.keys ?? []), ...moreKeys].map(publicKeyIn);
  const text = contentOf(file);
  const signature = await checkSignature(text, keys);
  const token = text.replace(/-----(BEGIN|END) LICENSE FILE-----|\s|\uFEFF/g, '');
  show('Header', decodeProtectedHeader(token));
  const claims = claimsOf(decodeJwt(token));
  describe(claims);
  console.log(signature.words);
  const validity = validityOf(claims, new Date());
  console.log(validity.words);
  if (!signature.accepted || !validity.valid) process.exitCode = 1;
}

/** What the server would say to the file. */
async function checkSignature(text: string, keys: KeyObject[]): Promise<{ accepted: boolean; words: string }> {
  try {
    const { keyId } = await LicenseFile.read(text, await trustedKeys(keys));
    return { accepted: true, words: `Signature: good, by the key ${keyId}` };
  } catch (error) {
    if (!(error instanceof LicenseFileError)) throw error;
    if (error.code === 'license-unknown-key' && keys.length === 0) {
      return { accepted: true, words: 'Signature: NOT CHECKED. Name the public key of the vendor with --keys.' };
    }
    if (error.code === 'license-unknown-key') {
      return { accepted: false, words: 'Signature: BAD, it is of none of the given keys (or its kid is wrong).' };
    }
    if (error.code === 'license-altered') return { accepted: false, words: `Signature: BAD. ${error.message}` };
    throw error;
  }
}

function validityOf(claims: LicenseClaims, now: Date): { valid: boolean; words: string } {
  const seconds = now.getTime() / 1000;
  if (seconds < claims.nbf) return { valid: false, words: `Today: not valid before ${iso(claims.nbf)}` };
  if (seconds < claims.exp) return { valid: true, words: `Today: valid until ${iso(claims.exp)}` };
  const end = claims.exp + claims.graceDays * 86_400;
  const grace = seconds < end ? `; a server that has it grants seats until ${iso(end)}` : '';
  return { valid: false, words: `Today: expired on ${iso(claims.exp)}${grace}` };
}

function describe(claims: LicenseClaims): void {
  const { iss, jti, sub, iat, nbf, exp, customer, licenseType, graceDays, serverId, entitlements, ...unknown } = claims;
  show('License', {
    id: jti,
    issuer: iss,
    customerId: sub,
    customer: customer.email ? `${customer.name} <${customer.email}>` : customer.name,
    licenseType,
    issued: iso(iat),
    validFrom: iso(nbf),
    validUntil: iso(exp),
    graceDays,
    serverId: serverId ?? 'any server',
    ...unknown,
  });
  for (const [index, entitlement] of entitlements.entries()) describeEntitlement(index + 1, entitlement);
}

function describeEntitlement(number: number, { features, ...entitlement }: Entitlement): void {
  show(`Entitlement ${number}`, {
    ...entitlement,
    features: features.map(({ key, name }) => `${key} (${name})`).join(', ') || 'none',
  });
}

function show(title: string, members: object): void {
  console.log(title);
  for (const [name, value] of Object.entries(members) as [string, unknown][]) {
    if (value !== undefined) console.log(`  ${printable(name)}: ${printable(value)}`);
  }
  console.log();
}

/** Control characters stay out of the terminal: the file may be anybody's. */
function printable(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\p{Cc}/gu, '\uFFFD');
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function publicKeyIn(file: string): KeyObject {
  const pem = contentOf(file);
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new Error(`${file} holds no readable public key in PEM form.`, { cause: error });
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
}

try {
  await main();
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  console.error(message);
  process.exitCode = code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
}
