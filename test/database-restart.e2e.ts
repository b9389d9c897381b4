import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DataFolder } from '../src/config/data-folder.js';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { metricsOf } from './support/metrics.js';
import { type ReadyServer, readyServer, usualSeats } from './support/test-server.js';
import { until } from './support/until.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-restart-'));
const metricsToken = 'prometheus-of-this-site';
let dataFolder: DataFolder;
let postgres: EmbeddedPostgres;
let server: ReadyServer;

const startDatabase = async (): Promise<void> => {
  postgres = await EmbeddedPostgres.start(dataFolder, () => undefined);
};

/** A server on a PostgreSQL of its own, which is not the server's to start and stop. */
beforeAll(async () => {
  dataFolder = await DataFolder.claim(folder);
  await startDatabase();
  server = await readyServer(usualSeats, {}, { DATABASE_URL: postgres.url, METRICS_TOKEN: metricsToken });
}, 400_000);
afterAll(async () => {
  await server.close();
  await postgres.stop();
  await dataFolder.release();
  rmSync(folder, { recursive: true, force: true });
});

const seat = { product: 'KSE', machineId: 'machine', sessionId: 'session' };
const take = () => server.root.post('/api/v1/leases', { ...seat, organizationId: server.organizationId });

describe('When the database restarts', () => {
  it('requests wait for it, or are told to try again, and then all goes on', async () => {
    const { id } = await take().expect<{ id: string }>(201);
    await postgres.stop();
    const statuses: number[] = [];
    let over = false;
    const worker = async (): Promise<void> => {
      while (!over) {
        const answer = server.root.post(`/api/v1/leases/${id}/renew`);
        const status = await answer.status();
        statuses.push(status);
        if (status !== 503) continue;
        await answer.refused(503);
        expect(Number((await answer.headers()).get('retry-after'))).toBeGreaterThan(0);
      }
    };
    const workers = [worker(), worker(), worker()];
    await startDatabase();
    const before = statuses.length;
    await until(() => statuses.slice(before).filter((status) => status === 200).length >= 6, 60, 'renewals');
    over = true;
    await Promise.all(workers);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(await take().expect<{ id: string }>(200)).toMatchObject({ id });
  }, 240_000);

  it('a revoked key is refused at once, for the server listens again', async () => {
    const key = await server.root
      .post('/api/v1/users/me/api-keys', { name: 'CI' })
      .expect<{ id: number; key: string }>(201);
    const ci = server.api.withBearer(key.key);
    await ci.get('/api/v1/users/me').expect(200);
    await server.root.delete(`/api/v1/users/me/api-keys/${key.id}`).expect(204);
    await ci.get('/api/v1/users/me').refused(401);
  });
});

describe('While there is no database', () => {
  it('the server lives, goes on telling what it is, and comes back by itself', async () => {
    const info = await server.api.get('/info').expect(200);
    await postgres.stop();
    await server.api.get('/health/live').expect(200);
    const answers = [server.root.get('/api/v1/organizations'), take()];
    for (const answer of answers) {
      expect(await answer.refused(503)).toBe(
        'The server cannot reach its database at the moment. Try again in 2 seconds.',
      );
      expect((await answer.headers()).get('retry-after')).toBe('2');
    }
    // Clients that wait are still sent here, for as long as they do wait.
    const away = async (): Promise<boolean> => {
      const { database } = await server.api.get('/health/ready').expect<{ database: string }>(200);
      return database === 'away';
    };
    await until(away, 30, 'a server that misses its database');
    expect(await server.api.get('/info').expect(200)).toEqual(info);
    await server.later({ seconds: 56 });
    const refusal = await server.api.get('/health/ready').expect<{ code: string; databaseAwaySeconds: number }>(503);
    expect(refusal.code).toBe('database-unavailable');
    expect(refusal.databaseAwaySeconds).toBeGreaterThan(55);
    const metrics = await metricsOf(server.api.withBearer(metricsToken));
    expect(metrics.value('license_server_database_up')).toBe(0);
    expect(metrics.value('license_server_ready')).toBe(0);
    expect(metrics.value('license_server_database_away_seconds')).toBeGreaterThan(55);
    expect(await server.api.get('/info').expect(200)).toEqual(info);
    expect(metrics.value('license_server_seats_quota')).toBeUndefined();

    await startDatabase();
    const isUp = async (): Promise<boolean> => {
      const answer = server.api.get('/health/ready');
      return (await answer.status()) === 200 && (await answer.expect<{ database: string }>(200)).database === 'up';
    };
    await until(isUp, 60, 'the database');
    await take().expect(200);
    // What the database tells is good for a second, and left out when it takes too long.
    const quotaAgain = async (): Promise<boolean> => {
      await server.later({ seconds: 2 });
      const again = await metricsOf(server.api.withBearer(metricsToken));
      return again.value('license_server_database_up') === 1 && again.value('license_server_seats_quota') === 4;
    };
    await until(quotaAgain, 30, 'the metrics of the database');
  });
});
