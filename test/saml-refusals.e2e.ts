import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { withEncryptedAssertions } from './support/identity/encrypted-assertion.js';
import { SamlProvider, type SamlLie } from './support/identity/saml-provider.js';
import { samlPeople, samlWorld, type SamlWorld, serverUrl, withXml, xmlIn } from './support/identity/saml-world.js';
import { wrappings } from './support/identity/wrapped-signatures.js';
import { rootAccount } from './support/test-server.js';

// What a license server must notice when a SAML provider, or whoever stands in between, does what it must not.

const refused = (code: string): string => `${serverUrl}/sign-in?refused=${code}`;
const invalid = refused('provider-answer-invalid');

// Whoever gets in by a trick is an administrator.
const people = { ...samlPeople, 'boss-9': { attributes: { email: 'boss@company.test' } } };

let world: SamlWorld;
beforeAll(async () => {
  world = await samlWorld();
  await world.provider.set({ people });
});
afterEach(() => world.provider.set({ lie: {}, instead: null }));
afterAll(() => world.close());

/** Nobody is in, nothing is half done, and the audit log says why. */
async function expectNothing(code: string, session: string): Promise<void> {
  expect(session).toBe('');
  expect(await world.server.sql('SELECT FROM user_identity')).toEqual([]);
  expect(await world.server.sql('SELECT FROM saml_arrival')).toEqual([]);
  expect(await world.server.sql(`SELECT FROM user_account WHERE email LIKE '%@company.test'`)).toEqual([]);
  const [refusal] = await world.refusals();
  expect(refusal).toMatchObject({ reason: code, provider: 'Company login', message: expect.stringMatching(/./) });
}

describe('An assertion of a SAML provider', () => {
  const lies: [string, SamlLie, string][] = [
    ['is not signed', { unsigned: true }, 'provider-answer-invalid'],
    ['is not signed itself, in a signed response', { unsigned: true, signsResponse: true }, 'provider-answer-invalid'],
    ['is signed with the key of a stranger', { foreignKey: true }, 'provider-answer-invalid'],
    ['is signed with SHA-1', { sha1: true }, 'provider-answer-invalid'],
    ['is signed with SHA-1 and encrypted', { sha1: true, encrypts: 'rsa-oaep-mgf1p' }, 'provider-answer-invalid'],
    ['is not signed, but encrypted', { unsigned: true, encrypts: 'rsa-oaep-mgf1p' }, 'provider-answer-invalid'],
    ['has a key that is encrypted with PKCS #1 1.5', { encrypts: 'rsa-1_5' }, 'provider-answer-invalid'],
    ['is of another issuer', { issuer: 'https://evil.test' }, 'provider-answer-invalid'],
    ['is in the response of another issuer', { responseIssuer: 'https://evil.test' }, 'provider-answer-invalid'],
    ['is for another service', { audience: 'https://evil.test' }, 'provider-answer-invalid'],
    ['is for no service', { audience: null }, 'provider-answer-invalid'],
    ['is for another recipient', { recipient: 'https://evil.test/acs' }, 'provider-answer-invalid'],
    ['is in a response for another address', { destination: 'https://evil.test/acs' }, 'provider-answer-invalid'],
    ['answers no request', { inResponseTo: '' }, 'provider-unsolicited'],
    ['has expired', { begin: -900, end: -300 }, 'provider-clock'],
    ['is not valid yet', { begin: 300 }, 'provider-clock'],
    ['was made an hour ago', { issued: -3600 }, 'provider-clock'],
    ['comes from a clock that is five minutes behind', { clock: -300 }, 'provider-clock'],
    ['comes from a clock that is five minutes ahead', { clock: 300 }, 'provider-clock'],
    [
      'has a NameID that changes',
      { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
      'provider-misconfigured',
    ],
    ['has an empty NameID', { nameId: ' ' }, 'provider-misconfigured'],
  ];
  it.each(lies)('that %s signs nobody in', async (_what, lie, code) => {
    await world.provider.set({ lie });
    const { browser, arrived } = await world.signIn('ada-1');
    expect(arrived).toBe(refused(code));
    await expectNothing(code, browser.session);
  });

  it('that answers a request of another browser signs nobody in', async () => {
    await world.provider.set({ lie: { inResponseTo: '_somebody-else' } });
    const { browser, arrived } = await world.signIn('ada-1');
    expect(arrived).toBe(refused('sign-in-expired'));
    await expectNothing('sign-in-expired', browser.session);
  });

  it('that says no is told on the sign-in page', async () => {
    const { arrived } = await world.signIn(null);
    expect(arrived).toBe(refused('provider-refused'));
    expect((await world.refusals())[0]).toMatchObject({ message: 'Responder Not today.' });
  });
});

const many = (make: (index: number) => string): string =>
  Array.from({ length: 1000 }, (_, index) => make(index)).join('');

describe('On the way from a SAML provider', () => {
  it.each(Object.entries(wrappings))('nobody is put in place of another person (%s)', async (name, wrap) => {
    const signsResponse = /XSW [12]:/.test(name);
    await world.provider.set({ lie: { signsResponse } });
    const browser = world.browser();
    const form = await world.formFor('ada-1', browser);
    expect(await world.send(withXml(form, wrap(xmlIn(form), 'boss-9')), browser)).toBe(invalid);
    await expectNothing('provider-answer-invalid', browser.session);
  });

  // The service says with which key to encrypt, so a stranger can do that as well.
  it.each(Object.entries(wrappings).filter(([name]) => !/XSW [127]:/.test(name)))(
    'nobody is put in place of another person where that cannot be seen (encrypted, %s)',
    async (_name, wrap) => {
      const metadata = await (await fetch(`${world.server.url}${world.path}/metadata`)).text();
      const browser = world.browser();
      const form = await world.formFor('ada-1', browser);
      const xml = await withEncryptedAssertions(wrap(xmlIn(form), 'boss-9'), metadata);
      expect(xml).not.toContain('boss-9');
      expect(await world.send(withXml(form, xml), browser)).toBe(invalid);
      await expectNothing('provider-answer-invalid', browser.session);
    },
  );

  it('a message about a person in very many groups is refused with advice', async () => {
    const groups = Array.from({ length: 1500 }, (_, index) => `group ${index}`);
    const { attributes } = samlPeople['ada-1']!;
    await world.provider.set({ people: { 'ada-1': { attributes: { ...attributes, groups } } } });
    const { browser, arrived } = await world.signIn('ada-1');
    await world.provider.set({ people });
    expect(arrived).toBe(refused('provider-too-many-groups'));
    await expectNothing('provider-too-many-groups', browser.session);
  });

  const changes: [string, (xml: string) => string][] = [
    ['changes the name of the person', (xml) => xml.replace('>ada-1<', '>boss-9<')],
    ['changes an attribute', (xml) => xml.replace('ada@company.test', 'boss@company.test')],
    ['puts a comment into the name', (xml) => xml.replace('>ada-1<', '>ada<!-- -->-1<')],
    ['puts a comment into the address', (xml) => xml.replace('ada@company.test', 'ada<!-- -->@company.test')],
    ['removes the signature', (xml) => xml.replace(/<ds:Signature.*?<\/ds:Signature>/s, '')],
    ['brings a document type', (xml) => `<!DOCTYPE r [<!ENTITY e "x">]>${xml}`],
    [
      'has entities grow',
      (xml) =>
        `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>${xml.replace('>ada-1<', '>&b;<')}`,
    ],
    [
      'reads a file',
      (xml) => `<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>${xml.replace('>ada-1<', '>&f;<')}`,
    ],
    ['brings an instruction', (xml) => xml.replace('<saml:Assertion', '<?php evil?><saml:Assertion')],
    ['sends half of it', (xml) => xml.slice(0, xml.length / 2)],
    ['sends something else', () => '<html/>'],
    ['sends no XML', () => 'nonsense'],
    [
      'nests elements',
      (xml) => xml.replace('<saml:Assertion', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}<saml:Assertion`),
    ],
    ['sends very many attributes', (xml) => xml.replace('<saml:Assertion', `$&${many((i) => ` a${i}=""`)}`)],
    ['declares very many names', (xml) => xml.replace('<saml:Assertion', `$&${many((i) => ` xmlns:n${i}="u"`)}`)],
  ];
  it.each(changes)('a message that %s is refused', async (_what, change) => {
    const browser = world.browser();
    const form = await world.formFor('ada-1', browser);
    expect(await world.send(withXml(form, change(xmlIn(form))), browser)).toBe(invalid);
    await expectNothing('provider-answer-invalid', browser.session);
  });

  it('a body of a megabyte is refused at once, and so is one without a response', async () => {
    const post = (fields: Record<string, string>) =>
      world.server.api.request('POST', `${world.path}/acs`, new URLSearchParams(fields), {});
    await post({ SAMLResponse: 'A'.repeat(1_000_000) }).refused(413);
    await post({}).refused(400);
    await post({ SAMLResponse: '' }).refused(400);
    await world.server.api
      .request('POST', '/auth/providers/999/acs', new URLSearchParams({ SAMLResponse: 'A' }), {})
      .refused(404);
  });

  it('an assertion works in the browser that began, and in no other', async () => {
    const browser = world.browser();
    const form = await world.formFor('ada-1', browser);
    const other = world.browser();
    expect(await world.send(form, other)).toBe(refused('sign-in-expired'));
    await expectNothing('sign-in-expired', other.session);
  });

  it('an assertion of one sign-in is not that of another one of the same browser', async () => {
    const browser = world.browser();
    const first = await world.formFor('ada-1', browser);
    const second = await world.formFor('ada-1', browser);
    expect(await world.send({ ...first, RelayState: second.RelayState }, browser)).toBe(refused('sign-in-expired'));
    await expectNothing('sign-in-expired', browser.session);
  });

  it('takes nonsense without an error', async () => {
    for (const query of ['?arrival=x', '?arrival=x&state=y', `?arrival=${'x'.repeat(100)}`]) {
      const at = `${serverUrl}${world.path}/arrival${query}`;
      expect(await world.browser().go(at, (each) => !each.includes('/auth/'))).toBe(refused('sign-in-expired'));
    }
    await world.server.api.get(`${world.path}/arrival`).refused(400);
    await world.server.api.get('/auth/providers/999/metadata').refused(404);
    await world.server.api.get('/auth/providers/999/arrival?arrival=x').refused(404);
  });
});

describe('A second SAML provider', () => {
  it('cannot speak for the first one', async () => {
    const other = await SamlProvider.start();
    try {
      const { id } = await world.server.root
        .post('/api/v1/identity-providers', {
          ...{ kind: 'saml', name: 'Partner', metadataUrl: `${other.url}/metadata`, domains: ['partner.test'] },
          provisioning: 'create',
        })
        .expect<{ id: number }>(201);
      // It believes to be the provider of the first, and says what that one would say.
      await other.register(`${world.server.url}${world.path}/metadata`);
      await other.set({ people: samlPeople, present: 'ada-1', lie: { issuer: `${world.provider.url}/entity` } });
      const browser = world.browser();
      const own = await world.formFor('ada-1', browser);
      const { SAMLResponse } = await pageOf(other, own);
      expect(await world.send({ ...own, SAMLResponse }, browser)).toBe(invalid);
      // And what the first one says is not for the door of the second.
      const wrongDoor = { ...own, action: own.action.replace(`/${world.id}/`, `/${id}/`) };
      expect(await world.send(wrongDoor, browser)).toBe(invalid);
      expect(browser.session).toBe('');
      expect(await world.server.sql('SELECT FROM user_identity')).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

describe('A SAML provider', () => {
  let renamed = 0;
  /** Changes settings, so that nothing is remembered of the provider. */
  const forget = (): Promise<unknown> =>
    world.server.root
      .patch(`/api/v1/identity-providers/${world.id}`, { domains: ['company.test', `d${++renamed}.test`] })
      .expect(200);

  it.each([
    ['answers with an error', { status: 503 }, 'provider-misconfigured'],
    ['answers with something else', { status: 200, body: '<html></html>' }, 'provider-misconfigured'],
    ['has metadata with a document type', { status: 200, body: '<!DOCTYPE a><a/>' }, 'provider-misconfigured'],
    ['sends more than a megabyte', { status: 200, body: ' '.repeat(1_100_000) }, 'provider-unavailable'],
    [
      'redirects to the metadata of a cloud',
      { status: 302, headers: { location: 'http://169.254.169.254/' } },
      'provider-unavailable',
    ],
  ])('that %s is not talked to', async (_what, instead, code) => {
    await world.provider.set({ instead });
    // The server reads the metadata of a changed provider at once.
    await forget();
    expect((await world.signIn('ada-1')).arrived).toBe(refused(code));
    await world.server.api.browser(rootAccount.email, rootAccount.password);
  });

  it('that is away is remembered for as long as nothing newer can be had', async () => {
    await forget();
    await world.provider.set({ present: 'ada-1' });
    const browser = world.browser();
    await world.formFor('ada-1', browser);
    await world.server.later({ minutes: 61 });
    await world.provider.set({ instead: { status: 503 } });
    const at = await world.browser().go(`${serverUrl}${world.path}/sign-in`, (each) => !each.includes('/auth/'));
    expect(at).toContain(`${world.provider.url}/sso`);
    await world.server.later({ minutes: -61 });
  });

  it('can be set up with metadata that was entered by hand', async () => {
    const metadata = await world.provider.metadata();
    const path = `/api/v1/identity-providers/${world.id}`;
    await world.server.root.patch(path, { metadata, metadataUrl: '' }).expect(200);
    await world.provider.set({ lie: {} });
    expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/`);
  });
});

/** What the page of a provider sends for the request of a form that another provider has made. */
async function pageOf(
  provider: SamlProvider,
  { RelayState }: { RelayState: string },
): Promise<{ SAMLResponse: string }> {
  const page = await (await fetch(`${provider.url}/start?RelayState=${RelayState}`)).text();
  return { SAMLResponse: /name="SAMLResponse" value="([^"]+)"/.exec(page)?.[1] ?? '' };
}
