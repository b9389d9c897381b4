import { webcrypto } from 'node:crypto';
import { type ServiceKey } from './saml-settings.js';

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 3072,
  publicExponent: new Uint8Array([1, 0, 1]),
};

/** Days for which the certificate is valid. It is self-signed: providers only take the key from it. */
const certificateDays = 3650;
const dayMillis = 86_400_000;

/** A new key pair for one provider. Encryption needs RSA, and so the same pair serves for signing. */
export async function newServiceKey(now: Date): Promise<ServiceKey> {
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=License server',
      // A provider whose clock is behind accepts it too.
      notBefore: new Date(now.getTime() - dayMillis),
      notAfter: new Date(now.getTime() + certificateDays * dayMillis),
      signingAlgorithm: algorithm,
      keys,
    },
    webcrypto,
  );
  const privateKey = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { privateKey: pemOf('PRIVATE KEY', privateKey), certificate: certificate.toString('pem') };
}

function pemOf(label: string, der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
