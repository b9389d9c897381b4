import { createPublicKey, type KeyObject } from 'node:crypto';

/**
 * Reads the public keys in a PEM text, where `\n` may stand for the ends of lines.
 *
 * @throws Error for a private key, a weak one, or none
 */
export function parseVendorKeys(pem: string): KeyObject[] {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new Error("holds a private key; give the vendor's public key, the private one never comes near a server");
  }
  const blocks = pem.replaceAll('\\n', '\n').match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g);
  if (!blocks) throw new Error('holds no public key in PEM form (-----BEGIN PUBLIC KEY-----)');
  return blocks.map((block) => {
    let key: KeyObject;
    try {
      key = createPublicKey(block);
    } catch {
      throw new Error('holds a public key that cannot be read');
    }
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (key.asymmetricKeyType === 'ed25519' || (key.asymmetricKeyType === 'rsa' && bits >= 2048)) return key;
    throw new Error('holds a key that is neither Ed25519 nor RSA of at least 2048 bits');
  });
}
