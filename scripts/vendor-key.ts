import { generateKeyPair } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs, promisify } from 'node:util';
import { keyIdOf } from '../src/signing/key-id.js';

const usage = `Creates a vendor's key pair, with which license files are signed.

Usage: node dist/scripts/vendor-key.js [--rsa] NAME

  NAME     writes NAME.private.pem (keep it secret) and NAME.public.pem
  --rsa    RSA with 3072 bits instead of Ed25519`;

const generate = promisify(generateKeyPair);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rsa: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const [name, ...more] = positionals;
  if (!name || more.length > 0) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  const files = { private: `${name}.private.pem`, public: `${name}.public.pem` };
  const existing = Object.values(files).find((file) => existsSync(file));
  if (existing) throw new Error(`${existing} exists already and is not overwritten; choose another name.`);
  const { publicKey, privateKey } = values.rsa
    ? await generate('rsa', { modulusLength: 3072 })
    : await generate('ed25519');
  create(files.private, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  create(files.public, publicKey.export({ type: 'spki', format: 'pem' }).toString(), 0o644);
  console.log(`Private key: ${files.private} (keep it secret; it never comes near a license server)
Public key:  ${files.public}
Key id:      ${await keyIdOf(publicKey)}

Give the public key to the license server:  VENDOR_KEY_FILES=${files.public}
Issue a license file with the private key:  node dist/scripts/issue-license.js --key ${files.private} SPEC.yaml`);
}

/** The flag refuses a file that has appeared in the meantime. */
function create(file: string, content: string, mode: number): void {
  try {
    writeFileSync(file, content, { mode, flag: 'wx' });
  } catch (error) {
    throw new Error(`${file} cannot be created (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
}

try {
  await main();
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  console.error(message);
  process.exitCode = code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
}
