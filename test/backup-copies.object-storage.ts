import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { licenseServer, type Outcome } from './support/command.js';
import { ObjectStorage } from './support/network/object-storage.js';
import { type ReadyServer, readyServer, rootAccount, usualSeats } from './support/test-server.js';
import { until } from './support/until.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-copies-'));
const passphrase = 'a long passphrase';
let storage: ObjectStorage;
let server: ReadyServer;

interface Backups {
  copies: { url: string; last: { at: string; file: string } | null } | null;
  failure: string | null;
  isUnderWay: boolean;
}

const settings = (): Record<string, string> => ({
  ...{ BACKUP_DIR: path.join(folder, 'daily'), BACKUP_AT: '03:15', BACKUP_KEEP: '2', BACKUP_PASSPHRASE: passphrase },
  ...storage.settings,
});

beforeAll(async () => {
  storage = await ObjectStorage.start();
  server = await readyServer(usualSeats, {}, settings());
});
afterAll(async () => {
  await server.close();
  await storage.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Signed in each time: a token does not live for a day. */
async function backups(): Promise<Backups> {
  const root = await server.api.signedIn(rootAccount.email, rootAccount.password);
  return root.get('/api/v1/server-backups').expect<Backups>(200);
}

async function nextDay(): Promise<void> {
  const before = readdirSync(folder).includes('daily') ? daily() : [];
  await server.later({ days: 1 });
  await until(() => daily().some((name) => !before.includes(name)), 60, 'the next backup');
  await until(async () => !(await backups()).isUnderWay, 60, 'its end');
}

function daily(): string[] {
  try {
    return readdirSync(path.join(folder, 'daily'))
      .filter((name) => name.endsWith('.lsb'))
      .sort();
  } catch {
    return [];
  }
}

/** As on a machine that has nothing but these settings. */
function command(args: string[], more: Record<string, string> = {}): Promise<Outcome> {
  return licenseServer({ ...settings(), DATA_DIR: path.join(folder, 'none'), ...more }, args);
}

describe('With BACKUP_S3_URL, the server', () => {
  it('copies each backup to the storage, and says when', async () => {
    expect(await backups()).toMatchObject({ copies: { url: storage.settings.BACKUP_S3_URL, last: null } });
    await nextDay();
    expect(storage.files()).toEqual(daily());
    expect(await backups()).toMatchObject({ copies: { last: { file: daily()[0] } }, failure: null });
    const root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    await root.post('/api/v1/server-backups').expect(202);
    await until(async () => !(await backups()).isUnderWay, 60, 'the backup on demand');
    expect(storage.files()).toEqual([daily()[0], expect.stringMatching(/^license-server-manual-.*\.lsb$/)]);
  });

  it('says why a copy failed, and makes up for it with the next backup', async () => {
    await storage.stop();
    await nextDay();
    expect((await backups()).failure).toMatch(
      /^It was made, but not copied to https:.*: the storage cannot be reached \(ECONNREFUSED\)\.$/,
    );
    await storage.run();
    await nextDay();
    expect((await backups()).failure).toBeNull();
    expect(storage.files()).toEqual(daily());
  });

  it('keeps BACKUP_KEEP of the daily ones there, and those on demand', async () => {
    await nextDay();
    const isManual = (name: string): boolean => name.includes('manual');
    expect(storage.files().filter((name) => !isManual(name))).toEqual(daily().filter((name) => !isManual(name)));
    expect(storage.files().filter(isManual)).toHaveLength(1);
    expect(storage.files()).toHaveLength(3);
  });
});

describe('On a new machine', () => {
  it('the newest backup is fetched and restored', async () => {
    const listed = await command(['fetch-backup', '--list']);
    expect(listed.output.match(/\S+\.lsb/g)).toHaveLength(3);
    const elsewhere = path.join(folder, 'fetched');
    const fetched = await command(['fetch-backup'], { BACKUP_DIR: elsewhere });
    const [newest = ''] = daily()
      .filter((name) => !name.includes('manual'))
      .reverse();
    expect([fetched.output, fetched.code]).toEqual([expect.stringContaining(path.join(elsewhere, newest)), 0]);
    expect(readFileSync(path.join(elsewhere, newest))).toEqual(readFileSync(path.join(folder, 'daily', newest)));
    const restored = await command(['restore', '--check', path.join(elsewhere, newest)]);
    expect([restored.output, restored.code]).toEqual([expect.stringContaining('is whole'), 0]);
    const again = await command(['fetch-backup', newest], { BACKUP_DIR: elsewhere });
    expect([again.output, again.code]).toEqual([expect.stringContaining('exists already'), 1]);
    const unknown = await command(['fetch-backup', 'monday.lsb'], { BACKUP_DIR: elsewhere });
    expect([unknown.output, unknown.code]).toEqual([expect.stringContaining('There is no backup monday.lsb'), 1]);
    expect(readdirSync(elsewhere)).toEqual([newest]);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a wrong secret key',
      { BACKUP_S3_SECRET_KEY: 'guessed' },
      'refuses BACKUP_S3_ACCESS_KEY and BACKUP_S3_SECRET_KEY',
    ],
    ['a wrong access key', { BACKUP_S3_ACCESS_KEY: 'nobody' }, 'No user exists with the provided access key'],
    ['a certificate that nobody vouches for', { BACKUP_S3_CA_FILE: '' }, 'cannot be reached ('],
  ])('%s is explained', async (_, wrong, message) => {
    const { output } = await command(['doctor'], { DATABASE_URL: server.databaseUrl, ...wrong });
    expect(output).toMatch(/^LOOK {3}backup copies {2}https:/m);
    expect(output).toContain(message);
    expect(output).not.toContain('guessed');
  });

  it('a bucket that does not exist is told in words', async () => {
    const url = new URL(storage.settings.BACKUP_S3_URL ?? '');
    const { output, code } = await command(['fetch-backup'], { BACKUP_S3_URL: `${url.origin}/nowhere` });
    expect([output, code]).toEqual([expect.stringContaining('there is no bucket nowhere.'), 1]);
  });

  it('doctor counts the copies', async () => {
    const { output } = await command(['doctor'], { DATABASE_URL: server.databaseUrl });
    expect(output).toMatch(/^ok {5}backup copies {2}3 backups in https:/m);
  });
});
