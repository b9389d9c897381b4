import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Answer, type Api } from './support/api.js';
import { licenseServer, type Outcome } from './support/command.js';
import { cli, gui, member, readyServer, type ReadyServer, vendor } from './support/test-server.js';

interface PersonResult {
  line: number | null;
  email: string;
  outcome: string;
  changes: { name: string; from: string | null; to: string }[];
  error: { code: string; message: string } | null;
  link: string | null;
}

interface ImportResult {
  teams: string[];
  people: PersonResult[];
}

interface Person {
  email: string;
  role: string;
  teams: { name: string; role: string }[];
  licenses: { product: string; model: string }[];
}

let server: ReadyServer;
let root: Api;
let folder: string;
/** Of this test. */
let organizationId: number;
let base: string;

const kse = { product: 'KSE', model: 'per-user' };
const kre = { product: 'KRE', model: 'per-user' };

beforeAll(async () => {
  server = await readyServer([
    { ...kse, quantity: 2, features: [gui] },
    { ...kre, quantity: 1, features: [cli] },
  ]);
  root = server.root;
  folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-people-'));
  for (const name of ['grace', 'alan', 'kurt']) await member(server, `${name}@example.com`, null);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

/** An organization with all the seats, with Grace, Alan and Kurt in it, and Grace in a team. */
beforeEach(async () => {
  if (organizationId) await root.delete(base).expect(204);
  organizationId = (await root.post('/api/v1/organizations', { name: 'Labs' }).expect<{ id: number }>(201)).id;
  base = `/api/v1/organizations/${organizationId}`;
  const all = [
    { ...kse, quantity: 2 },
    { ...kre, quantity: 1 },
  ];
  await root.put(`${base}/allocations`, all).expect(200);
  await server.sql(
    `INSERT INTO membership (organization_id, user_id, role, joined_at)
       SELECT $1, id, 'USER', now() FROM user_account WHERE email IN ('grace@example.com', 'alan@example.com', 'kurt@example.com')`,
    [organizationId],
  );
  await importing({
    people: [{ email: 'grace@example.com', teams: [{ name: 'Mobile', role: 'ADMIN' }], licenses: [kse] }],
  });
});

const importing = (file: object): Promise<ImportResult> => root.post(`${base}/people`, file).expect<ImportResult>(200);
const preview = (file: object): Promise<ImportResult> =>
  root.post(`${base}/people/preview`, file).expect<ImportResult>(200);
const asCsv = (route: string, csv: string, api = root): Answer =>
  api.request('POST', `${base}${route}`, csv, { 'content-type': 'text/csv' });
const exported = (): Promise<{ teams: string[]; people: Person[] }> =>
  root.get(`${base}/people`).expect<{ teams: string[]; people: Person[] }>(200);
const personOf = async (name: string): Promise<Person | undefined> =>
  (await exported()).people.find(({ email }) => email === `${name}@example.com`);
const outcomes = ({ people }: ImportResult): string[] => people.map(({ outcome }) => outcome);

async function actions(): Promise<string[]> {
  const { content } = await root
    .get(`${base}/audit-events?size=100&sort=id,desc`)
    .expect<{ content: { action: string }[] }>(200);
  return content.map(({ action }) => action);
}

describe('An export of people', () => {
  it('has roles, teams and per-user seats, as JSON and as CSV', async () => {
    const { teams, people } = await exported();
    expect(teams).toEqual(['Mobile']);
    expect(people.map(({ email, role }) => [email, role])).toEqual([
      ['alan@example.com', 'USER'],
      ['grace@example.com', 'USER'],
      ['kurt@example.com', 'USER'],
      ['root@example.com', 'OWNER'],
    ]);
    expect(people[1]).toMatchObject({ teams: [{ name: 'Mobile', role: 'ADMIN' }], licenses: [kse] });
    const csv = root.get(`${base}/people`, { accept: 'text/csv' });
    const rows = parse<Record<string, string>>(await csv.expect<string>(200), { bom: true, columns: true });
    expect(rows[1]).toEqual({
      ...{ email: 'grace@example.com', firstName: '', lastName: '', role: 'USER' },
      ...{ teams: 'Mobile (ADMIN)', licenses: 'KSE' },
    });
    expect((await csv.headers()).get('content-disposition')).toContain(`people_${organizationId}.csv`);
    expect(await actions()).toContain('people.exported');
  });

  it('changes nothing when it is imported again, in either form', async () => {
    const json = await exported();
    const csv = await root.get(`${base}/people`, { accept: 'text/csv' }).expect<string>(200);
    const before = await actions();
    const again = await importing(json);
    expect([...outcomes(again), ...outcomes(await asCsv('/people', csv).expect<ImportResult>(200))]).toEqual(
      Array.from({ length: 8 }, () => 'unchanged'),
    );
    expect(again.teams).toEqual([]);
    expect((await actions()).filter((action) => action !== 'people.exported')).toEqual(
      before.filter((action) => action !== 'people.exported'),
    );
  });
});

describe('An import of people', () => {
  const csv = [
    'email,role,teams,licenses',
    'grace@example.com,,Web,',
    'alan@example.com,ADMIN,Web (OWNER); Mobile,KSE; KRE',
    'joan@example.com,BILLING_MANAGER,Web,KSE',
    'nobody,,,',
    'kurt@example.com,OWNER,,',
  ].join('\n');

  it('tells before what it would do to whom, and does nothing', async () => {
    const before = await exported();
    const result = await asCsv('/people/preview', csv).expect<ImportResult>(200);
    expect(result).toMatchObject({
      teams: ['Web'],
      people: [
        {
          ...{ line: 2, email: 'grace@example.com', outcome: 'changed', error: null, link: null },
          changes: [
            { name: 'teams', from: 'Mobile (ADMIN)', to: 'Web' },
            { name: 'licenses', from: 'KSE', to: '' },
          ],
        },
        { line: 3, email: 'alan@example.com', outcome: 'changed' },
        { line: 4, outcome: 'invited', changes: [{ name: 'role', from: null, to: 'BILLING_MANAGER' }, {}, {}] },
        { line: 5, email: 'nobody', outcome: 'refused', error: { code: 'invalid-email' } },
        { line: 6, outcome: 'refused', error: { code: 'owner-by-transfer' } },
      ],
    });
    expect(await exported()).toEqual(before);
    expect((await root.get(`${base}/invitations`).expect<{ content: object[] }>(200)).content).toEqual([]);
  });

  it('changes members, invites everyone else, and says so of each', async () => {
    const result = await asCsv('/people', csv).expect<ImportResult>(200);
    expect(outcomes(result)).toEqual(['changed', 'changed', 'invited', 'refused', 'refused']);
    expect(result.people[2]!.link).toContain('/invitations/');
    expect(await personOf('grace')).toMatchObject({
      role: 'USER',
      teams: [{ name: 'Web', role: 'USER' }],
      licenses: [],
    });
    expect(await personOf('alan')).toMatchObject({
      role: 'ADMIN',
      teams: [
        { name: 'Mobile', role: 'USER' },
        { name: 'Web', role: 'OWNER' },
      ],
      licenses: [kse, kre],
    });
    expect(await personOf('kurt')).toMatchObject({ role: 'USER' });
    // Who imports a file is in no team that it creates.
    expect(await personOf('root')).toMatchObject({ teams: [] });
    const { content } = await root.get(`${base}/invitations`).expect<{ content: object[] }>(200);
    expect(content).toMatchObject([{ email: 'joan@example.com', role: 'BILLING_MANAGER', team: 'Web', assign: [kse] }]);
    expect(await actions()).toContain('people.imported');
    // Once more: who is invited has an invitation, and everything else is as the file says.
    const again = await asCsv('/people', csv).expect<ImportResult>(200);
    expect(again.people.map(({ outcome, error }) => error?.code ?? outcome)).toEqual([
      ...['unchanged', 'unchanged', 'already-invited', 'invalid-email', 'owner-by-transfer'],
    ]);
  });

  it('passes on the seats that others in the file return, whatever their order', async () => {
    await importing({ people: [{ email: 'kurt@example.com', licenses: [kse] }] });
    const people = [
      { email: 'alan@example.com', licenses: [kse] },
      { email: 'grace@example.com', licenses: [] },
    ];
    expect(outcomes(await importing({ people: [people[0]!] }))).toEqual(['refused']);
    expect(outcomes(await importing({ people }))).toEqual(['changed', 'changed']);
    expect((await personOf('alan'))!.licenses).toEqual([kse]);
  });

  it('does all of what it says of a person, or nothing, and goes on with the next one', async () => {
    const [{ id: provider }] = (await server.sql(
      `INSERT INTO identity_provider (name, kind, enabled, provisioning, settings, created_at, updated_at)
         VALUES ('Okta', 'ldap', true, 'existing', '{}', now(), now()) RETURNING id`,
    )) as [{ id: number }];
    const people = [
      { email: 'grace@example.com', role: 'ADMIN', licenses: [] },
      { email: 'alan@example.com', role: 'ADMIN' },
    ];
    // The preview is of a moment before: the provider has taken Grace over since.
    expect(outcomes(await preview({ people }))).toEqual(['changed', 'changed']);
    await server.sql(
      `UPDATE membership SET managed_by = $1 WHERE organization_id = $2 AND user_id =
      (SELECT id FROM user_account WHERE email = 'grace@example.com')`,
      [provider, organizationId],
    );
    const { people: results } = await importing({ people });
    // A directory of which nothing is known would be asked at the next sign-in.
    await server.sql('DELETE FROM identity_provider WHERE id = $1', [provider]);
    expect(results.map(({ error, outcome }) => error?.code ?? outcome)).toEqual(['member-managed', 'changed']);
    expect(await personOf('grace')).toMatchObject({ role: 'USER', licenses: [kse] });
    expect(await personOf('alan')).toMatchObject({ role: 'ADMIN' });
  });

  it('is for owners and administrators of the organization', async () => {
    const alan = await server.api.signedIn('alan@example.com', 'alan@example.com password');
    for (const ask of [
      alan.get(`${base}/people`),
      alan.post(`${base}/people`, { people: [{ email: 'alan@example.com', role: 'ADMIN' }] }),
      asCsv('/people/preview', csv, alan),
    ]) {
      await ask.refused(403);
    }
  });

  it.each([
    ['nothing', {}, 'people is missing'],
    ['a person without an address', { people: [{ role: 'USER' }] }, 'email'],
    ['a list in a list', { people: [[]] }, 'people'],
    [
      'another kind of seat',
      { people: [{ email: 'a@b.test', licenses: [{ product: 'KSE', model: 'floating' }] }] },
      'per-user',
    ],
    ['a column that there is not', { csv: 'email,salary\na@b.test,1' }, 'there is no column salary'],
    ['a thousand and one people', { csv: `email\n${'a@b.test\n'.repeat(1001)}` }, 'at most 1000 people'],
  ])('is refused with %s', async (_, file, message) => {
    for (const route of ['/people', '/people/preview']) {
      expect(await root.post(`${base}${route}`, file).refused(400)).toContain(message);
    }
  });
});

describe('The commands', () => {
  const run = (...command: string[]): Promise<Outcome> => {
    const { dataDir, databaseUrl } = server;
    const vendorKeys = vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    return licenseServer({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl, VENDOR_KEYS: vendorKeys }, command);
  };

  it('write the people of an organization, and bring them to what a file says', async () => {
    const csv = path.join(folder, 'people.csv');
    expect(await run('export', '--organization', 'Labs', '--output', csv)).toMatchObject({ code: 0 });
    expect(statSync(csv).mode & 0o777).toBe(0o600);
    writeFileSync(
      csv,
      `${readFileSync(csv, 'utf8').replace('alan@example.com,,,USER', 'alan@example.com,,,ADMIN')}joan@example.com,,,USER,Web,\n`,
    );
    const tried = await run('import', csv, '--organization', String(organizationId), '--dry-run');
    expect(tried.code).toBe(3);
    expect(tried.output).toContain('+ team "Web"\n~ alan@example.com  (line 2)\n    role: USER -> ADMIN\n');
    expect(tried.output).toContain('Nothing was changed; it would be: 1 invited, 1 changed, 3 unchanged, 0 refused.');
    expect(await personOf('alan')).toMatchObject({ role: 'USER' });
    const done = await run('import', csv, '--organization', 'labs', '--json');
    expect(done.code).toBe(0);
    expect((JSON.parse(done.output) as ImportResult).people.at(-1)).toMatchObject({
      ...{ email: 'joan@example.com', outcome: 'invited', link: expect.stringContaining('/invitations/') },
    });
    expect(await personOf('alan')).toMatchObject({ role: 'ADMIN' });
    const { content } = await root
      .get(`${base}/audit-events?action=member.role-changed`)
      .expect<{ content: { actor: string }[] }>(200);
    expect(content.map(({ actor }) => actor)).toEqual(['command line']);
  });

  it('say which organizations there are, and what is wrong with a file', async () => {
    const several = await run('export', '--format', 'json');
    expect(several.code).toBe(2);
    expect(several.output).toMatch(/Choose one organization.*\n.*Acme\n.*Labs/);
    const json = path.join(folder, 'people.json');
    writeFileSync(
      json,
      '{"people": [{"email": "alan@example.com", "age": 7}, {"email": "kurt@example.com", "role": "BOSS"}]}',
    );
    const wrong = await run('import', json, '--organization', 'Labs');
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('Nothing was changed.');
    expect(wrong.output).toContain('people.1.role');
    writeFileSync(json, '{"people": [{"email": "kurt@example.com", "role": "OWNER"}]}');
    expect(await run('import', json, '--organization', 'Labs')).toMatchObject({
      ...{ code: 1, output: expect.stringContaining('! kurt@example.com\n    Ownership is transferred') },
    });
  });
});
