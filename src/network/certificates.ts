import { X509Certificate } from 'node:crypto';

/** Whether a text holds certificates in PEM form, all of which can be read. */
export function holdsCertificates(pem: string): boolean {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const each of certificates) new X509Certificate(each);
  } catch {
    return false;
  }
  return certificates.length > 0;
}
