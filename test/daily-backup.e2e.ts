import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { licenseServer } from './support/command.js';
import { freePort } from './support/network/free-port.js';
import { metricsOf } from './support/metrics.js';
import { until } from './support/network/smtp-server.js';
import { type ReadyServer, readyServer, rootAccount, usualSeats } from './support/test-server.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-daily-'));
const metricsToken = 'prometheus-of-this-site';
const passphrase = 'a long passphrase';
let server: ReadyServer;

interface Backups {
  last: { at: string; file: string; encrypted: boolean } | null;
  isOld: boolean;
  nextAt: string | null;
  failure: string | null;
  isUnderWay: boolean;
}

beforeAll(async () => {
  const settings = { BACKUP_DIR: folder, BACKUP_AT: '03:15', BACKUP_KEEP: '2', BACKUP_PASSPHRASE: passphrase };
  server = await readyServer(usualSeats, {}, { ...settings, METRICS_TOKEN: metricsToken });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Signed in each time: a token does not live for a day. */
async function backups(): Promise<Backups> {
  const root = await server.api.signedIn(rootAccount.email, rootAccount.password);
  return root.get('/api/v1/server-backups').expect<Backups>(200);
}

const files = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.lsb'))
    .sort();

describe('With BACKUP_DIR, the server', () => {
  it('makes a backup every day at BACKUP_AT, and says when it was and when the next one is due', async () => {
    const before = await backups();
    expect(before).toMatchObject({ last: null, isOld: true, failure: null });
    expect(new Date(before.nextAt ?? 0).getTime()).toBeGreaterThan(Date.now());
    await server.later({ days: 1 });
    await until(() => files().length === 1, 60, 'the first backup');
    await until(async () => (await backups()).last !== null, 60, 'its event');
    const [file] = files();
    expect(file).toMatch(/^license-server-\d{4}-\d\d-\d\d-0315\.lsb$/);
    expect(await backups()).toMatchObject({ last: { file, encrypted: true }, isOld: false, failure: null });
    const metrics = await metricsOf(server.api.withBearer(metricsToken));
    const age = metrics.value('license_server_backup_age_seconds');
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThan(25 * 3600);
    expect(metrics.value('license_server_backup_failures_total')).toBe(0);
  });

  it('makes one more when an administrator asks for it, who is named in the audit log', async () => {
    const [daily] = files();
    const root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    const begun = await root.post('/api/v1/server-backups').expect<Backups & { schedule: object }>(202);
    expect(begun.schedule).toEqual({ folder, at: '03:15', keep: 2 });
    // One at a time; where the first is done already, this is the next one.
    const again = await root.post('/api/v1/server-backups').status();
    expect([202, 409]).toContain(again);
    await until(async () => !(await backups()).isUnderWay, 60, 'its end');
    const [manual = ''] = files().filter((name) => name !== daily);
    expect(manual).toMatch(/^license-server-manual-\d{4}-\d\d-\d\d-\d{6}\.lsb$/);
    expect((await backups()).failure).toBeNull();
    const [event] = await server.sql(
      `SELECT actor, address IS NOT NULL AS "hasAddress" FROM audit_event WHERE action = 'backup.created' AND details->>'file' = $1`,
      [manual],
    );
    expect(event).toEqual({ actor: rootAccount.email, hasAddress: true });
    for (const name of files()) if (name !== daily) rmSync(path.join(folder, name));
  });

  it('the drill proves such a backup, and touches nothing', async () => {
    const [file = ''] = files();
    const { code, output } = await licenseServer(
      { BACKUP_PASSPHRASE: passphrase, DATA_DIR: path.join(folder, 'none') },
      ['restore', '--drill', path.join(folder, file)],
    );
    expect(output).toMatch(/restored into a temporary database: all \d+ tables are there again, byte by byte/);
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([file]);
  }, 120_000);

  it('doctor says what keeps it from copying them to a storage, and what a machine without a data folder lacks', async () => {
    const storage = {
      ...{
        BACKUP_DIR: folder,
        BACKUP_PASSPHRASE: passphrase,
        BACKUP_S3_URL: `http://127.0.0.1:${await freePort()}/backups`,
      },
      ...{ BACKUP_S3_ACCESS_KEY: 'license-server', BACKUP_S3_SECRET_KEY: 'hush' },
    };
    const { output } = await licenseServer(
      { ...storage, DATABASE_URL: server.databaseUrl, DATA_DIR: path.join(folder, 'none') },
      ['doctor'],
    );
    expect(output).toMatch(/^LOOK {3}backup copies {2}http:.*: the storage cannot be reached \(ECONNREFUSED\)\.$/m);
    expect(output).toMatch(/^ok {5}database /m);
    expect(output).not.toMatch(/hush|ENOENT|^WRONG {2}database/m);
  });

  it('keeps BACKUP_KEEP of them, and leaves other files alone', async () => {
    writeFileSync(path.join(folder, 'monday.lsb'), 'made by hand');
    const [first] = files();
    for (const count of [2, 3]) {
      await server.later({ days: 1 });
      await until(
        () => files().filter((name) => name !== first && name !== 'monday.lsb').length >= count - 1,
        60,
        `backup ${count}`,
      );
    }
    await until(() => files().length === 3, 60, 'the end of the first');
    expect(files()).toContain('monday.lsb');
    expect(files()).not.toContain(first);
    expect((await backups()).isOld).toBe(true);
  });

  it('says why a backup failed, and tries again the next day', async () => {
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(folder, 'no folder');
    await server.later({ days: 1 });
    const failed = async (): Promise<boolean> => (await backups()).failure !== null;
    await until(failed, 60, 'the failure');
    const metrics = await metricsOf(server.api.withBearer(metricsToken));
    expect(metrics.value('license_server_backup_failures_total')).toBe(1);
    rmSync(folder);
    await server.later({ days: 1 });
    await until(async () => (await backups()).failure === null, 60, 'the next backup');
    expect(files()).toHaveLength(1);
  });
});
