import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { foldCase } from '../src/text/fold-case.js';
import { form, keywordsJar } from './support/packages.js';
import { readyServer, usualSeats } from './support/test-server.js';

/** Runs SQL on the PostgreSQL of the test run, or on another database of it. */
async function sql<T>(text: string, values: unknown[] = [], database?: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: addressOf(database) });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as T[];
  } finally {
    await client.end();
  }
}

function addressOf(database?: string): string {
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  if (database) url.pathname = `/${database}`;
  return url.toString();
}

/** Texts that are equal without their case, whoever reads them. */
const pairs = [
  ['Éva', 'éVA'],
  ['STRASSE', 'straße'],
  ['IĞDIR', 'ığdır'],
  ['İstanbul', 'istanbul'],
  ['WIN-01', 'win-01'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
  ['ПОЧТА', 'почта'],
] as const;

/** The locales of the system, which its C library has: a machine without the Turkish one leaves that case out. */
const systemLocales = String(spawnSync('locale', ['-a']).stdout).split('\n');

describe.each([
  ['C', `LC_COLLATE 'C' LC_CTYPE 'C'`],
  ['Turkish', `LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'tr'`],
  ['German', `LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'de'`],
  ...systemLocales
    .filter((name) => /^tr_TR\.utf-?8$/i.test(name))
    .map((name) => ['Turkish, of the C library,', `LC_COLLATE '${name}' LC_CTYPE '${name}' LOCALE_PROVIDER libc`]),
])('On a database with the locale %s', (_name, locale) => {
  it('people, teams and organizations are found and compared without their case', async () => {
    const database = `case_${randomUUID().replaceAll('-', '')}`;
    await sql(`CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8' ${locale}`);
    const server = await readyServer(usualSeats, {}, { DATABASE_URL: addressOf(database) });
    try {
      const { root } = server;
      const count = async (path: string, search: string): Promise<number> => {
        const query = new URLSearchParams({ search }).toString();
        return (await root.get(`${path}?${query}`).expect<{ totalElements: number }>(200)).totalElements;
      };
      const jar = await keywordsJar();
      for (const [name, other] of pairs) {
        const { id } = await root.post('/api/v1/organizations', { name }).expect<{ id: number }>(201);
        const teams = `/api/v1/organizations/${id}/teams`;
        await root.post(teams, { name }).expect(201);
        expect((await root.post(teams, { name: other }).expect<{ code: string }>(409)).code).toBe('team-name-taken');
        expect([other, await count(teams, other)]).toEqual([other, 1]);
        expect([other, await count('/api/v1/organizations', other)]).toEqual([other, 1]);
        await root.post('/api/v1/plugins', form(jar, 'a.jar', { name, version: '1' })).expect(201);
        const again = root.post('/api/v1/plugins', form(jar, 'a.jar', { name: other, version: '1' }));
        expect([other, (await again.expect<{ code: string }>(409)).code]).toEqual([other, 'plugin-version-exists']);
        await root.patch('/api/v1/users/me', { firstName: name }).expect(200);
        expect([other, await count('/api/v1/users', other)]).toEqual([other, 1]);
        expect([other, await count(`/api/v1/organizations/${id}/members`, other)]).toEqual([other, 1]);
      }
      const actor = new URLSearchParams({ actor: 'ROOT@EXAMPLE.COM' }).toString();
      const { content } = await root.get(`/api/v1/audit-events?${actor}`).expect<{ content: unknown[] }>(200);
      expect(content.length).toBeGreaterThan(0);
      // The program and the database agree.
      for (const text of [...pairs.flat(), 'ﬁn', 'Ｗｉｄｅ', 'ẞ', 'ǅ', 'I', 'ı', 'İ', '100 %']) {
        const [row] = await sql<{ folded: string }>('SELECT fold_case($1) AS folded', [text], database);
        expect([text, row?.folded]).toEqual([text, foldCase(text)]);
      }
    } finally {
      await server.close();
      await sql(`DROP DATABASE ${database} WITH (FORCE)`);
    }
  });
});
