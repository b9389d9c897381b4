import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { licenseServer } from './support/command.js';
import { readyServer, type ReadyServer } from './support/test-server.js';
import { until } from './support/until.js';

interface Storage {
  databaseBytes: number;
  parts: { name: string; bytes: number }[];
  dataFolderBytes: number;
  archiveBytes: number;
  freeBytes: number;
  growthPerDay: number | null;
  fullOn: string | null;
}

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer();
});
afterAll(() => server.close());

const storage = () => server.root.get('/api/v1/server-storage').expect<Storage>(200);

describe('GET /api/v1/server-storage', () => {
  it('says how large what is, and how fast it grows once there are samples of two days', async () => {
    const first = await storage();
    expect(first.parts.map(({ name }) => name).sort()).toEqual(
      ['audit', 'mail', 'other', 'refusals', 'reports', 'sessions'].sort(),
    );
    const inTables = first.parts.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(inTables).toBeGreaterThan(0);
    expect(first.databaseBytes).toBeGreaterThan(inTables);
    expect(first.dataFolderBytes).toBeGreaterThan(0);
    expect(first.freeBytes).toBeGreaterThan(0);
    expect(first).toMatchObject({ growthPerDay: null, fullOn: null, archiveBytes: 0 });

    const samples = () => server.sql<{ bytes: string }>('SELECT database_bytes AS bytes FROM size_sample');
    await until(async () => (await samples()).length === 1, 30, 'the sample of the first day');
    const [today] = await samples();
    await server.sql('INSERT INTO size_sample SELECT day - 10, database_bytes - 5000000 FROM size_sample');
    expect(Number(today!.bytes)).toBeGreaterThan(5_000_000);
    expect((await storage()).growthPerDay).toBe(500_000);
  });

  it('is said by doctor, too', async () => {
    const env = { DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl };
    const { output } = await licenseServer(env, ['doctor']);
    expect(output).toMatch(
      /ok {5}storage {8}The database has [\d.]+ MB \(.*audit [\d.]+ MB.*\), growing by 0\.5 MB a day/,
    );
  });
});
