import pg from 'pg';
import { migrate } from '../../src/database/data-source.js';

/** Once per run: a migrated template, which every test file's database is a copy of. */
export default async function globalSetup(): Promise<void> {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('Run the tests with `npm test`, which starts the database that they need.');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('DROP DATABASE IF EXISTS license_server_template');
  await client.query('CREATE DATABASE license_server_template');
  await client.end();
  const template = new URL(url);
  template.pathname = '/license_server_template';
  await migrate(template.toString());
}
