import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { licenseServer } from './support/command.js';
import { olderTransactionsOver } from './support/older-transactions.js';
import { hourByHour } from './support/clock/hour-by-hour.js';
import { readyServer, type ReadyServer, rootAccount, usualSeats } from './support/test-server.js';

jest.setTimeout(240_000);

let server: ReadyServer;
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-test-'));
afterEach(() => server.close());
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const verification = async (): Promise<{ intact: boolean }> => {
  await olderTransactionsOver(server);
  server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
  return server.root.get('/api/v1/audit-events/verification').expect<{ intact: boolean }>(200);
};

const later = async (days: number): Promise<void> => {
  await server.later({ days });
  server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
};

const isSetupKnown = async (): Promise<boolean> =>
  (await server.sql(`SELECT FROM audit_event WHERE action = 'setup.completed'`)).length > 0;

interface Proof {
  intact: boolean;
  events: number;
  firstBroken: { problem: string } | null;
}

/** Proves an archive as somebody does who has the file and the server's key, and no server. */
async function proved(file: string): Promise<Proof> {
  const key = path.join(folder, 'key.pem');
  writeFileSync(key, await (await fetch(`${server.url}/api/v1/signing-key.pem?kid=all`)).text());
  const { output } = await licenseServer({}, ['audit', 'verify', file, '--key', key, '--json']);
  return JSON.parse(output) as Proof;
}

describe('An archive of the audit log', () => {
  it('is written and signed before a month goes, and proves itself; the rest goes on verifying', async () => {
    server = await readyServer(usualSeats, {}, { AUDIT_RETENTION_DAYS: '30' });
    await verification();
    await later(40);
    await server.root.patch(`/api/v1/organizations/${server.organizationId}`, { name: 'Later' }).expect(200);
    await verification();
    await hourByHour(server, async () => !(await isSetupKnown()), 'the first month to go');
    expect((await verification()).intact).toBe(true);

    const archives = path.join(server.dataDir, 'audit-archives');
    const [name = '', ...more] = readdirSync(archives).sort();
    expect(name).toMatch(/^audit-\d{4}-\d\d_blocks-1-\d+\.jsonl\.gz$/);
    expect(more.filter((file) => file.endsWith('unfinished'))).toEqual([]);
    const file = path.join(archives, name);
    const text = gunzipSync(readFileSync(file)).toString();
    expect(text).toContain('setup.completed');
    const proof = await proved(file);
    expect(proof).toMatchObject({ intact: true, firstBroken: null });
    expect(proof.events).toBeGreaterThan(2);
    expect(await server.sql('SELECT month, first_block::int FROM audit_archive ORDER BY last_block LIMIT 1')).toEqual([
      { month: name.slice(6, 13), first_block: 1 },
    ]);

    const lines = text.trimEnd().split('\n');
    const changes: Record<string, string[]> = {
      changed: lines.map((line) => line.replace('setup.completed', 'setup.cancelled')),
      shortened: lines.filter((line) => !line.includes('setup.completed')),
      lengthened: [...lines, lines.at(-2)!],
      unsigned: lines.slice(0, -1),
    };
    for (const [change, changed] of Object.entries(changes)) {
      const copy = path.join(folder, `${change}.jsonl.gz`);
      writeFileSync(copy, gzipSync(`${changed.join('\n')}\n`));
      expect([change, (await proved(copy)).intact]).toEqual([change, false]);
    }
  });

  it('is written first: where it cannot be, nothing is removed, and nothing half written stays', async () => {
    const archives = path.join(folder, 'archives');
    // A file stands where the folder should be.
    writeFileSync(archives, '');
    const settings = { AUDIT_RETENTION_DAYS: '30', SESSION_RETENTION_DAYS: '30', AUDIT_ARCHIVE_DIR: archives };
    server = await readyServer(usualSeats, {}, settings);
    await verification();
    await later(70);
    // The same turn removes old sessions before: once those blocks are done, the audit log's turn has come.
    const done = async (): Promise<number> =>
      (
        await server.sql<{ block: number }>('SELECT max(removed_sessions_block)::int AS block FROM audit_checkpoint')
      )[0]!.block;
    await hourByHour(server, async () => (await done()) > 0, 'the turn to come');
    await server.later({ minutes: 61 });
    expect(await isSetupKnown()).toBe(true);
    expect(await server.sql('SELECT FROM audit_archive')).toEqual([]);
    expect((await verification()).intact).toBe(true);

    rmSync(archives);
    await hourByHour(server, async () => !(await isSetupKnown()), 'the first month to go');
    expect(existsSync(archives) && readdirSync(archives).every((name) => name.endsWith('.jsonl.gz'))).toBe(true);
    expect((await verification()).intact).toBe(true);
  });
});
