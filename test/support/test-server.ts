import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Api } from './api.js';
import { ServerProcess } from './server-process.js';

/** The vendor's tool, as it is built; the environment of the tests brings it. */
const { licenseFrom } = globalThis as unknown as {
  licenseFrom: (specification: object, privateKey: KeyObject, now: Date) => Promise<string>;
};

/** All that an API key can be for. */
export const everyScope = ['seats', 'read', 'write', 'server'] as const;

/** The vendor of the tests: a key pair made for this run. */
export const vendor: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ed25519');

/** A real server on a free port, with a database of its own on the PostgreSQL that the test run has started. */
export interface TestServer {
  api: Api;
  url: string;
  dataDir: string;
  databaseUrl: string;
  /** Of the first server. */
  pid(): number;
  /** Undefined once set up. */
  setupToken: string | undefined;
  /** Runs SQL as an administrator with psql would. */
  sql<T = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>;
  /** Steps the server's clock. */
  later(change: { minutes?: number; days?: number; seconds?: number }): Promise<void>;
  /** Ends the threads of the first server, and so many of its next ones as soon as they have begun. */
  endThreads(next: number): Promise<void>;
  /** Kills the first server with `kill -9`; {@link crash} starts it again. */
  stop(): Promise<void>;
  /** Kills the first server with `kill -9`, and starts it again, on any free port unless one is given. */
  crash(port?: string): Promise<Api>;
  /** Another server on the same database, with the same secret key. */
  second(): Promise<Api>;
  close(): Promise<void>;
}

const testDatabaseUrl = process.env.TEST_DATABASE_URL ?? '';

/** Starts a server as on its first day: nothing is set up. */
export async function freshServer(env: Record<string, string> = {}): Promise<TestServer> {
  const { url: ownUrl, drop } = await migratedDatabase();
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'license-server-test-'));
  const settings = {
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    DATABASE_URL: ownUrl,
    SERVER_URL: 'http://licenses.test:8080',
    VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    // The mail servers of the tests are on this machine, also those of organizations.
    MAIL_ALLOWED_NETWORKS: '127.0.0.0/8, ::1',
    LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
    ...env,
  };
  const processes = [await ServerProcess.start(settings)];
  const client = new pg.Pool({ connectionString: settings.DATABASE_URL, max: 2, allowExitOnIdle: true });
  // Of a connection that nobody uses; queries say themselves what is wrong with theirs.
  client.on('error', () => undefined);
  const { url, setupToken } = processes[0]!;
  /** Milliseconds that the clocks of the servers are ahead. */
  let ahead = 0;
  return {
    api: new Api(url),
    url,
    dataDir,
    databaseUrl: ownUrl,
    pid: () => processes[0]?.pid ?? 0,
    setupToken,
    sql: async <T>(text: string, values: unknown[] = []) => (await client.query(text, values)).rows as T[],
    later: async ({ days = 0, minutes = 0, seconds = 0 }) => {
      const advance = ((days * 24 * 60 + minutes) * 60 + seconds) * 1000;
      ahead += advance;
      await Promise.all(processes.map((each) => each.tell({ advance })));
    },
    endThreads: async (endThreads) => processes[0]?.tell({ endThreads }),
    stop: async () => processes[0]?.kill(),
    crash: async (port = '0') => {
      await processes[0]?.kill();
      processes[0] = await ServerProcess.start({ ...settings, PORT: port });
      return new Api(processes[0].url);
    },
    second: async () => {
      const secretKey = path.join(dataDir, 'secret.key');
      const other = await ServerProcess.start({
        ...settings,
        DATA_DIR: path.join(dataDir, `server-${processes.length + 1}`),
        SECRET_KEY_FILE: secretKey,
        // Only a new process can begin with another time.
        ...(ahead === 0 ? {} : { CLOCK_AHEAD: String(ahead) }),
      });
      processes.push(other);
      return new Api(other.url);
    },
    close: async () => {
      await client.end();
      await Promise.all(processes.map((each) => each.tell({ close: true })));
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** What most tests begin with: a license, the root administrator, an organization. */
export interface ReadyServer extends TestServer {
  /** The root administrator, who also owns the organization. */
  root: Api;
  organizationId: number;
}

export const rootAccount = {
  email: 'root@example.com',
  password: 'correct horse battery',
  firstName: 'Ada',
  lastName: 'L.',
};

/** A specification as a vendor writes it. */
export function specification(entitlements: object[], more: object = {}): object {
  return {
    issuer: 'Vendor',
    id: 'license-1',
    customerId: 'customer-1',
    customer: { name: 'Acme', email: 'it@acme.test' },
    validUntil: new Date(Date.now() + 365 * 86_400_000).toISOString(),
    entitlements,
    ...more,
  };
}

export const gui = { key: 'katalon_gui', name: 'Studio' };
export const cli = { key: 'cli', name: 'Runtime Engine' };

export const usualSeats = [
  { product: 'KSE', model: 'floating', quantity: 2, features: [gui] },
  { product: 'KRE', model: 'floating', quantity: 2, features: [cli] },
];

let lastIssue = 0;

/** Each file is issued later than the one before: of two issues of a license, only the later one is taken. */
function timeOfIssue(): Date {
  lastIssue = Math.max(Date.now() - 60_000, lastIssue + 1000);
  return new Date(lastIssue);
}

/** Issues a license file with the vendor's own tool. */
export function issue(spec: object, key: KeyObject = vendor.privateKey, now = timeOfIssue()): Promise<string> {
  return licenseFrom(spec, key, now);
}

/** A server that is activated, with its root administrator and one organization. */
export async function readyServer(
  entitlements: object[] = usualSeats,
  more: object = {},
  env: Record<string, string> = {},
): Promise<ReadyServer> {
  const server = await freshServer(env);
  const { api } = server;
  const headers = { 'x-setup-token': server.setupToken ?? '' };
  const license = await issue(specification(entitlements, more));
  await api.post('/api/v1/setup/license', { license }, headers).expect(200);
  await api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
  const root = await api.signedIn(rootAccount.email, rootAccount.password);
  const { id } = await root.post('/api/v1/organizations', { name: 'Acme' }).expect<{ id: number }>(201);
  return { ...server, root, organizationId: id };
}

/** Another account, made by SQL; its address counts as verified. A member with this role. */
export async function member(
  server: Pick<ReadyServer, 'sql' | 'organizationId' | 'api'>,
  email: string,
  role: string | null,
): Promise<Api> {
  const password = `${email} password`;
  await server.sql(
    `INSERT INTO user_account (email, password, password_encrypted, created_at, verified_at)
       VALUES ($1, $2, false, now(), now())`,
    [email, password],
  );
  if (role) {
    await server.sql(`INSERT INTO membership SELECT $1, id, $3, now() FROM user_account WHERE email = $2`, [
      server.organizationId,
      email,
      role,
    ]);
  }
  return server.api.signedIn(email, password);
}

/** Opens the creation of organizations to every verified account, as an administrator would. */
export async function everybodyCreatesOrganizations({ root }: ReadyServer): Promise<void> {
  await root.patch('/api/v1/server-settings', { organizationCreation: 'everybody' }).expect(200);
}

/** The id of an account. */
export async function userId(server: Pick<TestServer, 'sql'>, email: string): Promise<number> {
  const [user] = await server.sql<{ id: string }>('SELECT id FROM user_account WHERE email = $1', [email]);
  return Number(user?.id);
}

/** Answers in which a server must have heard of a change, on a machine that has stood still for the second that it had. */
const maxStale = 100;

/** Asks until the answer is this one, for at most a second: the time in which every server must know. */
export async function withinASecond<T>(ask: () => Promise<T>, wanted: T): Promise<T> {
  const end = Date.now() + 1000;
  for (let asked = 1; ; asked++) {
    const answer = await ask();
    if (answer === wanted || (Date.now() > end && asked > maxStale)) return answer;
  }
}

/** A database without a schema. */
export function emptyDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  return createDatabase('');
}

/** A database with the schema of today, and nothing in it. */
export function migratedDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  return createDatabase('TEMPLATE license_server_template');
}

async function createDatabase(template: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${name} ${template}`);
  return { url: databaseUrl(name), drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

function databaseUrl(name: string): string {
  const url = new URL(testDatabaseUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

async function administer(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: testDatabaseUrl });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
