import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { readyServer, type ReadyServer, rootAccount, userId, withinASecond } from './support/test-server.js';

const schemas = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
};
const users = '/scim/v2/Users';
const groups = '/scim/v2/Groups';

interface Resource extends Record<string, unknown> {
  id: string;
}
interface Listed {
  totalResults: number;
  Resources: Resource[];
}

let server: ReadyServer;
/** The provider, as a client of SCIM. */
let scim: Api;
let providerId: number;
let teamId: number;

beforeAll(async () => {
  const seats = [
    { product: 'KSE', model: 'per-user', quantity: 5, features: [{ key: 'katalon_gui', name: 'Studio' }] },
  ];
  server = await readyServer(seats);
  const organization = `/api/v1/organizations/${server.organizationId}`;
  teamId = (await server.root.post(`${organization}/teams`, { name: 'Web' }).expect<{ id: number }>(201)).id;
  providerId = await provider({ domains: ['example.com'] });
  scim = await clientOf(providerId);
});
afterAll(() => server.close());

async function provider(more: object): Promise<number> {
  const fields = { kind: 'oidc', issuer: 'https://login.example.test', clientId: 'id', clientSecret: 'secret' };
  const rules = [
    { group: 'Testers', organizationId: server.organizationId, role: 'USER', teamId },
    { group: 'Leads', organizationId: server.organizationId, role: 'ADMIN' },
    { group: 'Operators', root: true },
  ];
  const name = `Provider ${Math.random()}`;
  const made = await server.root
    .post('/api/v1/identity-providers', { ...fields, name, groups: rules, ...more })
    .expect<{ id: number }>(201);
  return made.id;
}

async function clientOf(id: number): Promise<Api> {
  const made = await server.root.post(`/api/v1/identity-providers/${id}/scim-tokens`).expect<{ token: string }>(201);
  return server.api.withBearer(made.token);
}

/** A user as Microsoft Entra ID sends it. */
function entraUser(name: string, more: object = {}): object {
  return {
    schemas: [schemas.user, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
    externalId: `entra-${name}`,
    userName: `${name}@example.com`,
    active: true,
    displayName: `${name} Tester`,
    emails: [{ primary: true, type: 'work', value: `${name}@example.com` }],
    meta: { resourceType: 'User' },
    name: { formatted: `${name} Tester`, familyName: 'Tester', givenName: name },
    title: 'Tester',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'QA' },
    ...more,
  };
}

const created = (name: string): Promise<Resource> => scim.post(users, entraUser(name)).expect<Resource>(201);

function operations(...list: object[]): object {
  return { schemas: [schemas.patch], Operations: list };
}

async function group(displayName: string, members: string[] = []): Promise<Resource> {
  const body = { schemas: [schemas.group], displayName, members: members.map((value) => ({ value })) };
  return scim.post(groups, body).expect<Resource>(201);
}

/** Role and teams of an account. */
async function standing(email: string): Promise<object> {
  const [row] = await server.sql(
    `SELECT u.root, (SELECT role FROM membership m WHERE m.user_id = u.id) AS role,
            (SELECT count(*)::int FROM team_member t WHERE t.user_id = u.id) AS teams
       FROM user_account u WHERE email = $1`,
    [email],
  );
  return row ?? {};
}

describe('SCIM, as Microsoft Entra ID speaks it', () => {
  it('looks for a user, creates the user, and finds the user again', async () => {
    const filter = encodeURIComponent('userName eq "grace@example.com"');
    expect(await scim.get(`${users}?filter=${filter}`).expect(200)).toMatchObject({ totalResults: 0, Resources: [] });
    const type = { 'content-type': 'application/scim+json; charset=utf-8' };
    const made = await scim.post(users, entraUser('grace'), type).expect<Resource>(201);
    expect(made).toMatchObject({
      ...{ schemas: [schemas.user], externalId: 'entra-grace', userName: 'grace@example.com', active: true },
      name: { givenName: 'grace', familyName: 'Tester' },
      emails: [{ value: 'grace@example.com', primary: true }],
      meta: { resourceType: 'User', version: 'W/"1"', location: `http://licenses.test:8080${users}/${made.id}` },
    });
    const found = await scim.get(`${users}?filter=${filter}`).expect<Listed>(200);
    expect(found).toMatchObject({ totalResults: 1, startIndex: 1, itemsPerPage: 1, Resources: [made] });
    const byId = encodeURIComponent('externalId eq "entra-grace" and active eq true');
    expect(await scim.get(`${users}?filter=${byId}`).expect(200)).toMatchObject({ totalResults: 1 });
    const account = await server.root.get(`/api/v1/users/${await userId(server, 'grace@example.com')}`).expect(200);
    expect(account).toMatchObject({ firstName: 'grace', lastName: 'Tester', disabled: false });
  });

  it('renames, and moves to another address', async () => {
    const { id } = await created('mary');
    const patch = operations(
      { op: 'Replace', path: 'name.familyName', value: 'Shelley' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'mary.shelley@example.com' },
      { op: 'Add', path: 'title', value: 'Author' },
      { op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', value: 'Books' },
    );
    expect(await scim.patch(`${users}/${id}`, patch).expect(200)).toMatchObject({
      name: { givenName: 'mary', familyName: 'Shelley' },
      emails: [{ value: 'mary.shelley@example.com' }],
      meta: { version: 'W/"2"' },
    });
    expect(await userId(server, 'mary.shelley@example.com')).toBeGreaterThan(0);
  });

  it('disables a person at once: sessions, API keys, client passwords and the assigned seat are gone', async () => {
    const { id } = await created('dennis');
    const account = await userId(server, 'dennis@example.com');
    await group('Dennis only');
    await server.sql(
      `UPDATE user_account SET password = 'a password of dennis', password_encrypted = false WHERE id = $1`,
      [account],
    );
    await server.sql(`INSERT INTO membership VALUES ($1, $2, 'USER', now())`, [server.organizationId, account]);
    const seats = `/api/v1/organizations/${server.organizationId}/licensed-users`;
    await server.root.post(seats, { userId: account, product: 'KSE', model: 'per-user' }).expect(204);
    const browser = await server.api.browser('dennis@example.com', 'a password of dennis');
    const { key } = await browser.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201);
    const program = server.api.withBearer(key);
    const request = { organizationId: server.organizationId, product: 'KSE', sessionId: 'd-1' };
    await program.post('/api/v1/leases', { ...request, machineId: machineIdOf('dennis') }).expect(201);

    // Entra ID sends the boolean as text.
    const patch = operations({ op: 'Replace', path: 'active', value: 'False' });
    expect(await scim.patch(`${users}/${id}`, patch).expect(200)).toMatchObject({ active: false });

    await browser.get('/api/v1/users/me').refused(401);
    await program.get('/api/v1/users/me').refused(401);
    expect(await server.sql('SELECT FROM lease WHERE user_id = $1', [account])).toEqual([]);
    expect(await server.sql('SELECT FROM api_key WHERE user_id = $1', [account])).toEqual([]);
    expect(await server.sql('SELECT FROM licensed_user WHERE user_id = $1', [account])).toEqual([]);

    const again = operations({ op: 'Replace', path: 'active', value: 'True' });
    expect(await scim.patch(`${users}/${id}`, again).expect(200)).toMatchObject({ active: true });
    await server.api.browser('dennis@example.com', 'a password of dennis');
    // What was open before does not come back.
    await browser.get('/api/v1/users/me').refused(401);
  });

  it('fills groups, which give a role and a team, and empties them', async () => {
    const [ada, bob] = [await created('ada'), await created('bob')];
    const { id } = await group('testers');
    const add = { op: 'Add', path: 'members', value: [{ value: ada.id }, { value: bob.id }] };
    expect(await scim.patch(`${groups}/${id}`, operations(add)).expect(200)).toMatchObject({
      members: [{ value: ada.id }, { value: bob.id }],
    });
    expect(await standing('ada@example.com')).toEqual({ root: false, role: 'USER', teams: 1 });
    const leads = await group('Leads', [bob.id]);
    expect(await standing('bob@example.com')).toEqual({ root: false, role: 'ADMIN', teams: 1 });
    const remove = { op: 'Remove', path: `members[value eq "${ada.id}"]` };
    await scim.patch(`${groups}/${id}`, operations(remove)).expect(200);
    expect(await standing('ada@example.com')).toEqual({ root: false, role: null, teams: 0 });
    await scim.delete(`${groups}/${leads.id}`).expect(204);
    expect(await standing('bob@example.com')).toEqual({ root: false, role: 'USER', teams: 1 });
    const without = await scim.get(`${groups}/${id}?excludedAttributes=members`).expect(200);
    expect(without).not.toHaveProperty('members');
    expect(await scim.get(`${users}/${bob.id}`).expect(200)).toMatchObject({
      groups: [{ value: id, display: 'testers' }],
    });
  });

  it('gives and takes roles as soon as an administrator changes the rules of the provider', async () => {
    const own = await provider({ groups: [], domains: ['rules.test'] });
    const client = await clientOf(own);
    const body = entraUser('rosa', { userName: 'rosa', emails: [{ value: 'rosa@rules.test' }] });
    const { id } = await client.post(users, body).expect<Resource>(201);
    await client.post(groups, { displayName: 'Analysts', members: [{ value: id }] }).expect(201);
    const rule = { group: 'analysts', organizationId: server.organizationId, role: 'BILLING_MANAGER' };
    const become = async (role: string | null, rules: object[]) => {
      await server.root.patch(`/api/v1/identity-providers/${own}`, { groups: rules }).expect(200);
      const wanted = JSON.stringify({ root: false, role, teams: 0 });
      const ask = async () => JSON.stringify(await standing('rosa@rules.test'));
      expect(await withinASecond(ask, wanted)).toBe(wanted);
    };
    await become('BILLING_MANAGER', [rule]);
    await become('ADMIN', [{ ...rule, role: 'ADMIN' }]);
    await become(null, []);
  });

  it('makes administrators of the server by a group, and no longer when they leave it', async () => {
    const { id } = await created('olga');
    const operators = await group('Operators', [id]);
    expect(await standing('olga@example.com')).toMatchObject({ root: true });
    const body = { schemas: [schemas.group], displayName: 'Operators', members: [] };
    await scim.put(`${groups}/${operators.id}`, body).expect(200);
    expect(await standing('olga@example.com')).toMatchObject({ root: false });
  });
});

describe('SCIM, as Okta speaks it', () => {
  it('creates, replaces, deactivates without a path, and removes', async () => {
    const body = {
      schemas: [schemas.user],
      userName: 'kim@example.com',
      name: { givenName: 'Kim', familyName: 'Lee' },
      emails: [{ primary: true, value: 'kim@example.com', type: 'work' }],
      displayName: 'Kim Lee',
      locale: 'en-US',
      externalId: '00ujl29u0le5T6Aj10h7',
      groups: [],
      password: '1mz050nq',
      active: true,
    };
    const { id } = await scim.post(users, body).expect<Resource>(201);
    const replaced = await scim
      .put(`${users}/${id}`, { ...body, name: { givenName: 'Kim', familyName: 'Park' } })
      .expect(200);
    expect(replaced).toMatchObject({ name: { familyName: 'Park' } });
    const deactivate = operations({ op: 'replace', value: { active: false } });
    expect(await scim.patch(`${users}/${id}`, deactivate).expect(200)).toMatchObject({ active: false });
    await scim.delete(`${users}/${id}`).expect(204);
    expect(await scim.get(`${users}/${id}`).expect(404)).toMatchObject({ schemas: [schemas.error], status: '404' });
    expect(
      await server.sql(`SELECT disabled_at IS NULL AS enabled FROM user_account WHERE email = 'kim@example.com'`),
    ).toEqual([{ enabled: false }]);
    // The same person comes back.
    await scim.post(users, body).expect(201);
    expect(
      await server.sql(`SELECT disabled_at IS NULL AS enabled FROM user_account WHERE email = 'kim@example.com'`),
    ).toEqual([{ enabled: true }]);
  });

  it('pages through users, and counts them alone', async () => {
    await created('page-1');
    await created('page-2');
    const all = await scim.get(`${users}?count=200`).expect<Listed>(200);
    const page = await scim.get(`${users}?startIndex=2&count=1`).expect<Listed>(200);
    expect(page).toMatchObject({ totalResults: all.totalResults, startIndex: 2, Resources: [all.Resources[1]] });
    expect(await scim.get(`${users}?count=0`).expect(200)).toMatchObject({
      totalResults: all.totalResults,
      Resources: [],
    });
  });
});

describe('A SCIM client', () => {
  it('changes only the version that it has read', async () => {
    const { id } = await created('etag');
    const renamed = (givenName: string) =>
      scim.request('PATCH', `${users}/${id}`, operations({ op: 'replace', path: 'name.givenName', value: givenName }), {
        'if-match': 'W/"1"',
      });
    await renamed('E').expect(200);
    const stale = await renamed('F').expect(412);
    expect(stale).toMatchObject({ schemas: [schemas.error], status: '412', scimType: 'invalidVers' });
    expect(await scim.get(`${users}/${id}`, { 'if-none-match': 'W/"2"' }).status()).toBe(304);
  });

  it('is told what the server can do', async () => {
    expect(await scim.get('/scim/v2/ServiceProviderConfig').expect(200)).toMatchObject({
      patch: { supported: true },
      etag: { supported: true },
      filter: { supported: true, maxResults: 200 },
    });
    expect(await scim.get('/scim/v2/ResourceTypes').expect(200)).toMatchObject({ totalResults: 2 });
    expect(await scim.get(`/scim/v2/Schemas/${schemas.user}`).expect(200)).toMatchObject({ name: 'User' });
    await scim.get('/scim/v2/Schemas/urn:none').expect(404);
  });

  it('needs a token of an enabled provider that was not revoked', async () => {
    const id = await provider({});
    const { token, ...made } = await server.root
      .post(`/api/v1/identity-providers/${id}/scim-tokens`)
      .expect<{ id: number; token: string }>(201);
    const client = server.api.withBearer(token);
    await client.get(users).expect(200);
    const listed = await server.root.get(`/api/v1/identity-providers/${id}/scim-tokens`).expect<object[]>(200);
    expect(listed).toMatchObject([{ id: made.id }]);
    expect(JSON.stringify(listed)).not.toContain(token);
    await server.root.patch(`/api/v1/identity-providers/${id}`, { enabled: false }).expect(200);
    expect(await client.get(users).expect(401)).toMatchObject({ schemas: [schemas.error], status: '401' });
    await server.root.patch(`/api/v1/identity-providers/${id}`, { enabled: true }).expect(200);
    await server.root.delete(`/api/v1/identity-providers/${id}/scim-tokens/${made.id}`).expect(204);
    await client.get(users).expect(401);
    await server.api.get(users).expect(401);
    // Nobody else is let in, and the token is good for nothing else.
    await server.root.get(users).expect(401);
    await scim.get('/api/v1/users/me').refused(401);
  });

  it('sees only the people of its own provider', async () => {
    const { id } = await created('own');
    const other = await clientOf(await provider({}));
    await other.get(`${users}/${id}`).expect(404);
    await other.delete(`${users}/${id}`).expect(404);
    expect(await other.get(users).expect(200)).toMatchObject({ totalResults: 0 });
  });

  it('takes over an existing account only where the domain is its own', async () => {
    await server.sql(
      `INSERT INTO user_account (email, created_at, verified_at) VALUES ('old@example.com', now(), now()), ('old@elsewhere.test', now(), now())`,
    );
    await created('old');
    const refused = await scim.post(users, entraUser('x', { emails: [{ value: 'old@elsewhere.test' }] })).expect(409);
    expect(refused).toMatchObject({ status: '409', code: 'address-not-of-provider' });
    const open = await clientOf(await provider({}));
    const taken = await open.post(users, entraUser('y', { emails: [{ value: 'old@elsewhere.test' }] })).expect(409);
    expect(taken).toMatchObject({ code: 'address-of-account' });
    // Nor may a person of its own move to another domain.
    const { id } = await created('mover');
    const move = operations({ op: 'replace', path: 'emails', value: [{ value: 'mover@elsewhere.test' }] });
    expect(await scim.patch(`${users}/${id}`, move).expect(409)).toMatchObject({ code: 'address-not-of-provider' });
  });

  it('does not share an account with the client of another provider, not even in the same moment', async () => {
    await server.sql(
      `INSERT INTO user_account (email, created_at, verified_at)
         SELECT 'both-' || n || '@example.com', now(), now() FROM generate_series(1, 5) n`,
    );
    const other = await clientOf(await provider({ domains: ['example.com'] }));
    for (let each = 1; each <= 5; each++) {
      const body = entraUser(`both-${each}`);
      const statuses = await Promise.all([scim, other, scim].map((client) => client.post(users, body).status()));
      expect(statuses.toSorted()).toEqual([201, 409, 409]);
    }
  });

  it('cannot disable the last administrator of the server', async () => {
    const body = { ...entraUser('root'), emails: [{ value: rootAccount.email, primary: true }] };
    const { id } = await scim.post(users, body).expect<Resource>(201);
    const refused = await scim
      .patch(`${users}/${id}`, operations({ op: 'replace', path: 'active', value: false }))
      .expect(409);
    expect(refused).toMatchObject({ schemas: [schemas.error], code: 'last-administrator' });
    await server.root.get('/api/v1/users/me').expect(200);
  });

  it('is refused in the words of SCIM when it sends something wrong', async () => {
    const { id } = await created('wrong');
    const team = await group('Wrong');
    const cases: [Promise<Record<string, unknown>>, string | undefined][] = [
      [scim.post(users, { schemas: [schemas.user] }).expect(400), 'invalidValue'],
      [scim.post(users, entraUser('wrong')).expect(409), 'uniqueness'],
      [scim.post(users, entraUser('n', { userName: 'WRONG@example.com' })).expect(409), 'uniqueness'],
      [scim.post(users, { userName: 'no address' }).expect(400), 'invalidValue'],
      [scim.post(users, entraUser('n', { active: 'perhaps' })).expect(400), 'invalidValue'],
      [scim.post(groups, { displayName: 'wrong' }).expect(409), 'uniqueness'],
      [scim.post(groups, { displayName: 'None', members: [{ value: '987654321' }] }).expect(400), 'invalidValue'],
      [scim.get(`${users}?filter=${encodeURIComponent('userName eq')}`).expect(400), 'invalidFilter'],
      [scim.get(`${users}?filter=${encodeURIComponent('nickName eq "x"')}`).expect(400), 'invalidFilter'],
      [
        scim.get(`${users}?filter=${encodeURIComponent(`userName eq "x' OR true --"`)}&count=no`).expect(200),
        undefined,
      ],
      [scim.patch(`${users}/${id}`, {}).expect(400), 'invalidSyntax'],
      [scim.patch(`${users}/${id}`, operations({ op: 'move', path: 'active' })).expect(400), 'invalidSyntax'],
      [scim.patch(`${users}/${id}`, operations({ op: 'remove' })).expect(400), 'noTarget'],
      [
        scim.patch(`${users}/${id}`, operations({ op: 'replace', path: 'userName', value: null })).expect(400),
        'invalidValue',
      ],
      [
        scim.patch(`${users}/${id}`, operations({ op: 'add', path: '__proto__.polluted', value: 1 })).expect(400),
        'invalidPath',
      ],
      [
        scim
          .patch(`${users}/${id}`, operations({ op: 'add', path: `emails[${'value pr or '.repeat(9000)}value pr]` }))
          .expect(400),
        'invalidPath',
      ],
      [
        scim.patch(`${groups}/${team.id}`, operations({ op: 'remove', path: 'members[display eq "x"]' })).expect(400),
        'invalidFilter',
      ],
      [scim.get(`${users}/none`).expect(404), undefined],
    ];
    for (const [answer, scimType] of cases) {
      const body = await answer;
      if ('Resources' in body) continue;
      expect(body).toMatchObject({ schemas: [schemas.error], detail: expect.any(String) });
      expect(body.scimType).toBe(scimType);
    }
    const large = await scim.post(users, entraUser('large', { title: 'x'.repeat(1_000_000) })).expect(413);
    expect(large).toMatchObject({ schemas: [schemas.error], status: '413' });
    expect(await scim.get(`${users}/${id}`).expect(200)).toMatchObject({ meta: { version: 'W/"1"' } });
  });

  it('leaves in the audit log what it did', async () => {
    await created('logged');
    const { content } = await server.root
      .get('/api/v1/audit-events?action=scim-user.created')
      .expect<{ content: { actor: string; details: { email?: string } }[] }>(200);
    const event = content.find(({ details }) => details.email === 'logged@example.com');
    expect(event?.actor).toMatch(/\(SCIM\)$/);
  });
});
