// SHA256SUMS of a release, and its signature.
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ofRelease = /\.(tar\.gz|tgz|deb|rpm|exe|cdx\.json)$/;

/**
 * Writes what `sha256sum --check SHA256SUMS` verifies: all packages, archives and bills of materials in the folder. With a key also
 * `SHA256SUMS.sig`, an Ed25519 signature of that file (64 bytes, RFC 8032), which `openssl pkeyutl -verify -rawin` verifies.
 *
 * @param signingKey undefined: no signature, and an older one is removed
 */
export function writeChecksums(folder, signingKey) {
  const lines = readdirSync(folder)
    .filter((file) => ofRelease.test(file))
    .sort()
    .map((file) => `${sha256(readFileSync(path.join(folder, file)))}  ${file}\n`);
  const sums = path.join(folder, 'SHA256SUMS');
  writeFileSync(sums, lines.join(''));
  rmSync(`${sums}.sig`, { force: true });
  if (signingKey) writeFileSync(`${sums}.sig`, sign(null, readFileSync(sums), signingKey));
}

/**
 * Reads the key that signs releases, which is kept outside of the repository.
 *
 * @param file a private key in PEM, as `license create-key` makes it
 * @throws Error when it is no Ed25519 key
 */
export function readSigningKey(file) {
  const key = createPrivateKey(readFileSync(file));
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file} is no Ed25519 key but ${key.asymmetricKeyType}.`);
  return key;
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
