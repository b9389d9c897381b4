// A SAML provider in a process of its own, as a company runs one. The test sets its people, turns its keys, and has it lie: what a
// provider must never do is what a service has to notice.
import 'reflect-metadata';
import { createServer } from 'node:http';
import { createPublicKey, createSign, createVerify, randomUUID, webcrypto, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { X509CertificateGenerator } from '@peculiar/x509';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { encrypt } from 'xml-encryption';

const rsa = {
  ...{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ...{ modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
};
const saml = 'urn:oasis:names:tc:SAML:2.0';
const encryptXml = promisify(encrypt);

/** The people by their names, who sits in front of the browser, how the provider lies, and the service that it knows. */
let people = {};
let present;
let lie = {};
let service;
let wantsSignedRequests = false;
/** Answers every request with this instead; undefined: answers as it should. */
let instead;
/** The first one signs; the metadata has all of them. */
let keys = [];
let issuer;
/** What the service has asked, newest last. */
const requests = [];

async function newKey() {
  const pair = await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    { name: 'CN=Provider', keys: pair, signingAlgorithm: rsa },
    webcrypto,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)).toString('base64');
  return {
    privateKey: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----`,
    certificate: certificate.toString('base64'),
  };
}

const escaped = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
const at = (seconds) => new Date(Date.now() + ((lie.clock ?? 0) + seconds) * 1000).toISOString();

function metadata() {
  const described = keys.map(
    ({ certificate }) =>
      `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  );
  return `<?xml version="1.0"?>
<!-- of a test -->
<md:EntityDescriptor xmlns:md="${saml}:metadata" entityID="${issuer}/entity">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="${wantsSignedRequests}" protocolSupportEnumeration="${saml}:protocol">
    ${described.join('\n')}
    <md:SingleLogoutService Binding="${saml}:bindings:HTTP-Redirect" Location="${issuer}/slo"/>
    <md:SingleSignOnService Binding="${saml}:bindings:HTTP-POST" Location="${issuer}/sso"/>
    <md:SingleSignOnService Binding="${saml}:bindings:HTTP-Redirect" Location="${issuer}/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`;
}

/** @param requestId of the request that it answers; undefined: nobody has asked */
async function response(requestId) {
  const person = people[present];
  const answered = lie.inResponseTo ?? requestId;
  const inResponseTo = answered ? ` InResponseTo="${escaped(answered)}"` : '';
  const destination = escaped(lie.destination ?? service.acs);
  const status = person ? 'Success' : 'Responder';
  const message = person ? '' : '<samlp:StatusMessage>Not today.</samlp:StatusMessage>';
  const head = `<samlp:Response xmlns:samlp="${saml}:protocol" xmlns:saml="${saml}:assertion" ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(0)}" Destination="${destination}"${inResponseTo}>`;
  const from = `<saml:Issuer>${escaped(lie.responseIssuer ?? lie.issuer ?? `${issuer}/entity`)}</saml:Issuer>`;
  const code = `<samlp:Status><samlp:StatusCode Value="${saml}:status:${status}"/>${message}</samlp:Status>`;
  const said = person ? await packed(assertion(person, inResponseTo)) : '';
  const text = `${head}${from}${code}${said}</samlp:Response>`;
  return lie.signsResponse ? signed(text, 'Response') : text;
}

function assertion(person, inResponseTo) {
  const attributes = Object.entries(person.attributes ?? {}).map(
    ([name, values]) =>
      `<saml:Attribute Name="${escaped(name)}">${[values]
        .flat()
        .map((value) => `<saml:AttributeValue>${escaped(value)}</saml:AttributeValue>`)
        .join('')}</saml:Attribute>`,
  );
  const format = lie.format ?? `${saml}:nameid-format:persistent`;
  const recipient = escaped(lie.recipient ?? service.acs);
  const audience = lie.audience === null ? '' : audienceOf(lie.audience ?? service.entityId);
  return [
    `<saml:Assertion xmlns:saml="${saml}:assertion" ID="${lie.id ?? `_${randomUUID()}`}" Version="2.0" IssueInstant="${at(lie.issued ?? 0)}">`,
    `<saml:Issuer>${escaped(lie.issuer ?? `${issuer}/entity`)}</saml:Issuer>`,
    `<saml:Subject><saml:NameID Format="${format}">${lie.nameId ?? escaped(present)}</saml:NameID>`,
    `<saml:SubjectConfirmation Method="${saml}:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${at(lie.end ?? 300)}" Recipient="${recipient}"${inResponseTo}/></saml:SubjectConfirmation></saml:Subject>`,
    `<saml:Conditions NotBefore="${at(lie.begin ?? 0)}" NotOnOrAfter="${at(lie.end ?? 300)}">${audience}</saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${at(lie.signedIn ?? 0)}" SessionIndex="session of ${escaped(present)}"><saml:AuthnContext><saml:AuthnContextClassRef>${saml}:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
    attributes.length > 0 ? `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement>` : '',
    '</saml:Assertion>',
  ].join('');
}

function audienceOf(audience) {
  return `<saml:AudienceRestriction><saml:Audience>${escaped(audience)}</saml:Audience></saml:AudienceRestriction>`;
}

/** Signs an assertion, and encrypts it for the service. */
async function packed(text) {
  const done = lie.unsigned ? text : signed(text, 'Assertion');
  if (!lie.encrypts) return done;
  const pem = `-----BEGIN CERTIFICATE-----\n${service.encryption}\n-----END CERTIFICATE-----`;
  const encrypted = await encryptXml(done, {
    rsa_pub: createPublicKey(pem).export({ type: 'spki', format: 'pem' }),
    pem,
    encryptionAlgorithm: `http://www.w3.org/2009/xmlenc11#aes256-gcm`,
    keyEncryptionAlgorithm: `http://www.w3.org/2001/04/xmlenc#${lie.encrypts}`,
    warnInsecureAlgorithm: false,
  });
  return `<saml:EncryptedAssertion>${encrypted}</saml:EncryptedAssertion>`;
}

function signed(text, name) {
  const key = lie.foreignKey ?? keys[0];
  const [method, digest] = lie.sha1
    ? ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#sha1']
    : ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2001/04/xmlenc#sha256'];
  const signature = new SignedXml({
    privateKey: key.privateKey,
    publicCert: `-----BEGIN CERTIFICATE-----\n${key.certificate}\n-----END CERTIFICATE-----`,
    signatureAlgorithm: method,
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  });
  signature.addReference({
    xpath: `/*[local-name()='${name}']`,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
    digestAlgorithm: digest,
  });
  const location = { reference: `/*[local-name()='${name}']/*[local-name()='Issuer']`, action: 'after' };
  signature.computeSignature(text, { prefix: 'ds', location });
  return signature.getSignedXml();
}

/** A page that sends a form at once. */
function form(action, fields) {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
  );
  return `<!doctype html><title>Provider</title><form method="post" action="${escaped(action)}">${inputs.join('')}<button>Continue</button></form><script>document.forms[0].submit()</script>`;
}

function requestIn(query, searchParams) {
  const text = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest'), 'base64')).toString('utf8');
  const root = new DOMParser().parseFromString(text, 'text/xml').documentElement;
  const signer = searchParams.has('Signature') ? signerOf(query, searchParams) : undefined;
  const find = (name) => root.getElementsByTagNameNS(`${saml}:assertion`, name)[0]?.textContent;
  const request = {
    ...{ kind: root.localName, id: root.getAttribute('ID'), destination: root.getAttribute('Destination') },
    ...{ acs: root.getAttribute('AssertionConsumerServiceURL'), issuer: find('Issuer'), isSigned: !!signer, signer },
    ...{ forced: root.getAttribute('ForceAuthn') === 'true', nameId: find('NameID') },
    sessionIndex: root.getElementsByTagNameNS(`${saml}:protocol`, 'SessionIndex')[0]?.textContent,
  };
  requests.push(request);
  return request;
}

/**
 * SAML 2.0 Bindings, section 3.4.4.1: over the parameters as they were sent.
 *
 * @returns the fingerprint of the service's certificate with whose key they are signed; undefined: with none of them
 */
function signerOf(query, searchParams) {
  const sent = Object.fromEntries(query.split('&').map((each) => [each.split('=')[0], each]));
  const over = ['SAMLRequest', 'RelayState', 'SigAlg'].map((name) => sent[name]).filter(Boolean);
  if (searchParams.get('SigAlg') !== 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256') return undefined;
  const signature = searchParams.get('Signature');
  return service.signing
    .map((each) => new X509Certificate(Buffer.from(each, 'base64')))
    .find(({ publicKey }) => createVerify('RSA-SHA256').update(over.join('&')).verify(publicKey, signature, 'base64'))
    ?.fingerprint256.replaceAll(':', '')
    .toLowerCase();
}

async function answer(request, reply) {
  if (instead === 'nothing') return;
  if (instead) {
    reply.writeHead(instead.status, instead.headers ?? {}).end(instead.body ?? '');
    return;
  }
  const { pathname, search, searchParams } = new URL(request.url, issuer);
  const html = { 'content-type': 'text/html; charset=utf-8' };
  if (pathname === '/metadata') {
    reply.writeHead(200, { 'content-type': 'application/samlmetadata+xml' }).end(metadata());
  } else if (pathname === '/sso') {
    const asked = requestIn(search.slice(1), searchParams);
    if (wantsSignedRequests && !asked.isSigned) {
      reply.writeHead(403, html).end('The request is not signed.');
      return;
    }
    const fields = { SAMLResponse: Buffer.from(await response(asked.id)).toString('base64') };
    reply.writeHead(200, html).end(form(service.acs, { ...fields, RelayState: searchParams.get('RelayState') ?? '' }));
  } else if (pathname === '/start') {
    const fields = { SAMLResponse: Buffer.from(await response()).toString('base64') };
    reply.writeHead(200, html).end(form(service.acs, { ...fields, RelayState: searchParams.get('RelayState') ?? '' }));
  } else if (pathname === '/slo') {
    const { id } = requestIn(search.slice(1), searchParams);
    const text = `<samlp:LogoutResponse xmlns:samlp="${saml}:protocol" ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(0)}" Destination="${service.logout}" InResponseTo="${id}"><saml:Issuer xmlns:saml="${saml}:assertion">${issuer}/entity</saml:Issuer><samlp:Status><samlp:StatusCode Value="${saml}:status:Success"/></samlp:Status></samlp:LogoutResponse>`;
    const query = new URLSearchParams({ SAMLResponse: deflateRawSync(text).toString('base64') });
    reply.writeHead(302, { location: `${service.logout}?${query}` }).end();
  } else reply.writeHead(404).end();
}

/** What a message asks for; the answer goes back. */
const actions = {
  async start() {
    const server = createServer((request, reply) =>
      answer(request, reply).catch((error) => reply.writeHead(500).end(error.stack)),
    );
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    // Another site than 127.0.0.1: browsers send no cookies from one to the other.
    issuer = `http://localhost:${server.address().port}`;
    keys = [await newKey()];
    return { issuer };
  },
  async set(state) {
    if ('people' in state) people = state.people;
    if ('present' in state) present = state.present ?? undefined;
    if ('lie' in state) lie = { ...state.lie };
    if ('instead' in state) instead = state.instead ?? undefined;
    if ('wantsSignedRequests' in state) wantsSignedRequests = state.wantsSignedRequests;
    if (lie.foreignKey) lie.foreignKey = await newKey();
    return {};
  },
  /** Reads the metadata of the service, as an administrator has a provider do. */
  async register({ metadataUrl }) {
    const text = await (await fetch(metadataUrl)).text();
    const root = new DOMParser().parseFromString(text, 'text/xml').documentElement;
    const all = (name) => Array.from(root.getElementsByTagNameNS(`${saml}:metadata`, name));
    const certificates = (use) =>
      all('KeyDescriptor')
        .filter((each) => each.getAttribute('use') === use)
        .map((each) => each.textContent.trim());
    service = {
      entityId: root.getAttribute('entityID'),
      acs: all('AssertionConsumerService')[0].getAttribute('Location'),
      logout: all('SingleLogoutService')[0].getAttribute('Location'),
      ...{ signing: certificates('signing'), encryption: certificates('encryption')[0] },
    };
    return { service };
  },
  /** From now on its metadata has another key, too. */
  async announceKey() {
    keys = [...keys, await newKey()];
    return {};
  },
  /** From now on it signs with the key that was announced last, or with one that nobody knows yet. */
  async turnKey({ announced }) {
    keys = announced ? [keys.at(-1), ...keys.slice(0, -1)] : [await newKey()];
    return {};
  },
  /** A request to sign out, as an address of the service or as a form for it. */
  async logoutRequest({ nameId, sessionIndex, binding, unsigned, altered }) {
    const id = `_${randomUUID()}`;
    const index = sessionIndex ? `<samlp:SessionIndex>${escaped(sessionIndex)}</samlp:SessionIndex>` : '';
    const from = lie.issuer ?? `${issuer}/entity`;
    const text = `<samlp:LogoutRequest xmlns:samlp="${saml}:protocol" xmlns:saml="${saml}:assertion" ID="${id}" Version="2.0" IssueInstant="${at(lie.issued ?? 0)}" Destination="${escaped(lie.destination ?? service.logout)}"><saml:Issuer>${escaped(from)}</saml:Issuer><saml:NameID>${escaped(nameId)}</saml:NameID>${index}</samlp:LogoutRequest>`;
    if (binding === 'form') {
      const done = unsigned ? text : signed(text, 'LogoutRequest');
      return { form: Buffer.from(altered ? done.replace(nameId, altered) : done).toString('base64') };
    }
    const fields = { SAMLRequest: deflateRawSync(text).toString('base64'), RelayState: 'of the provider' };
    const query = new URLSearchParams({ ...fields, SigAlg: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' });
    const key = lie.foreignKey ?? keys[0];
    const signature = createSign('RSA-SHA256').update(query.toString()).sign(key.privateKey, 'base64');
    const sent = altered ? query.toString().replace('of+the', altered) : query.toString();
    return { query: unsigned ? sent : `${sent}&${new URLSearchParams({ Signature: signature })}` };
  },
  metadata: () => ({ metadata: metadata() }),
  requests: () => ({ requests }),
};

process.on('message', async ({ id, action, ...message }) => {
  try {
    process.send({ id, ...(await actions[action](message)) });
  } catch (error) {
    process.send({ id, failed: error.stack });
  }
});
process.on('disconnect', () => process.exit(0));
