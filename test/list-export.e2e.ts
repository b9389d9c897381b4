import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { type Api } from './support/api.js';
import { member, type ReadyServer, readyServer, usualSeats } from './support/test-server.js';

let server: ReadyServer;
let organization: string;
beforeAll(async () => {
  server = await readyServer(usualSeats);
  organization = `/api/v1/organizations/${server.organizationId}`;
});
afterAll(() => server.close());

const csv = { accept: 'text/csv' };

async function rows(api: Api, path: string): Promise<Record<string, string>[]> {
  const text = await api.get(path, csv).expect<string>(200);
  return parse(text, { bom: true, columns: true });
}

describe('A list as CSV', () => {
  it('has all entries, in a file with a name of its own', async () => {
    await server.sql(
      `WITH people AS (INSERT INTO user_account (email, created_at, verified_at)
         SELECT 'tester' || n || '@example.com', now(), now() FROM generate_series(1, 1203) AS n RETURNING id)
       INSERT INTO membership (organization_id, user_id, role, joined_at) SELECT $1, id, 'USER', now() FROM people`,
      [server.organizationId],
    );
    const members = await rows(server.root, `${organization}/members`);
    expect(members).toHaveLength(1204);
    expect(new Set(members.map(({ email }) => email)).size).toBe(1204);
    const headers = await server.root.get(`${organization}/members`, csv).headers();
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toContain(`members_${server.organizationId}.csv`);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('is filtered and sorted as the list is, whichever page was asked for', async () => {
    const found = await rows(server.root, `${organization}/members?search=ester120&sort=email,desc&page=3&size=1`);
    expect(found.map(({ email }) => email).filter((email) => email !== 'tester120@example.com')).toEqual([
      'tester1203@example.com',
      'tester1202@example.com',
      'tester1201@example.com',
      'tester1200@example.com',
    ]);
  });

  it('names its columns as in JSON, also where there is no entry', async () => {
    const text = await server.root.get(`${organization}/invitations`, csv).expect<string>(200);
    const { content } = await server.root
      .get(`${organization}/members?size=1`)
      .expect<{ content: Record<string, unknown>[] }>(200);
    expect(text.trim().split('\r\n')).toHaveLength(1);
    expect(text).toContain('email,');
    const [first] = await rows(server.root, `${organization}/members`);
    expect(Object.keys(first!).map((name) => name.split('.')[0])).toEqual(
      expect.arrayContaining(Object.keys(content[0]!)),
    );
  });

  it('refuses as the list does, in JSON', async () => {
    const stranger = await member(server, 'user@example.com', 'USER');
    await stranger.get(`${organization}/members`, csv).refused(403);
    await server.api.get(`${organization}/members`, csv).refused(401);
    expect(await server.root.get(`${organization}/members?sort=shoe-size`, csv).refused(400)).toContain('sort must be');
    await server.root.get('/api/v1/organizations/4711/members', csv).refused(404);
  });

  it('begins no formula in a spreadsheet', async () => {
    await server.root.post(`${organization}/teams`, { name: '=HYPERLINK("http://elsewhere.test")' }).expect(201);
    const [team] = await rows(server.root, `${organization}/teams`);
    expect(team!.name).toBe(`'=HYPERLINK("http://elsewhere.test")`);
  });

  it('is told of in the OpenAPI document, and every list has one', async () => {
    const { paths } = await server.api.get('/api-json').expect<{ paths: Record<string, { get?: Operation }> }>(200);
    const lists = Object.entries(paths).filter(([, { get }]) => get?.parameters?.some(({ name }) => name === 'page'));
    expect(lists.length).toBeGreaterThan(20);
    const without = lists.filter(
      ([path, { get }]) =>
        !path.endsWith('.csv') &&
        !paths[`${path}.csv`] &&
        !get!.description?.includes('With `Accept: text/csv` all entries'),
    );
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it('of the audit log is the file of its own, and the log says who has taken it', async () => {
    const lines = await rows(server.root, `${organization}/audit-events`);
    expect(lines.map(({ Action }) => Action)).toContain('team.created');
    const { content } = await server.root
      .get(`${organization}/audit-events?action=audit-log.exported`)
      .expect<{ content: { actor: string }[] }>(200);
    expect(content).toHaveLength(1);
  });
});

interface Operation {
  parameters?: { name: string }[];
  description?: string;
}
