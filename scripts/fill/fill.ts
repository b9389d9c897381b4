import pg from 'pg';
import { parseArgs } from 'node:util';
import { bytesPerSession } from './bytes-per-session.js';
import { fillDatabase, fullCompany, waitUntilSettled } from './company-year.js';

const usage = `npm run fill -- --database-url URL [--share 1]

Adds a year of a company with 2,000 testers to the database of a license server that is set up:
1,000,000 sessions, 3,000,000 audit events, 500,000 refusals, 10,000 members, 10,000 live leases and 2,000 invitations,
or a share of that. It is for measurements: nothing removes the rows again.`;

const { values } = parseArgs({
  options: { 'database-url': { type: 'string' }, share: { type: 'string', default: '1' }, help: { type: 'boolean' } },
});
const url = values['database-url'];
const share = Number(values.share);
if (values.help || url === undefined || !(share > 0 && share <= 10)) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}
const database = new pg.Client({ connectionString: url });
await database.connect();
try {
  const started = performance.now();
  const organization = await fillDatabase(database, fullCompany(share));
  console.log(`The organization "${organization}" has the year after ${seconds(started)} s.`);
  await database.query('VACUUM (ANALYZE)');
  await waitUntilSettled(database);
  console.log(`Vacuumed, sealed and added up after ${seconds(started)} s. What a session takes:\n`);
  console.log(await bytesPerSession(database));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await database.end();
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1000);
}
