import { X509Certificate } from 'node:crypto';

/**
 * `https`: that of this server. `saml-server`: with which this server signs what it says to a SAML provider. `saml-provider`: with
 * which the provider signs.
 */
export const certificateUses = ['https', 'saml-server', 'saml-provider'] as const;
export type CertificateUse = (typeof certificateUses)[number];

/** A certificate that has to be replaced before it ends. */
export interface KnownCertificate {
  use: CertificateUse;
  /** The host, or the provider. */
  name: string;
  /** Null for `https`. */
  providerId: number | null;
  expiresAt: Date;
}

/** Days before their end at which people are told, and told again. Those of SAML are entered at two places, which may take weeks. */
export const certificateWarningDays = {
  https: [21, 7, 1, 0],
  'saml-server': [30, 7, 1, 0],
  'saml-provider': [30, 7, 1, 0],
} as const satisfies Record<CertificateUse, readonly number[]>;

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

/** When the last of these certificates ends: the next one is published beside the present one. */
export function lastEndOf(certificates: readonly X509Certificate[]): Date {
  return new Date(Math.max(...certificates.map(({ validTo }) => Date.parse(validTo))));
}
