import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { LicenseFile, trustedKeys } from '../src/license/license-file.js';
import { keyIdOf } from '../src/signing/key-id.js';
import { licenseFrom } from './license-specification.js';

/** Makes a key pair, `NAME.private.pem` and `NAME.public.pem`. */
export async function createKey(name: string, { rsa }: { rsa?: boolean }): Promise<void> {
  const { publicKey, privateKey } = rsa
    ? generateKeyPairSync('rsa', { modulusLength: 3072 })
    : generateKeyPairSync('ed25519');
  const files = { private: `${name}.private.pem`, public: `${name}.public.pem` };
  const exclusive = { flag: 'wx' } as const;
  writeFileSync(files.private, privateKey.export({ type: 'pkcs8', format: 'pem' }), { ...exclusive, mode: 0o600 });
  writeFileSync(files.public, publicKey.export({ type: 'spki', format: 'pem' }), exclusive);
  console.log(`${files.private}  keep it secret: whoever has it issues licenses`);
  console.log(`${files.public}   give it to servers: VENDOR_KEY_FILES=${files.public}`);
  console.log(`kid ${await keyIdOf(publicKey)}`);
}

/** Issues a license file from a YAML or JSON specification. */
export async function issueLicense(
  specification: string,
  { key, output }: { key: string; output?: string },
): Promise<void> {
  const spec: unknown = parse(readFileSync(specification, 'utf8'));
  const license = await licenseFrom(spec, createPrivateKey(readFileSync(key)), new Date());
  if (output) writeFileSync(output, license);
  else process.stdout.write(license);
}

/** Shows what a license file says; with keys, whether it is genuine and in force. */
export async function inspectLicense(file: string, { key }: { key?: string[] }): Promise<void> {
  const text = readFileSync(file, 'utf8');
  if (!key) {
    const token = text.replace(/^\uFEFF/, '').replace(/-----(BEGIN|END) LICENSE FILE-----|\s/g, '');
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    console.log(describe(claimsIn(payload)));
    console.log('The signature was not checked: give the public key with --key.');
    return;
  }
  const keys = await trustedKeys(key.map((name) => createPublicKey(readFileSync(name))));
  const license = await LicenseFile.read(text, keys);
  console.log(describe(license.claims));
  license.checkUsable(new Date(), license.claims.serverId ?? '');
  console.log(`Genuine (kid ${license.keyId}) and in force.`);
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
