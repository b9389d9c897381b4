import { type ServiceAddresses } from './saml-client.js';
import { type ServiceKey, type ServiceKeys } from './saml-settings.js';
import { keysIn, newestOf } from './service-keys.js';

/** How a provider may encrypt: what this server can open. */
const encryption = [
  'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  'http://www.w3.org/2001/04/xmlenc#aes128-cbc',
  'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
];
const bindings = 'urn:oasis:names:tc:SAML:2.0:bindings';

/**
 * What a provider has to know about this server (SAML 2.0 Metadata, section 2.4.4). Each key may have signed a request; a provider
 * encrypts for the newest, so it has to read the metadata only once while a key is replaced.
 */
export function serviceMetadata({ metadata, acs, logout }: ServiceAddresses, keys: ServiceKeys): string {
  const signing = keysIn(keys).map((each) => keyDescriptor('signing', each));
  const encrypting = keyDescriptor('encryption', newestOf(keys), encryption);
  const service = (binding: string): string =>
    `\n    <SingleLogoutService Binding="${bindings}:${binding}" Location="${escaped(logout)}"/>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${escaped(metadata)}">
  <SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${signing.join('')}${encrypting}${service('HTTP-Redirect')}${service('HTTP-POST')}
    <AssertionConsumerService Binding="${bindings}:HTTP-POST" Location="${escaped(acs)}" index="0" isDefault="true"/>
  </SPSSODescriptor>
</EntityDescriptor>
`;
}

function keyDescriptor(use: string, { certificate }: ServiceKey, methods: readonly string[] = []): string {
  const base64 = certificate.replace(/-----[A-Z ]+-----|\s/g, '');
  const accepted = methods.map((each) => `\n      <EncryptionMethod Algorithm="${each}"/>`);
  return `
    <KeyDescriptor use="${use}">
      <ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${accepted.join('')}
    </KeyDescriptor>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
