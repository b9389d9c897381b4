import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Api } from './support/api.js';
import { parentCommand, Program } from './support/program.js';
import { nothingWrong, RestlessClients } from './support/restless-clients.js';
import { freePort } from './support/network/smtp-server.js';
import { emptyDatabase, gui, issue, rootAccount, specification, vendor } from './support/test-server.js';

/** The former release, built: `npm run check:upgrade` names its folder. */
const former = [path.join(process.env.FORMER_RELEASE ?? '', 'dist', 'cli', 'main.js'), 'start'];
const clients = 40;
const seats = 28;
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-rolling-'));
let database: { url: string; drop: () => Promise<void> };
let ports: string[] = [];
const programs: Program[] = [];
let key: string;
let organizationId: number;

const urls = (): string[] => ports.map((port) => `http://127.0.0.1:${port}`);

/** Starts one of the two servers, at its own port. */
async function start(index: number, command: string[]): Promise<void> {
  programs[index] = new Program(
    {
      PORT: ports[index]!,
      DATA_DIR: path.join(folder, `server-${index}`),
      SECRET_KEY_FILE: path.join(folder, 'secret.key'),
      DATABASE_URL: database.url,
      DRAIN_SECONDS: '1',
      VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    command,
  );
  await programs[index].ready();
}

async function rows<T extends object>(text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}

const migrations = async (): Promise<string[]> =>
  (await rows<{ name: string }>('SELECT name FROM migration ORDER BY id')).map(({ name }) => name);

beforeAll(async () => {
  database = await emptyDatabase();
  ports = [String(await freePort()), String(await freePort())];
  await start(0, former);
  const api = new Api(urls()[0]!);
  const setup = { 'x-setup-token': /with the setup token (\S+?)["\s]/.exec(programs[0]!.output)?.[1] ?? '' };
  const license = await issue(specification([{ product: 'KSE', model: 'floating', quantity: seats, features: [gui] }]));
  await api.post('/api/v1/setup/license', { license }, setup).expect(200);
  await api.post('/api/v1/setup/account', rootAccount, setup).expect(200);
  const root = await api.signedIn(rootAccount.email, rootAccount.password);
  ({ id: organizationId } = await root.post('/api/v1/organizations', { name: 'Acme' }).expect<{ id: number }>(201));
  ({ key } = await root.post('/api/v1/users/me/api-keys', { name: 'Key' }).expect<{ key: string }>(201));
  await start(1, former);
}, 300_000);
afterAll(async () => {
  await Program.endAll();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('Two servers of the former release', () => {
  it('are replaced one after the other, the second serves on the new schema meanwhile, and no client loses its seat', async () => {
    const before = await migrations();
    const work = new RestlessClients({ urls, key, organizationId }, clients, 9);
    work.start();
    await pause(2_000);
    await programs[0]!.end('SIGTERM');
    await start(0, parentCommand);
    const after = await migrations();
    // The former release alone, on the schema of this one.
    await programs[0]!.end('SIGTERM');
    await pause(4_000);
    await start(0, parentCommand);
    await pause(4_000);
    await programs[1]!.end('SIGTERM');
    await start(1, parentCommand);
    await pause(2_000);
    await work.stop();

    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.length).toBeGreaterThan(before.length);
    expect(await work.findings(rows, seats)).toEqual(nothingWrong);
    expect(work.history.length).toBeGreaterThan(clients);
    console.info(`${after.length - before.length} migrations; answers ${JSON.stringify(work.tally)}`);
  }, 300_000);
});
