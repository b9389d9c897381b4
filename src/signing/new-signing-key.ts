import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { type SecretKey } from '../secret/secret-key.js';
import { keyIdOf } from './key-id.js';
import { type SigningKey, type SigningPurpose } from './signing-key.entity.js';

const generate = promisify(generateKeyPair);

/** A key pair that has signed nothing yet: RSA for Katalon Studio, which knows nothing else, and Ed25519 for native leases. */
export async function newSigningKey(
  purpose: SigningPurpose,
  secretKey: SecretKey,
): Promise<Omit<SigningKey, 'createdAt'>> {
  const { publicKey, privateKey } =
    purpose === 'studio' ? await generate('rsa', { modulusLength: 2048 }) : await generate('ed25519');
  return {
    purpose,
    kid: await keyIdOf(publicKey),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeySealed: secretKey.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
  };
}
