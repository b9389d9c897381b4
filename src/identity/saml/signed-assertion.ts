import { type SAML } from '@node-saml/node-saml';
import { type Element } from '@xmldom/xmldom';
import { promisify } from 'node:util';
import { decrypt } from 'xml-encryption';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { elementAttribute, childrenOf, descendantsOf, isNamed, parseXml, xmlOf } from './xml.js';

/** Signatures that this server trusts. SHA-1 is no longer safe, and with HMAC the public certificate would be the key. */
const signatureMethods = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
];
const digestMethods = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'];

/**
 * Tags of a message: of a person in 700 groups. To find what is signed takes the square of the time, and other requests would have
 * to wait for a message with many more.
 */
const maxTags = 1500;

/** How a provider may encrypt the key of an assertion; the padding of PKCS #1 1.5 lets strangers find it by asking often. */
const keyMethods = ['http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p'];

const decryptXml = promisify(decrypt);

/** A response as it has come, and as XML. */
export interface SamlResponse {
  base64: string;
  root: Element;
}

/**
 * Reads what a browser has brought, without trusting it yet.
 *
 * @throws SingleSignOnError
 * @throws XmlError
 */
export function readResponse(base64: string): SamlResponse {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  if (text.split('<').length > maxTags) {
    const reason =
      'The response has too many elements: have the provider send the groups alone that this server needs.';
    throw new SingleSignOnError('provider-too-many-groups', reason);
  }
  return { base64, root: parseMessage(text) };
}

/** With what an assertion is opened and checked. */
interface Means {
  /** Those that open what is encrypted, in PEM: any one of them does. */
  privateKeys: readonly string[];
  /** The library, with the key with which it opens what is encrypted. */
  samlWith: (privateKey: string | undefined) => SAML;
}

/**
 * The assertion in a response, exactly as the provider has signed it: what is not signed is not in it.
 *
 * @throws SingleSignOnError
 * @throws XmlError
 */
export async function signedAssertion({ base64, root }: SamlResponse, means: Means): Promise<Element> {
  checkSignatureMethods(root);
  const [encrypted] = childrenOf(root, 'assertion', 'EncryptedAssertion');
  const privateKey = encrypted && (await keyThatOpens(encrypted, means.privateKeys));
  const { profile } = await means.samlWith(privateKey).validatePostResponseAsync({ SAMLResponse: base64 });
  const text = profile?.getAssertionXml?.();
  if (!text) throw new SingleSignOnError('provider-answer-invalid', 'The response has no assertion.');
  return parseMessage(text);
}

/** The key for an assertion, once what it opens is checked: the library opens it by itself, but looks at it less closely. */
async function keyThatOpens(encrypted: Element, privateKeys: readonly string[]): Promise<string> {
  for (const each of descendantsOf(encrypted, 'encryption', 'EncryptedKey')) {
    checkMethods(childrenOf(each, 'encryption', 'EncryptionMethod'), keyMethods);
  }
  const sealed = xmlOf(encrypted);
  let failure = '';
  for (const privateKey of privateKeys) {
    const opened = await decryptXml(sealed, { key: privateKey }).catch((error: unknown) => error as Error);
    if (typeof opened === 'string') {
      checkSignatureMethods(parseMessage(opened));
      return privateKey;
    }
    failure = opened.message;
  }
  const reason = `No key of this server decrypts the assertion: ${failure.slice(0, 200)}`;
  throw new SingleSignOnError('provider-answer-invalid', reason);
}

/**
 * Reads a message of a provider. Nothing signed looks different for a comment in it, and not everything reads on after one.
 *
 * @throws SingleSignOnError
 * @throws XmlError
 */
export function parseMessage(text: string): Element {
  if (text.includes('<!--')) throw new SingleSignOnError('provider-answer-invalid', 'Comments are not accepted.');
  return parseXml(text, maxTags);
}

/** @throws SingleSignOnError */
export function checkSignatureMethods(root: Element): void {
  const signatures = [
    ...(isNamed(root, 'signature', 'Signature') ? [root] : []),
    ...descendantsOf(root, 'signature', 'Signature'),
  ];
  for (const signature of signatures) {
    checkMethods(descendantsOf(signature, 'signature', 'SignatureMethod'), signatureMethods);
    const references = descendantsOf(signature, 'signature', 'Reference');
    checkMethods(
      references.flatMap((each) => childrenOf(each, 'signature', 'DigestMethod')),
      digestMethods,
    );
  }
}

function checkMethods(elements: readonly Element[], accepted: readonly string[]): void {
  for (const element of elements) {
    const method = elementAttribute(element, 'Algorithm') ?? '';
    if (accepted.includes(method)) continue;
    const reason = `The algorithm ${JSON.stringify(method.slice(0, 200))} is not accepted.`;
    throw new SingleSignOnError('provider-answer-invalid', reason);
  }
}
