import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { readyServer, type ReadyServer, rootAccount, userId, member } from './support/test-server.js';

const path = '/api/v1/identity-providers';

const directory = {
  kind: 'ldap',
  name: 'Directory',
  url: 'ldaps://dc1.example.test ldaps://dc2.example.test:1636',
  bindDn: 'cn=license-server,dc=example,dc=test',
  bindPassword: 'of the directory',
  userBase: 'ou=people,dc=example,dc=test',
};
const company = {
  kind: 'oidc',
  name: 'Company',
  issuer: 'https://login.example.test',
  clientId: 'license-server',
  clientSecret: 'of the provider',
};

const federation = {
  kind: 'saml',
  name: 'Federation',
  metadataUrl: 'https://login.example.test/metadata',
  domains: ['example.test'],
};

interface Provider extends Record<string, unknown> {
  id: number;
  version: number;
}

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer();
});
afterAll(() => server.close());

/** A provider of this test alone. */
async function connected(fields: object): Promise<Provider> {
  return server.root.post(path, { ...fields, name: `Provider ${Math.random()}` }).expect<Provider>(201);
}

/** The fields that a request is refused for. */
async function problems(fields: object): Promise<string[]> {
  const { errors } = await server.root.post(path, fields).expect<{ errors: { field: string }[] }>(400);
  return errors.map(({ field }) => field);
}

describe('An identity provider', () => {
  it('is connected, listed, changed and disconnected by an administrator of the server', async () => {
    const made = await server.root.post(path, { ...directory, domains: ['Example.test'] }).expect<Provider>(201);
    expect(made).toMatchObject({
      ...{ kind: 'ldap', name: 'Directory', enabled: true, provisioning: 'existing', domains: ['example.test'] },
      ...{ url: directory.url, startTls: false, userBase: directory.userBase, hasBindPassword: true, warnings: [] },
      attributes: { email: 'mail', firstName: 'givenName', lastName: 'sn' },
      ...{ groups: [], accounts: 0, lastSync: null },
    });
    expect(await server.root.get(path).expect(200)).toMatchObject({ content: [made], totalElements: 1 });
    const changed = await server.root
      .patch(`${path}/${made.id}`, { provisioning: 'create', attributes: { email: 'userPrincipalName' } })
      .expect<Provider>(200);
    expect(changed).toMatchObject({
      ...{ provisioning: 'create', bindDn: directory.bindDn, hasBindPassword: true },
      attributes: { email: 'userPrincipalName', firstName: 'givenName', lastName: 'sn' },
    });
    expect(await server.root.get(`${path}/${made.id}`).expect(200)).toEqual(changed);
    await server.root.delete(`${path}/${made.id}`).expect(204);
    await server.root.get(`${path}/${made.id}`).refused(404);
    const events = await server.sql<{ action: string }>(
      `SELECT action FROM audit_event WHERE target_type = 'identity-provider' AND target_id = $1 ORDER BY id`,
      [String(made.id)],
    );
    expect(events.map(({ action }) => action)).toEqual([
      'identity-provider.created',
      'identity-provider.changed',
      'identity-provider.removed',
    ]);
  });

  it('keeps its secret to itself: encrypted in the database, and in no answer, event or log', async () => {
    for (const fields of [directory, company]) {
      const made = await connected(fields);
      const secret = 'bindPassword' in fields ? fields.bindPassword : fields.clientSecret;
      expect(JSON.stringify(await server.root.get(`${path}/${made.id}`).expect(200))).not.toContain(secret);
      const rows = await server.sql(
        `SELECT p::text || encode(secrets_sealed, 'escape') AS text FROM identity_provider p WHERE id = $1
         UNION ALL SELECT details::text FROM audit_event WHERE target_type = 'identity-provider'`,
        [made.id],
      );
      expect(rows.length).toBeGreaterThan(1);
      expect(JSON.stringify(rows)).not.toContain(secret);
    }
  });

  it('has a key pair of its own for SAML, and shows only the certificate', async () => {
    const { id, ...shown } = await connected(federation);
    expect(shown).toMatchObject({ allowIdpInitiated: false, groupsAttribute: 'groups', enabled: true, warnings: [] });
    const answer = await fetch(`${server.url}/auth/providers/${id}/metadata`);
    expect(answer.headers.get('content-type')).toMatch('application/samlmetadata+xml');
    const [metadata, again] = [await answer.text(), await (await fetch(answer.url)).text()];
    expect(again).toBe(metadata);
    expect(metadata).toContain(`/auth/providers/${id}/acs"`);
    const certificate = /<ds:X509Certificate>([^<]+)/.exec(metadata)?.[1] ?? '';
    expect(new X509Certificate(Buffer.from(certificate, 'base64')).publicKey.asymmetricKeyDetails).toMatchObject({
      modulusLength: 3072,
    });
    await server.root.patch(`${path}/${id}`, { provisioning: 'create' }).expect(200);
    expect(await (await fetch(answer.url)).text()).toBe(metadata);
    const rows = await server.sql(
      `SELECT settings::text || encode(secrets_sealed, 'escape') AS text FROM identity_provider WHERE id = $1`,
      [id],
    );
    expect(JSON.stringify([rows, shown])).not.toContain('PRIVATE KEY');
  });

  it('gives its secret to no other server than it was stored for', async () => {
    const { id } = await connected(directory);
    const elsewhere = { url: 'ldap://attacker.test' };
    expect(await server.root.patch(`${path}/${id}`, elsewhere).expect(400)).toMatchObject({
      errors: [{ field: 'bindPassword', rule: 'provider-secret-needed' }],
    });
    await server.root.patch(`${path}/${id}`, { ...elsewhere, bindPassword: 'another' }).expect(200);
    await server.root.patch(`${path}/${id}`, { bindPassword: '', bindDn: '' }).expect(200);
    expect(await server.root.get(`${path}/${id}`).expect(200)).toMatchObject({ hasBindPassword: false });
    const oidc = await connected(company);
    await server.root.patch(`${path}/${oidc.id}`, { issuer: 'https://attacker.test' }).refused(400);
  });

  it('warns of passwords that travel unencrypted, and of an issuer without TLS', async () => {
    const plain = await connected({ ...directory, url: 'ldap://dc1.example.test' });
    expect(plain.warnings).toEqual([expect.stringContaining('unencrypted')]);
    const { id } = plain;
    expect(await server.root.patch(`${path}/${id}`, { startTls: true }).expect(200)).toMatchObject({ warnings: [] });
    const { warnings } = await connected({ ...company, issuer: 'http://login.example.test' });
    expect(warnings).toEqual([expect.stringContaining('http://')]);
  });

  it.each([
    ['nothing', {}, ['kind', 'name']],
    ['an unknown kind', { ...directory, kind: 'nis' }, ['kind']],
    ['SAML without metadata', { kind: 'saml', name: 'S', domains: ['example.test'] }, ['metadataUrl']],
    ['SAML without domains', { ...federation, domains: [] }, ['domains']],
    ['metadata at no address', { ...federation, metadataUrl: 'file:///etc/passwd' }, ['metadataUrl']],
    ['metadata that is none', { ...federation, metadata: '<html/>' }, ['metadata']],
    ['metadata with a document type', { ...federation, metadata: '<!DOCTYPE a><a/>' }, ['metadata']],
    ['a client secret for SAML', { ...federation, clientSecret: 'x' }, ['clientSecret']],
    ['a field of another kind', { ...directory, clientId: 'x' }, ['clientId']],
    ['no server', { ...directory, url: '' }, ['url']],
    ['a web address as a directory', { ...directory, url: 'https://dc1.example.test' }, ['url']],
    ['a directory address with a path', { ...directory, url: 'ldap://dc1.example.test/dc=test' }, ['url']],
    ['no base', { ...directory, userBase: undefined }, ['userBase']],
    ['a filter that finds everybody', { ...directory, userFilter: '(objectClass=person)' }, ['userFilter']],
    ['a filter with a parenthesis missing', { ...directory, userFilter: '(&(mail={user})' }, ['userFilter']],
    ['two filters', { ...directory, userFilter: '(mail={user})(a=b)' }, ['userFilter']],
    ['a filter without an attribute', { ...directory, userFilter: '({user})' }, ['userFilter']],
    ['a filter with an empty one in it', { ...directory, userFilter: '(&(uid={user})())' }, ['userFilter']],
    ['a filter with a wrong escape', { ...directory, userFilter: '(uid=\\zz{user})' }, ['userFilter']],
    ['a filter that makes an escape of the name', { ...directory, userFilter: '(uid=\\{user})' }, ['userFilter']],
    [
      'a filter for groups that is none',
      { ...directory, groupBase: 'dc=test', groupFilter: '({dn})' },
      ['groupFilter'],
    ],
    ['an attribute that is none', { ...directory, attributes: { email: 'mail)(x=*' } }, ['attributes.email']],
    ['a certificate that is none', { ...directory, caCertificate: 'secret' }, ['caCertificate']],
    ['an issuer that is no address', { ...company, issuer: 'login' }, ['issuer']],
    ['an issuer with a password', { ...company, issuer: 'https://a:b@login.test' }, ['issuer']],
    ['scopes without openid', { ...company, scopes: 'email' }, ['scopes']],
    ['an address as a domain', { ...directory, domains: ['ada@example.test'] }, ['domains']],
    ['a group that gives nothing', { ...directory, groups: [{ group: 'g' }] }, ['groups.0.organizationId']],
    [
      'a group of no organization',
      { ...directory, groups: [{ group: 'g', organizationId: 999_999 }] },
      ['groups.0.organizationId'],
    ],
    [
      'a group that makes owners',
      { ...directory, groups: [{ group: 'g', organizationId: 1, role: 'OWNER' }] },
      ['groups.0.role'],
    ],
    [
      'a group that gives two things',
      { ...directory, groups: [{ group: 'g', root: true, role: 'USER' }] },
      ['groups.0'],
    ],
  ])('refuses %s', async (_, fields, expected) => {
    expect(await problems({ ...fields })).toEqual(expected);
  });

  it('has a name of its own, and settings that two administrators do not overwrite unseen', async () => {
    const { id, name, version } = await connected(directory);
    const twin = { ...directory, name: String(name).toUpperCase() };
    expect(await server.root.post(path, twin).expect(409)).toMatchObject({ code: 'provider-name-taken' });
    await server.root.patch(`${path}/${id}`, { enabled: false, version }).expect(200);
    expect(await server.root.patch(`${path}/${id}`, { enabled: true, version }).expect(409)).toMatchObject({
      code: 'stale-version',
      changes: [{ by: rootAccount.email, fields: ['enabled'] }],
    });
  });

  it('maps groups to roles, teams and the server', async () => {
    const { organizationId, root } = server;
    const { id: teamId } = await root
      .post(`/api/v1/organizations/${organizationId}/teams`, { name: 'Testers' })
      .expect<{ id: number }>(201);
    const groups = [
      { group: 'admins', root: true },
      { group: 'cn=testers,ou=groups', organizationId, role: 'USER', teamId },
      { group: 'leads', organizationId, role: 'ADMIN' },
    ];
    const made = await connected({ ...directory, groups });
    expect(made.groups).toEqual(groups);
    expect(await root.patch(`${path}/${made.id}`, { groups: [] }).expect(200)).toMatchObject({ groups: [] });
  });

  it('is asked for a recent confirmation in a browser', async () => {
    const browser = await server.api.browser(rootAccount.email, rootAccount.password);
    await server.later({ minutes: 6 });
    expect(await browser.post(path, directory).expect(403)).toMatchObject({ code: 'confirmation-required' });
  });
});

describe('The ways to sign in', () => {
  it('are told to everybody, with the names of the directories and nothing else of them', async () => {
    const { id, name } = await connected(directory);
    const methods = await server.api.get('/api/v1/auth/methods').expect<{ directories: object[] }>(200);
    expect(methods).toMatchObject({ password: true, passkey: false });
    expect(methods.directories).toContainEqual({ id, name });
    await server.root.patch(`${path}/${id}`, { enabled: false }).expect(200);
    const { directories } = await server.api.get('/api/v1/auth/methods').expect<{ directories: object[] }>(200);
    expect(directories).not.toContainEqual({ id, name });
  });
});

describe('A member with a role that comes from groups', () => {
  it('is marked in the list, and has a role that cannot be edited there', async () => {
    const { root, organizationId } = server;
    const { id, name } = await connected(directory);
    await member(server, 'grace@example.com', 'USER');
    const grace = await userId(server, 'grace@example.com');
    await server.sql('UPDATE membership SET managed_by = $1 WHERE user_id = $2', [id, grace]);
    const address = `/api/v1/organizations/${organizationId}/members/${grace}`;
    expect(await root.get(address).expect(200)).toMatchObject({ managedBy: { id, name } });
    expect(await root.patch(address, { role: 'ADMIN' }).expect(409)).toMatchObject({ code: 'member-managed' });
    expect(await root.delete(address).expect(409)).toMatchObject({ code: 'member-managed' });
    await root.delete(`${path}/${id}`).expect(204);
    expect(await root.patch(address, { role: 'ADMIN' }).expect(200)).toMatchObject({ managedBy: null, role: 'ADMIN' });
  });
});
