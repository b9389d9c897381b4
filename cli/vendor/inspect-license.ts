import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inUtc } from '../../src/clock/in-utc.js';
import { trustAnchor } from '../../src/config/trust-anchor.js';
import { parseVendorKeys } from '../../src/config/vendor-keys.js';
import { licenseWarnings } from '../../src/license/file/client-features.js';
import { claimsIn as claimsOfFile, LicenseFile, openSigned, trustedKeys } from '../../src/license/file/license-file.js';
import { licenseTextOf, tokenIn } from '../../src/license/file/license-text.js';
import { TimeStatement } from '../../src/license/file/time-statement.js';

/**
 * Shows what a license file says; with keys, whether it is genuine and in force. A release with built-in keys checks with those
 * and no others.
 */
export async function inspectLicense(file: string, { key }: { key?: string[] }): Promise<void> {
  const text = licenseTextOf(readFileSync(file));
  const { vendorKeys: builtIn } = trustAnchor;
  if (!key && builtIn === undefined) {
    const payload = Buffer.from(tokenIn(text).split('.')[1] ?? '', 'base64url').toString('utf8');
    const claims = claimsIn(payload);
    console.log(describe(claims));
    try {
      if (!TimeStatement.isOne(claims)) warn(text);
    } catch (error) {
      console.warn(`Warning: ${(error as Error).message}`);
    }
    console.log('The signature was not checked: give the public key with --key.');
    return;
  }
  const keys = await trustedKeys(
    builtIn === undefined ? (key ?? []).map((name) => createPublicKey(readFileSync(name))) : parseVendorKeys(builtIn),
  );
  const { payload, token, keyId } = await openSigned(text, keys);
  if (TimeStatement.isOne(payload)) {
    console.log(describe(payload as object));
    console.log(`Genuine (kid ${keyId}): a statement of time of ${inUtc(TimeStatement.of(payload).issuedAt)}.`);
    return;
  }
  const license = LicenseFile.of(payload, token, keyId);
  console.log(describe(license.claims));
  warn(text);
  license.checkUsable(new Date(), license.claims.serverId ?? '');
  const isInForce = license.startsAt <= new Date();
  console.log(`Genuine (kid ${keyId}) and ${isInForce ? 'in force' : `begins on ${inUtc(license.startsAt)}`}.`);
}

/** About seats that the vendor's clients will not accept. */
function warn(text: string): void {
  for (const warning of licenseWarnings(claimsOfFile(text))) console.warn(`Warning: ${warning}`);
}

function claimsIn(payload: string): object {
  try {
    return JSON.parse(payload) as object;
  } catch (error) {
    throw new Error('This is not a license file.', { cause: error });
  }
}

function describe(claims: object): string {
  const times = new Set(['iat', 'nbf', 'exp']);
  return JSON.stringify(
    claims,
    (name, value: unknown) =>
      times.has(name) && typeof value === 'number' ? new Date(value * 1000).toISOString() : value,
    2,
  );
}
