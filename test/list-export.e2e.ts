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
    // Whoever has the link can open the account.
    expect(text).not.toContain('link');
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

  it('is in the audit log: who has taken which list, how filtered, with how many entries', async () => {
    await server.root.post('/api/v1/webhooks', { url: 'https://example.com/', events: ['mail.failed'] }).expect(201);
    await rows(server.root, `${organization}/members?search=ester120&sort=email,desc`);
    await rows(server.root, `${organization}/denials`);
    await rows(server.root, `${organization}/allocations`);
    await rows(server.root, '/api/v1/webhooks');
    // What is refused, or read as JSON, is no export.
    await server.root.get(`${organization}/members?sort=shoe-size`, csv).refused(400);
    await server.root.get(`${organization}/teams`).expect(200);
    const { content } = await server.root
      .get('/api/v1/audit-events?action=list.exported&size=4')
      .expect<{ content: object[] }>(200);
    const id = server.organizationId;
    const about = { actor: 'root@example.com', organizationId: id };
    expect(content).toEqual([
      expect.objectContaining({ ...about, organizationId: null, details: { list: 'webhooks', rows: 1 } }),
      expect.objectContaining({
        ...about,
        details: { list: `organizations/${id}/allocations`, rows: expect.any(Number) },
      }),
      expect.objectContaining({ ...about, details: { list: `organizations/${id}/denials`, rows: 0 } }),
      expect.objectContaining({
        ...about,
        details: { list: `organizations/${id}/members`, search: 'ester120', rows: expect.any(Number) },
      }),
    ]);
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

interface CursorPage {
  content: { id: number | string }[];
  next: string | null;
  totalElements: number | null;
  moreElements?: boolean;
}

describe('A list without end', () => {
  beforeAll(async () => {
    const wanted = { product: 'KSE', machineId: 'machine' };
    const ask = (sessionId: string) =>
      server.root.post('/api/v1/leases', { ...wanted, sessionId, organizationId: server.organizationId });
    const granted = [await ask('s-1').expect<{ id: string }>(201), await ask('s-2').expect<{ id: string }>(201)];
    for (const { id } of granted) await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    // Refusals of the same moment, and of people whose accounts are gone.
    await server.sql(
      `INSERT INTO denial (organization_id, user_id, machine_id, session_id, product, code, occurred_at)
         SELECT $1, CASE WHEN n % 3 = 0 THEN 1 END, 'machine-' || n % 4, 'session', 'KSE', 'seats-exhausted', date_trunc('day', now()) - n / 5 * interval '1 hour'
           FROM generate_series(1, 23) AS n`,
      [server.organizationId],
    );
  });

  const lists = [
    ...['audit-events', 'audit-events?sort=id', 'audit-events?sort=occurredAt', 'audit-events?action=lease'],
    ...[
      'denials',
      'denials?sort=email',
      'denials?sort=email,desc',
      'denials?sort=machineId',
      'denials?search=machine-1',
    ],
    ...['utilization', 'utilization?sort=startedAt', 'utilization?sort=email', 'utilization?search=machine'],
  ];
  it.each(lists)('is read whole from cursor to cursor: %s', async (list) => {
    const first = `${organization}/${list}${list.includes('?') ? '&' : '?'}`;
    const all = await pageAt(`${first}size=500`);
    expect(all.content.length).toBeGreaterThanOrEqual(2);
    expect(all).toMatchObject({ next: null, totalElements: all.content.length });
    const found: (string | number)[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page = await pageAt(`${first}size=2${next && `&after=${next}&count=false`}`);
      found.push(...page.content.map(({ id }) => id));
      expect(page.content.length).toBe(page.next === null ? page.content.length : 2);
      next = page.next;
    }
    expect(found).toEqual(all.content.map(({ id }) => id));
  });

  it('says how many entries there are where it has counted them', async () => {
    const { next } = await pageAt(`${organization}/denials?size=2`);
    const after = await pageAt(`${organization}/denials?size=2&after=${next}`);
    expect(after).toMatchObject({ totalElements: null, totalPages: null });
    const counted = await pageAt(`${organization}/denials?size=2&after=${next}&count=true`);
    expect(counted).toMatchObject({ totalElements: 23, totalPages: 12 });
    expect(await pageAt(`${organization}/audit-events?count=false`)).toMatchObject({ totalElements: null });
    expect(await rows(server.root, `${organization}/denials`)).toHaveLength(23);
    const { content } = await server.root
      .get('/api/v1/audit-events?action=list.exported&size=1')
      .expect<{ content: { details: object }[] }>(200);
    expect(content[0]!.details).toMatchObject({ rows: 23 });
  });

  it('goes on where it was, whatever has been added meanwhile', async () => {
    const path = '/api/v1/audit-events?size=2';
    const { next } = await pageAt(path);
    const before = await pageAt(`${path}&after=${next}`);
    await server.root.post(`${organization}/teams`, { name: 'Later' }).expect(201);
    expect((await pageAt(`${path}&after=${next}`)).content).toEqual(before.content);
  });

  it('refuses what is no cursor of it', async () => {
    const { next } = await pageAt(`${organization}/denials?size=2`);
    const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const refused = [
      ...[
        'zzz',
        '%00',
        forged(),
        forged('occurredAt,desc', 'someday', '1'),
        forged('occurredAt,desc', '2026-01-01', 'x'),
      ],
      ...[
        forged('occurredAt,desc', null, '1', '1'),
        forged('occurredAt,desc', '2026-01-01\0', '1'),
        forged('occurredAt,desc', {}, 1),
      ],
    ];
    for (const after of refused) {
      const answer = server.root.get(`${organization}/denials?after=${after}`);
      expect([after, await answer.status()]).toEqual([after, 400]);
      expect(await answer.refused(400)).toContain('after');
    }
    await server.root.get(`${organization}/denials?sort=email&after=${next}`).refused(400);
    await server.root.get(`${organization}/denials?page=1&after=${next}`).refused(400);
    await server.root.get(`${organization}/denials?count=perhaps`).refused(400);
    // Somebody else's cursor shows nothing of theirs.
    const stranger = await member(server, 'stranger@example.com', 'USER');
    await stranger.get(`${organization}/denials?after=${next}`).refused(403);
  });

  async function pageAt(path: string): Promise<CursorPage> {
    const answer = await server.root.get(path).expect<CursorPage & { sessions?: CursorPage }>(200);
    return answer.sessions ?? answer;
  }
});

interface Operation {
  parameters?: { name: string }[];
  description?: string;
}
