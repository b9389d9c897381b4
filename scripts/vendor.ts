import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { LicenseFile, trustedKeys } from '../src/license/license-file.js';
import { keyIdOf } from '../src/signing/key-id.js';
import { licenseFrom } from './license-specification.js';

const usage = `The vendor's tools. The private key never comes near a server.

  vendor create-key NAME [--rsa]                 NAME.private.pem and NAME.public.pem (Ed25519, or RSA 3072)
  vendor issue SPEC --key PRIVATE.pem [-o FILE]  a license file from a YAML or JSON specification
  vendor inspect FILE [--key PUBLIC.pem]...       what a license file says; with keys, whether it is genuine and in force
`;

/** Wrong use of a command, as opposed to one that failed. */
class UsageError extends Error {}

async function createKey(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { rsa: { type: 'boolean' } } });
  const [name] = positionals;
  if (!name || positionals.length > 1) throw new UsageError('Give the key one name, such as acme-2027.');
  const { publicKey, privateKey } = values.rsa
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

async function issue(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { key: { type: 'string' }, output: { type: 'string', short: 'o' } },
  });
  const [specification] = positionals;
  if (!specification || positionals.length > 1) throw new UsageError('Name one specification file.');
  if (!values.key) throw new UsageError("Name the vendor's private key: --key NAME.private.pem");
  const spec: unknown = parse(readFileSync(specification, 'utf8'));
  const license = await licenseFrom(spec, createPrivateKey(readFileSync(values.key)), new Date());
  if (values.output) writeFileSync(values.output, license);
  else process.stdout.write(license);
}

async function inspect(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { key: { type: 'string', multiple: true } },
  });
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new UsageError('Name one license file.');
  const text = readFileSync(file, 'utf8');
  if (!values.key) {
    const token = text.replace(/^\uFEFF/, '').replace(/-----(BEGIN|END) LICENSE FILE-----|\s/g, '');
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    console.log(describe(JSON.parse(payload) as object));
    console.log('The signature was not checked: give the public key with --key.');
    return;
  }
  const keys = await trustedKeys(values.key.map((name) => createPublicKey(readFileSync(name))));
  const license = await LicenseFile.read(text, keys);
  console.log(describe(license.claims));
  license.checkUsable(new Date(), license.claims.serverId ?? '');
  console.log(`Genuine (kid ${license.keyId}) and in force.`);
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

const commands: Record<string, (args: string[]) => Promise<void>> = { 'create-key': createKey, issue, inspect };
const [name = '--help', ...rest] = process.argv.slice(2);
if (['--help', '-h', 'help'].includes(name)) {
  console.log(usage);
} else {
  const command = commands[name];
  try {
    if (!command) throw new UsageError(`There is no command "${name}".`);
    await command(rest);
  } catch (error) {
    const wrongUse =
      error instanceof UsageError || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
    console.error(wordsOf(error as NodeJS.ErrnoException));
    if (wrongUse) console.error(`\n${usage}`);
    process.exitCode = wrongUse ? 2 : 1;
  }
}

function wordsOf({ code, message, path }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `There is no file ${path}.`;
  if (code === 'EEXIST') return `${path} exists already; nothing was overwritten.`;
  return message;
}
