import { type SAML } from '@node-saml/node-saml';
import { type X509Certificate, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { checkAge, type Expectation, timeIn } from './assertion.js';
import { parseMessage, checkSignatureMethods } from './signed-assertion.js';
import { elementAttribute, childrenOf, isNamed, onlyChildOf, elementText } from './xml.js';

/** Bytes of a request that was compressed. */
const maxBytes = 100_000;
const inflate = promisify(inflateRaw);

/** Signatures of addresses, by their names in them (SAML 2.0 Bindings, section 3.4.4.1). */
const digests: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
};

/** How a request to sign a person out has come: in an address, or in a form. */
export type LogoutMessage = { query: string } | { form: string };

/** Whom a provider has signed out. */
export interface SamlLogoutRequest {
  id: string;
  issuedAt: Date;
  subject: string;
  /** What the provider calls its sessions; empty: all of the person. */
  sessions: string[];
}

/** The library, the certificates that it knows, and what a request must be made for. */
interface Checks {
  saml: SAML;
  certificates: readonly X509Certificate[];
  expected: Pick<Expectation, 'issuer' | 'recipient' | 'now'>;
}

/**
 * Reads a request of a provider, which must be signed.
 *
 * @throws SingleSignOnError
 */
export async function readLogoutRequest(message: LogoutMessage, checks: Checks): Promise<SamlLogoutRequest> {
  const { saml, certificates, expected } = checks;
  const text = 'query' in message ? await textOfQuery(message.query, certificates) : textOfForm(message.form);
  const root = parseMessage(text);
  checkSignatureMethods(root);
  // Throws for a signature that is not good for the whole request.
  if ('form' in message) await saml.validatePostRequestAsync({ SAMLRequest: message.form });
  if (!isNamed(root, 'protocol', 'LogoutRequest')) throw invalid('This is not a request to sign out.');
  if (elementText(onlyChildOf(root, 'assertion', 'Issuer')) !== expected.issuer)
    throw invalid('It is of another issuer.');
  const destination = elementAttribute(root, 'Destination');
  if (destination !== expected.recipient) throw invalid('The request is for another address.');
  const issuedAt = checkAge(timeIn(root, 'IssueInstant'), expected.now);
  const id = elementAttribute(root, 'ID');
  const subject = elementText(onlyChildOf(root, 'assertion', 'NameID'));
  if (id === undefined || subject === '') throw invalid('The request does not say whom to sign out.');
  return {
    id,
    issuedAt,
    subject,
    sessions: childrenOf(root, 'protocol', 'SessionIndex').map(elementText).filter(Boolean),
  };
}

function textOfForm(form: string): string {
  return Buffer.from(form, 'base64').toString('utf8');
}

/** What is signed is the query as it was sent, in this order. */
async function textOfQuery(query: string, certificates: readonly X509Certificate[]): Promise<string> {
  const sent = new Map<string, string>();
  for (const part of query.split('&')) {
    const [name = ''] = part.split('=');
    if (sent.has(name)) throw invalid(`${name.slice(0, 50)} is there twice.`);
    sent.set(name, part);
  }
  const valueOf = (name: string): string => new URLSearchParams(sent.get(name) ?? '').get(name) ?? '';
  const digest = digests[valueOf('SigAlg')];
  if (digest === undefined) throw invalid('The request is not signed, or with an algorithm that is not accepted.');
  const signed = ['SAMLRequest', 'RelayState', 'SigAlg']
    .map((name) => sent.get(name))
    .filter((part) => part !== undefined);
  const content = Buffer.from(signed.join('&'));
  const signature = Buffer.from(valueOf('Signature'), 'base64');
  if (!certificates.some(({ publicKey }) => verify(digest, content, publicKey, signature))) {
    throw invalid('The signature of the request is not valid.');
  }
  const inflated = await inflate(Buffer.from(valueOf('SAMLRequest'), 'base64'), { maxOutputLength: maxBytes });
  return inflated.toString('utf8');
}

function invalid(reason: string): SingleSignOnError {
  return new SingleSignOnError('provider-answer-invalid', reason);
}
