import { type Element } from '@xmldom/xmldom';
import { X509Certificate } from 'node:crypto';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { elementAttribute, childrenOf, descendantsOf, isNamed, parseXml, elementText, XmlError } from './xml.js';

const redirectBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';

/** Characters; that of a provider has up to 70,000. A federation's has millions, and would keep other requests waiting. */
export const maxMetadata = 300_000;

/** Shorter keys can be computed from their certificates. */
const minKeyBits = 2048;

/** What a SAML provider says about itself. */
export interface SamlMetadata {
  entityId: string;
  /** Where browsers go to sign in, by HTTP-Redirect. */
  signOn: string;
  /** Where browsers go to sign out, by HTTP-Redirect, and with the answer to a request from there. */
  signOut: { request: string; answer: string } | undefined;
  /** With any of these the provider may sign. */
  certificates: X509Certificate[];
  wantsSignedRequests: boolean;
}

/**
 * Reads the metadata of a provider (SAML 2.0 Metadata, section 2.4.3).
 *
 * @param now absent: it does not matter whether the metadata is still valid
 * @throws SingleSignOnError
 */
export function readMetadata(text: string, now?: Date): SamlMetadata {
  const entity = entityIn(parsed(text));
  const validUntil = new Date(elementAttribute(entity, 'validUntil') ?? NaN);
  if (now && validUntil < now) throw misconfigured(`The metadata was valid until ${validUntil.toISOString()}.`);
  const entityId = elementAttribute(entity, 'entityID');
  if (entityId === undefined) throw misconfigured('The metadata has no entityID.');
  const [role] = rolesOf(entity);
  if (!role) throw misconfigured('This is the metadata of another service, not of an identity provider.');
  const signOn = addressIn(role, 'SingleSignOnService');
  if (!signOn) throw misconfigured('The metadata has no SingleSignOnService with the binding HTTP-Redirect.');
  const signOut = addressIn(role, 'SingleLogoutService');
  return {
    entityId,
    signOn: signOn.request,
    signOut,
    certificates: certificatesIn(role),
    wantsSignedRequests: /^(true|1)$/.test(elementAttribute(role, 'WantAuthnRequestsSigned') ?? ''),
  };
}

function parsed(text: string): Element {
  if (text.length > maxMetadata) throw misconfigured('The metadata is too large: enter that of one provider.');
  try {
    // Editors put a mark at the beginning of files.
    return parseXml(text.replace(/^\uFEFF/, '').trim());
  } catch (error) {
    throw error instanceof XmlError ? misconfigured(`The metadata cannot be read. ${error.message}`) : error;
  }
}

/** The provider, alone or as the only one in a list. */
function entityIn(root: Element): Element {
  if (isNamed(root, 'metadata', 'EntityDescriptor')) return root;
  const isList = isNamed(root, 'metadata', 'EntitiesDescriptor');
  const found = isList
    ? childrenOf(root, 'metadata', 'EntityDescriptor').filter((each) => rolesOf(each).length > 0)
    : [];
  const [entity] = found;
  if (!entity) throw misconfigured('This is not the metadata of a SAML 2.0 identity provider.');
  if (found.length > 1) throw misconfigured('The metadata describes several providers: enter that of one.');
  return entity;
}

function rolesOf(entity: Element): Element[] {
  return childrenOf(entity, 'metadata', 'IDPSSODescriptor').filter((role) =>
    elementAttribute(role, 'protocolSupportEnumeration')?.split(/\s+/).includes(protocol),
  );
}

function addressIn(role: Element, name: string): SamlMetadata['signOut'] {
  const service = childrenOf(role, 'metadata', name).find(
    (each) => elementAttribute(each, 'Binding') === redirectBinding,
  );
  const request = elementAttribute(service, 'Location');
  if (request === undefined) return undefined;
  const answer = elementAttribute(service, 'ResponseLocation') ?? request;
  for (const each of [request, answer]) {
    const url = URL.canParse(each) ? new URL(each) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) throw misconfigured(`The metadata has no usable ${name}: ${each}.`);
  }
  return { request, answer };
}

function certificatesIn(role: Element): X509Certificate[] {
  const keys = childrenOf(role, 'metadata', 'KeyDescriptor').filter(
    (each) => elementAttribute(each, 'use') !== 'encryption',
  );
  const found = keys.flatMap((each) => descendantsOf(each, 'signature', 'X509Certificate')).map(certificateIn);
  const usable = found.filter(({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }) => {
    return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= minKeyBits;
  });
  if (usable.length === 0) {
    throw misconfigured(`The metadata has no certificate for signing with an RSA key of at least ${minKeyBits} bits.`);
  }
  return usable;
}

function certificateIn(element: Element): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(elementText(element).replace(/\s+/g, ''), 'base64'));
  } catch {
    throw misconfigured('The metadata has a certificate that cannot be read.');
  }
}

function misconfigured(reason: string): SingleSignOnError {
  return new SingleSignOnError('provider-misconfigured', reason);
}
