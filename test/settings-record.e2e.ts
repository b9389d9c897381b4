import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { licenseServer } from './support/command.js';
import { ServerProcess } from './support/server-process.js';
import { freshServer, type TestServer } from './support/test-server.js';

interface Recorded {
  actor: string;
  details: { server: string; comparedWith: string | null; settings: Record<string, unknown> };
}

const token = 'a-token-that-nobody-may-read';
let server: TestServer;
let place: Record<string, string>;
beforeAll(async () => {
  server = await freshServer();
  await server.stop();
  place = { PORT: '0', HOST: '127.0.0.1', DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl };
  // The settings of the test server itself, which are others.
  await start({});
});
afterAll(async () => {
  await server.crash();
  await server.close();
});

/** Starts the server with these settings, and stops it again. */
async function start(settings: Record<string, string>): Promise<void> {
  const process = await ServerProcess.start({ ...place, LOG_LEVEL: 'silent', ...settings });
  await process.tell({ close: true });
}

async function recorded(): Promise<Recorded[]> {
  return server.sql<Recorded>(
    `SELECT actor, details FROM audit_event WHERE action = 'server-settings.environment-changed' ORDER BY id`,
  );
}

/** What a start with these settings adds to the audit log. */
async function changesOf(settings: Record<string, string>): Promise<Record<string, unknown>[]> {
  const before = await recorded();
  await start(settings);
  return (await recorded()).slice(before.length).map(({ details }) => details.settings);
}

describe('At its start a server writes into the audit log', () => {
  it('all settings that are set, the first time', async () => {
    const [first] = await recorded();
    expect(first).toMatchObject({ actor: 'server', details: { comparedWith: null } });
    expect(first?.details.server).toContain(`:${server.dataDir}`);
    expect(first?.details.settings).toMatchObject({
      HOST: { from: null, to: '127.0.0.1' },
      DATABASE_URL: 'secret set',
      VENDOR_KEYS: { from: null, to: expect.stringMatching(/^SHA-256 [\da-f]{32}$/) },
    });
  });

  it('which settings have changed since the last start, and nothing when none has', async () => {
    await start({});
    expect(await changesOf({})).toEqual([]);
    expect(await changesOf({ AUDIT_RETENTION_DAYS: '30' })).toEqual([
      { AUDIT_RETENTION_DAYS: { from: null, to: '30' } },
    ]);
    expect(await changesOf({ AUDIT_RETENTION_DAYS: '1', SERVER_URL: 'http://licenses.test:8080' })).toEqual([
      {
        AUDIT_RETENTION_DAYS: { from: '30', to: '1' },
        SERVER_URL: { from: null, to: 'http://licenses.test:8080' },
      },
    ]);
    expect(await changesOf({})).toEqual([
      { AUDIT_RETENTION_DAYS: { from: '1', to: null }, SERVER_URL: { from: expect.anything(), to: null } },
    ]);
  });

  it('that a secret has changed, and never what it is', async () => {
    await start({});
    expect(await changesOf({ METRICS_TOKEN: token })).toEqual([{ METRICS_TOKEN: 'secret set' }]);
    expect(await changesOf({ METRICS_TOKEN: `${token}-2` })).toEqual([{ METRICS_TOKEN: 'secret changed' }]);
    expect(await changesOf({ METRICS_TOKEN: `${token}-2` })).toEqual([]);
    const { code } = await licenseServer(place, ['rotate-keys', 'secret']);
    expect(code).toBe(0);
    expect(await changesOf({ METRICS_TOKEN: `${token}-2` })).toEqual([]);
    expect(await changesOf({})).toEqual([{ METRICS_TOKEN: 'secret removed' }]);
    const stored = await server.sql<{ text: string }>(
      'SELECT string_agg(e::text, $1) || (SELECT string_agg(r::text, $1) FROM recorded_settings r) AS text FROM audit_event e',
      ['\n'],
    );
    expect(stored[0]?.text).not.toContain(token);
    expect(stored[0]?.text).not.toContain(server.databaseUrl);
  });

  it('what another server of the database has that is different', async () => {
    await start({});
    const dataDir = path.join(server.dataDir, 'second');
    const key = path.join(server.dataDir, 'secret.key');
    const second = { DATA_DIR: dataDir, SECRET_KEY_FILE: key };
    expect(await changesOf(second)).toEqual([
      { DATA_DIR: { from: server.dataDir, to: dataDir }, SECRET_KEY_FILE: { from: null, to: key } },
    ]);
    // Each is compared with itself from then on.
    expect(await changesOf({})).toEqual([]);
    expect(await changesOf(second)).toEqual([]);
  });
});
