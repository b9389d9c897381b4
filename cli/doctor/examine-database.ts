import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Client } from 'pg';
import { formerClusters } from '../../src/backup/cluster-upgrade.js';
import { type Settings } from '../../src/config/settings.js';
import { hasBuiltInKeys } from '../../src/config/trust-anchor.js';
import { counted, countedTime } from '../../src/errors/counted.js';
import { DatabaseClient } from '../../src/database/database-client.js';
import { schemaVersion } from '../../src/database/data-source.js';
import { oldestPostgres } from '../../src/database/database-fitness.js';
import { licenseWarnings } from '../../src/license/file/client-features.js';
import { checkEvaluation } from '../../src/license/file/evaluation.js';
import {
  claimsIn,
  type LicenseClaims,
  LicenseFile,
  LicenseFileError,
  trustedKeys,
} from '../../src/license/file/license-file.js';
import { type DatabaseState, DatabaseProbeError, probeDatabase } from './database-probe.js';
import { examineHosts } from './examine-hosts.js';
import { examineReplica } from './examine-replica.js';
import { examineSamlKeys } from './examine-saml-keys.js';
import { examineStorage } from './examine-storage.js';
import { examineSecrets } from './examine-secrets.js';
import { type Finding, ok, warning, wrong } from './finding.js';
import { openServerDatabase } from '../server-database.js';

/** The database and what is in it. Changes nothing; starts the embedded one for a moment when the server does not run. */
export async function examineDatabase(settings: Settings): Promise<Finding[]> {
  const { databaseUrl, dataDir } = settings;
  if (!databaseUrl && !existsSync(path.join(dataDir, 'postgres', 'PG_VERSION'))) {
    return [ok('database', `The server runs its own, which will be made in ${dataDir} at the first start.`)];
  }
  const hosts = databaseUrl ? await examineHosts(databaseUrl) : [];
  try {
    return [...hosts, ...(await examineOpened(settings)), ...formerFiles(settings)];
  } catch (error) {
    const advice = databaseUrl
      ? 'Check DATABASE_URL, DATABASE_USER and DATABASE_PASSWORD, and that PostgreSQL runs.'
      : `See the log of PostgreSQL in ${path.join(dataDir, 'postgres', 'log')}.`;
    if (error instanceof DatabaseProbeError || error instanceof Error)
      return [...hosts, wrong('database', error.message, advice)];
    throw error;
  }
}

/** What upgrades of the embedded database have kept. */
function formerFiles({ dataDir }: Settings): Finding[] {
  return formerClusters(dataDir).map((folder) =>
    warning(
      'database',
      `Database files of a former PostgreSQL are still in ${folder}.`,
      'Delete them when all is well.',
    ),
  );
}

async function examineOpened(settings: Settings): Promise<Finding[]> {
  const database = await openServerDatabase(settings);
  try {
    const state = await probeDatabase(database.url);
    const findings = [reach(state, settings), clockOf(state), ...(await examineReplica(database.url, settings))];
    const schema = schemaOf(state);
    findings.push(schema);
    if (state.migrations.length === 0 || schema.level === 'wrong') return findings;
    return [...findings, ...(await content(database.url, settings))];
  } finally {
    await database.close();
  }
}

function reach(state: DatabaseState, { databaseUrl }: Settings): Finding {
  const message = `PostgreSQL ${state.version}, ${databaseUrl ? 'your own' : 'embedded'}.`;
  if (state.versionNumber < oldestPostgres) return wrong('database', message, 'PostgreSQL 13 or newer is needed.');
  if (state.encoding !== 'UTF8') {
    return wrong('database', `${message} Its encoding is ${state.encoding}.`, "Create it with ENCODING 'UTF8'.");
  }
  if (state.isReadOnly) {
    return wrong('database', `${message} It is read-only.`, 'Name the primary in DATABASE_URL.');
  }
  if (!state.mayCreate) {
    return wrong(
      'database',
      `${message} The user may not create tables.`,
      'GRANT CREATE ON SCHEMA public TO the user.',
    );
  }
  if (state.freeConnections < 20) {
    return warning(
      'database',
      `${message} It has ${counted(state.freeConnections, 'connection')} left; a server takes up to 13.`,
      'Raise max_connections when several servers are to use it.',
    );
  }
  return ok('database', message);
}

/** The database's clock rules; this machine's own matters for certificates and logs. */
function clockOf({ clockAhead }: DatabaseState): Finding {
  const seconds = Math.round(Math.abs(clockAhead) / 1000);
  const message = `The clocks of this machine and of the database differ by ${countedTime(seconds * 1000)}.`;
  if (seconds < 30) return ok('clock', message);
  return warning('clock', message, 'Let both machines get their time from the same source (NTP).');
}

function schemaOf({ migrations, foreignTables }: DatabaseState): Finding {
  if (migrations.length === 0) {
    if (foreignTables === 0) return ok('schema', 'The database is empty; the first start fills it.');
    return wrong(
      'schema',
      `The database holds ${counted(foreignTables, 'table')} of something else.`,
      'Give the server a database of its own.',
    );
  }
  const { pending, unknown } = schemaVersion(migrations);
  if (unknown.length > 0) {
    return wrong(
      'schema',
      `The database was used by a newer version (${unknown.join(', ')}).`,
      'Start that version or a newer one, or restore the backup from before the upgrade.',
    );
  }
  if (pending.length === 0) return ok('schema', 'The schema is up to date.');
  return warning(
    'schema',
    `The next start brings the schema up to date: ${pending.join(', ')}.`,
    'Make a backup first.',
  );
}

/** Reads what is in the database, with the settings of this server. */
async function content(url: string, settings: Settings): Promise<Finding[]> {
  const client = new DatabaseClient(url);
  await client.connect();
  try {
    return [
      ...(await examineSecrets(client, settings)),
      ...(await examineSamlKeys(client, settings)),
      ...(await licenses(client, settings)),
      await mail(client),
      ...(await examineStorage(client, settings)),
    ];
  } finally {
    await client.end();
  }
}

async function licenses(client: Client, settings: Settings): Promise<Finding[]> {
  const { rows } = await client.query<{ token: string; own: boolean }>(
    'SELECT token, self_issued AS own FROM license_file ORDER BY id',
  );
  const installation = await client.query<{ done: boolean; newest: Date; server: string; now: Date }>(
    `SELECT setup_completed_at IS NOT NULL AS done, newest_time AS newest, server_id AS server, clock_timestamp() AS now
       FROM installation`,
  );
  const [state] = installation.rows;
  if (!state || rows.length === 0 || !state.done) {
    return [
      warning(
        'license',
        rows.length === 0 ? 'The server is not activated yet.' : 'The default account is not created yet.',
        `Open ${settings.serverUrl}; the setup token is in ${path.join(settings.dataDir, 'setup-token')}.`,
      ),
    ];
  }
  const keys = await trustedKeys(settings.vendorKeys);
  // A clock that was set back does not revive a license, so this is the time that counts.
  const now = Math.max(state.now.getTime(), state.newest.getTime());
  const found = await Promise.all(
    rows.map(({ token, own }) =>
      fileFindings(now, own, async () =>
        own ? selfIssued(token, state.server) : await verified(token, state.server, keys),
      ),
    ),
  );
  const findings = [...(await clockHistory(client)), ...found.flat()];
  const back = state.newest.getTime() - state.now.getTime();
  if (back < 5 * 60_000) return findings;
  return [
    wrong(
      'clock',
      `The clock was set back: the server has seen a time ${countedTime(back)} later, and licenses count by that.`,
      'Set it right (NTP). If it was wrong then, install a license file that the vendor issues now, or ask for a statement of time.',
    ),
    ...findings,
  ];
}

async function fileFindings(now: number, own: boolean, read: () => Promise<LicenseClaims>): Promise<Finding[]> {
  try {
    const claims = await read();
    return [termOf(claims, now), ...(own ? [] : featureFindings(claims))];
  } catch (error) {
    if (!(error instanceof LicenseFileError)) throw error;
    const advice = hasBuiltInKeys
      ? 'Ask the vendor for a license file for this release.'
      : 'Install the file again, and check VENDOR_KEY_FILES.';
    return [wrong('license', error.message, advice)];
  }
}

/** What the server has done when the clock was wrong. */
async function clockHistory(client: Client): Promise<Finding[]> {
  // An older schema does not know.
  const { rows } = await client.query<{
    step: { at: string; from: string } | null;
    proof: { to: string; proof: string } | null;
  }>(`SELECT to_jsonb(i)->'clock_step' AS step, to_jsonb(i)->'time_proof' AS proof FROM installation i`);
  const { step, proof } = rows[0] ?? {};
  return [
    ...(step
      ? [
          ok(
            'clock',
            `The clock was set back from ${step.from} at ${step.at}; what waited for that time was pulled back.`,
          ),
        ]
      : []),
    ...(proof ? [ok('clock', `${proof.proof} has corrected the recorded time to ${proof.to}.`)] : []),
  ];
}

async function verified(
  token: string,
  server: string,
  keys: Parameters<typeof LicenseFile.read>[1],
): Promise<LicenseClaims> {
  const file = await LicenseFile.read(token, keys);
  file.checkServer(server);
  return file.claims;
}

/** Signed by the server itself: an evaluation, if it says no more than one does. */
function selfIssued(token: string, serverId: string): LicenseClaims {
  const claims = claimsIn(token);
  checkEvaluation(claims, serverId);
  return claims;
}

/** Seats that cannot be used with the vendor's clients are found before a tester finds them. */
function featureFindings(claims: LicenseClaims): Finding[] {
  const advice = 'Ask the vendor for a license file with the feature keys that the clients look for.';
  return licenseWarnings(claims).map((message) => warning('license', message, advice));
}

function termOf({ jti, licenseType, nbf, exp, graceDays, customer }: LicenseClaims, now: number): Finding {
  const day = 86_400_000;
  const end = new Date(exp * 1000).toISOString().slice(0, 10);
  const left = Math.floor((exp * 1000 - now) / day);
  const message = `${licenseType} license ${jti} of ${customer.name}`;
  const advice = 'Ask the vendor for a new license file and install it (Administration, or POST /api/v1/licenses).';
  const begin = new Date(nbf * 1000).toISOString().slice(0, 10);
  if (now < nbf * 1000) return ok('license', `${message} begins on ${begin} and ends on ${end}.`);
  if (left >= 30) return ok('license', `${message} ends on ${end}, in ${counted(left, 'day')}.`);
  if (left >= 0) return warning('license', `${message} ends on ${end}, in ${counted(left, 'day')}.`, advice);
  if (now < exp * 1000 + graceDays * day) {
    return warning(
      'license',
      `${message} ended on ${end}; seats are granted for ${counted(graceDays, 'day')} of grace.`,
      advice,
    );
  }
  return wrong('license', `${message} ended on ${end}: it grants no seats any more.`, advice);
}

async function mail(client: Client): Promise<Finding> {
  const { rows } = await client.query<{ servers: number; failed: number; stuck: number }>(`
    SELECT (SELECT count(*)::int FROM mail_server) AS servers,
           (SELECT count(*)::int FROM outbox_mail WHERE state = 'failed') AS failed,
           (SELECT count(*)::int FROM outbox_mail WHERE state = 'waiting' AND attempts > 0) AS stuck`);
  const { servers = 0, failed = 0, stuck = 0 } = rows[0] ?? {};
  if (servers === 0) {
    return warning('mail', 'No mail server is configured: links are handed over by hand.', 'Settings, Mail server.');
  }
  if (failed + stuck > 0) {
    return warning(
      'mail',
      `${counted(stuck, 'mail')} ${stuck === 1 ? 'waits' : 'wait'} after an error, ${failed} ${failed === 1 ? 'was' : 'were'} given up.`,
      'See the outbox for the reasons.',
    );
  }
  return ok('mail', `${servers} mail server(s) configured, nothing is stuck.`);
}
