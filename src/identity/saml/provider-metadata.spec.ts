import 'reflect-metadata';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { webcrypto } from 'node:crypto';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { maxMetadata, readMetadata } from './provider-metadata.js';
import { newServiceKey } from './service-key.js';

const md = 'urn:oasis:names:tc:SAML:2.0:metadata';
const saml2 = 'urn:oasis:names:tc:SAML:2.0:protocol';
const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';
const signOn = `<SingleSignOnService Binding="${redirect}" Location="https://login.test/saml"/>`;
const now = new Date('2027-03-01T09:00:00Z');

/** Certificates in base64. */
let current: string;
let next: string;
let short: string;
beforeAll(async () => {
  const certificates = await Promise.all([newServiceKey(now), newServiceKey(now)]);
  [current, next] = certificates.map(({ certificate }) => base64Of(certificate)) as [string, string];
  short = await shortCertificate();
});

function base64Of(pem: string): string {
  return pem.replace(/-----[A-Z ]+-----|\s/g, '');
}

/** With a key that can be computed from it. */
async function shortCertificate(): Promise<string> {
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1024 };
  const publicExponent = new Uint8Array([1, 0, 1]);
  const keys = await webcrypto.subtle.generateKey({ ...algorithm, publicExponent }, true, ['sign', 'verify']);
  const fields = { name: 'CN=Short', notBefore: now, notAfter: now, signingAlgorithm: algorithm, keys };
  return base64Of((await X509CertificateGenerator.createSelfSigned(fields, webcrypto)).toString('pem'));
}

function key(certificate: string, use = ''): string {
  const attribute = use && ` use="${use}"`;
  return `<KeyDescriptor${attribute}><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`;
}

interface Parts {
  /** In the element of the provider. */
  role?: string;
  /** Attributes of the whole. */
  attributes?: string;
  supports?: string;
}

function provider({
  role = key(current) + signOn,
  attributes = 'entityID="https://login.test"',
  supports = saml2,
}: Parts = {}): string {
  return `<EntityDescriptor xmlns="${md}" ${attributes}><IDPSSODescriptor protocolSupportEnumeration="${supports}">${role}</IDPSSODescriptor></EntityDescriptor>`;
}

/** Why metadata is refused, in words for administrators. */
function refusalOf(text: string, at?: Date): string {
  try {
    readMetadata(text, at);
  } catch (error) {
    if (error instanceof SingleSignOnError) return error.reason;
    throw error;
  }
  throw new Error('The metadata was accepted');
}

describe('The metadata of a SAML provider', () => {
  it('says who the provider is, where browsers go, and with what it signs', () => {
    const out = `<SingleLogoutService Binding="${redirect}" Location="https://login.test/out" ResponseLocation="https://login.test/answer"/>`;
    const read = readMetadata(
      `\uFEFF<?xml version="1.0"?>\n${provider({ role: key(current, 'signing') + out + signOn })}`,
      now,
    );
    expect(read).toMatchObject({
      ...{ entityId: 'https://login.test', signOn: 'https://login.test/saml', wantsSignedRequests: false },
      signOut: { request: 'https://login.test/out', answer: 'https://login.test/answer' },
    });
    expect(read.certificates.map(({ raw }) => raw.toString('base64'))).toEqual([current]);
  });

  it('may have two certificates, for one is about to take the place of the other', () => {
    const read = readMetadata(provider({ role: key(current, 'signing') + key(next) + signOn }));
    expect(read.certificates.map(({ raw }) => raw.toString('base64'))).toEqual([current, next]);
  });

  it('is read without the certificates that are only for encryption, or too weak', () => {
    const read = readMetadata(provider({ role: key(next, 'encryption') + key(short) + key(current) + signOn }));
    expect(read.certificates.map(({ raw }) => raw.toString('base64'))).toEqual([current]);
  });

  it('may be a list with one provider in it', () => {
    const other = `<EntityDescriptor entityID="https://service.test"><SPSSODescriptor protocolSupportEnumeration="${saml2}"/></EntityDescriptor>`;
    expect(readMetadata(`<EntitiesDescriptor xmlns="${md}">${other}${provider()}</EntitiesDescriptor>`).entityId).toBe(
      'https://login.test',
    );
  });

  it('is good until its time is over', () => {
    const text = provider({ attributes: 'entityID="https://login.test" validUntil="2027-03-01T08:59:59Z"' });
    expect(refusalOf(text, now)).toContain('valid until 2027-03-01');
    expect(readMetadata(text).entityId).toBe('https://login.test');
  });

  // What each says is for the administrator who has entered it.
  it.each<[string, () => string, string]>([
    ['has no entityID', () => provider({ attributes: '' }), 'no entityID'],
    ['has an empty entityID', () => provider({ attributes: 'entityID=""' }), 'no entityID'],
    ['is of a service', () => provider().replaceAll('IDPSSODescriptor', 'SPSSODescriptor'), 'another service'],
    ['speaks SAML 1.1 only', () => provider({ supports: 'urn:oasis:names:tc:SAML:1.1:protocol' }), 'another service'],
    ['has no address to sign in', () => provider({ role: key(current) }), 'no SingleSignOnService'],
    [
      'takes forms only',
      () => provider({ role: key(current) + signOn.replace(redirect, post) }),
      'no SingleSignOnService',
    ],
    [
      'has an address that is a script',
      () => provider({ role: key(current) + signOn.replace('https:', 'javascript:') }),
      'no usable SingleSignOnService',
    ],
    [
      'has an address without a host',
      () => provider({ role: key(current) + signOn.replace('https://login.test', '') }),
      'no usable SingleSignOnService',
    ],
    ['has no certificate', () => provider({ role: signOn }), 'no certificate for signing'],
    [
      'has a certificate for encryption only',
      () => provider({ role: key(current, 'encryption') + signOn }),
      'no certificate for signing',
    ],
    ['has a weak key only', () => provider({ role: key(short) + signOn }), 'at least 2048 bits'],
    [
      'has a certificate that is none',
      () => provider({ role: key('bm90IGEgY2VydGlmaWNhdGU=') + signOn }),
      'cannot be read',
    ],
    [
      'lists several providers',
      () => `<EntitiesDescriptor xmlns="${md}">${provider()}${provider()}</EntitiesDescriptor>`,
      'several providers',
    ],
    ['lists none', () => `<EntitiesDescriptor xmlns="${md}"/>`, 'not the metadata'],
    ['has the right names of another language', () => provider().replace(md, 'urn:another'), 'not the metadata'],
    ['is a web page', () => '<html><body>Sign in</body></html>', 'not the metadata'],
    ['is text', () => 'https://login.test/metadata', 'cannot be read'],
    ['is empty', () => '', 'cannot be read'],
    ['is cut off', () => provider().slice(0, -20), 'cannot be read'],
    ['has a document type', () => `<!DOCTYPE a>${provider()}`, 'A document type is not accepted'],
    [
      'reads files by an entity',
      () => `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${provider({ role: `&x;${signOn}` })}`,
      'A document type is not accepted',
    ],
    [
      'grows by entities',
      () => `<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${provider({ role: '&b;' })}`,
      'A document type is not accepted',
    ],
    [
      'has an entity that nobody declares',
      () => provider({ role: `&unknown;${key(current)}${signOn}` }),
      'cannot be read',
    ],
    [
      'has instructions for programs',
      () => `<?xml-stylesheet href="https://evil.test"?>${provider()}`,
      'Processing instructions are not accepted',
    ],
    ['is deep', () => provider({ role: `${'<a>'.repeat(100)}${'</a>'.repeat(100)}` }), 'nested too deeply'],
    ['has very many elements', () => provider({ role: '<a/>'.repeat(20_000) }), 'too many elements'],
    [
      'has very many attributes',
      () => provider({ attributes: Array.from({ length: 60 }, (_, n) => `a${n}=""`).join(' ') }),
      'too many attributes',
    ],
    ['is larger than that of one provider', () => provider() + ' '.repeat(maxMetadata), 'too large'],
  ])('is refused when it %s', (_what, text, reason) => {
    expect(refusalOf(text())).toContain(reason);
  });

  it('takes a comment inside a name for what it is', () => {
    const text = provider({ role: key(`${current.slice(0, 40)}<!-- cut -->${current.slice(40)}`) + signOn });
    expect(readMetadata(text).certificates.map(({ raw }) => raw.toString('base64'))).toEqual([current]);
  });
});
