import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { licenseFrom } from './license-specification.js';

const usage = `Issues a license file from a specification.

Usage: node dist/scripts/issue-license.js --key NAME.private.pem SPEC.yaml [-o FILE.lic]

  SPEC.yaml         YAML or JSON; scripts/example-license.yaml explains all members
  --key FILE        the vendor's private key, from vendor-key.js
  -o, --out FILE    where to write the license file; without it: standard output`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      out: { type: 'string', short: 'o' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const [spec, ...more] = positionals;
  if (!spec || !values.key || more.length > 0) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  const text = await licenseFrom(specificationIn(spec), privateKeyIn(values.key), new Date());
  if (values.out === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(values.out, text);
  } catch (error) {
    throw new Error(`${values.out} cannot be written (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
  console.error(`Wrote ${values.out}.`);
}

function specificationIn(file: string): unknown {
  const text = contentOf(file);
  try {
    return parse(text);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new Error(`${file} is neither YAML nor JSON: ${reason}`, { cause: error });
  }
}

function privateKeyIn(file: string): KeyObject {
  const pem = contentOf(file);
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new Error(`${file} holds no readable private key; it must be an unencrypted PEM file.`, { cause: error });
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
