import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { keyIdOf } from '../../src/signing/key-id.js';
import { licenseWarnings } from '../../src/license/file/client-features.js';
import { claimsIn } from '../../src/license/file/license-file.js';
import { licenseFrom, timeStatementFrom } from './license-specification.js';

/** Makes a key pair, `NAME.private.pem` and `NAME.public.pem`. */
export async function createKey(name: string, { rsa }: { rsa?: boolean }): Promise<void> {
  const { publicKey, privateKey } = rsa
    ? generateKeyPairSync('rsa', { modulusLength: 3072 })
    : generateKeyPairSync('ed25519');
  const files = { private: `${name}.private.pem`, public: `${name}.public.pem` };
  const exclusive = { flag: 'wx' } as const;
  writeFileSync(files.private, privateKey.export({ type: 'pkcs8', format: 'pem' }), { ...exclusive, mode: 0o600 });
  writeFileSync(files.public, publicKey.export({ type: 'spki', format: 'pem' }), exclusive);
  console.log(`${files.private}  keep it secret: anyone who has it can issue licenses`);
  console.log(
    `${files.public}   build it into releases: npm run package -- --vendor-key ${files.public}; from source: VENDOR_KEY_FILES=${files.public}`,
  );
  console.log(`kid ${await keyIdOf(publicKey)}`);
}

/** Issues a license file from a YAML or JSON specification. */
export async function issueLicense(
  specification: string,
  { key, output }: { key: string; output?: string },
): Promise<void> {
  const spec: unknown = parse(readFileSync(specification, 'utf8'));
  const license = await licenseFrom(spec, createPrivateKey(readFileSync(key)), new Date());
  for (const warning of licenseWarnings(claimsIn(license))) console.warn(`Warning: ${warning}`);
  if (output) writeFileSync(output, license);
  else process.stdout.write(license);
}

/** Issues a statement of time: it is installed as a license file is, and grants nothing. */
export async function stateTime({
  key,
  output,
  ...options
}: {
  key: string;
  issuer: string;
  serverId?: string;
  output?: string;
}): Promise<void> {
  const statement = await timeStatementFrom(options, createPrivateKey(readFileSync(key)), new Date());
  if (output) writeFileSync(output, statement);
  else process.stdout.write(statement);
}
