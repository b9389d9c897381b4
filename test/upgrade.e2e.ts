import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions, migrate } from '../src/database/data-source.js';
import { InitialSchema1764000000000 } from '../src/database/migrations/1764000000000-initial-schema.js';
import { emptyDatabase } from './support/test-server.js';

describe('The schema of the first release', () => {
  it('is brought up to date with all that is in it, and back again', async () => {
    const database = await emptyDatabase();
    const first = new DataSource({ ...dataSourceOptions(database.url), migrations: [InitialSchema1764000000000] });
    await first.initialize();
    await first.runMigrations({ transaction: 'all' });
    await first.destroy();

    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`
      INSERT INTO user_account (email, password, root, credentials_version, created_at)
        VALUES ('ada@example.com', 'hash', true, 3, now()), ('grace@example.com', 'hash', false, 1, now());
      INSERT INTO session (token_hash, user_id, created_at, expires_at) SELECT '\\x01', 1, now(), now() + interval '1 day';
      INSERT INTO organization (name, created_at) VALUES ('Acme', now());
      INSERT INTO membership VALUES (1, 1, 'OWNER', now()), (1, 2, 'USER', now());
      INSERT INTO seat_pool (organization_id, product, model, quota) VALUES (1, 'KSE', 'floating', 2);
      INSERT INTO lease (pool_id, organization_id, product, user_id, machine_id, session_id, started_at, renewed_at, expires_at)
        VALUES (1, 1, 'KSE', 2, 'machine', 'session', now(), now(), now() + interval '15 minutes');
    `);
    const done = await migrate(database.url);
    expect(done.length).toBeGreaterThanOrEqual(4);
    expect(await migrate(database.url)).toEqual([]);
    const { rows } = await client.query<object>(
      `SELECT s.credentials_version, o.lease_minutes, (SELECT count(*)::int FROM lease) AS leases
         FROM session s, organization o`,
    );
    expect(rows).toEqual([{ credentials_version: 3, lease_minutes: 15, leases: 1 }]);
    await client.query('DELETE FROM lease');
    const sessions = await client.query<object>('SELECT user_id, machine_id, model FROM ended_session');
    expect(sessions.rows).toEqual([{ user_id: 2, machine_id: 'machine', model: 'floating' }]);

    const current = new DataSource(dataSourceOptions(database.url));
    await current.initialize();
    for (const _ of done) await current.undoLastMigration({ transaction: 'all' });
    expect(await current.query('SELECT name FROM organization')).toEqual([{ name: 'Acme' }]);
    await current.destroy();
    await client.end();
    await database.drop();
  });
});
