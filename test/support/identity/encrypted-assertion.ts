import { createPublicKey } from 'node:crypto';
import { promisify } from 'node:util';
import { encrypt } from 'xml-encryption';

const encryptXml = promisify(encrypt);

/**
 * Encrypts the assertions of a response for a service, as anyone can who reads its metadata.
 *
 * @param metadata of the service
 */
export async function withEncryptedAssertions(response: string, metadata: string): Promise<string> {
  const [, certificate = ''] = /use="encryption"[^]*?<ds:X509Certificate>([^<]+)/.exec(metadata) ?? [];
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----`;
  const [assertions = ''] = /<saml:Assertion[^]*<\/saml:Assertion>/.exec(response) ?? [];
  const encrypted = await encryptXml(assertions, {
    rsa_pub: createPublicKey(pem).export({ type: 'spki', format: 'pem' }),
    pem,
    encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  });
  const name = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';
  return response.replace(assertions, `<saml:EncryptedAssertion ${name}>${encrypted}</saml:EncryptedAssertion>`);
}
