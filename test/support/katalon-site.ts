import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Api } from './api.js';
import { parentCommand, Program } from './program.js';
import { SiteClock } from './clock/site-clock.js';
import { until } from './until.js';
import {
  cli,
  everyScope,
  gui,
  issue,
  member,
  migratedDatabase,
  rootAccount,
  specification,
  vendor,
} from './test-server.js';

/** Floating seats of Studio and of Runtime Engine. */
export interface Seats {
  KSE: number;
  KRE: number;
}

/** What a session has at the server. */
export interface ServerSession {
  sessionId: string;
  product: keyof Seats;
  /** Whether it has a seat now. */
  isLive: boolean;
  /** Why its newest seat has gone. */
  reason: string | null;
}

/** The servers' time, in a statement whose first value is how far they are ahead. */
const serverNow = `clock_timestamp() + $1::bigint * interval '1 millisecond'`;

/** A company with a server that runs under its parent process, as an administrator starts it, and a clock that can be stepped. */
export class KatalonSite {
  private kills = 0;
  private restarts = 0;
  /** When the vendor issued the newest file, in milliseconds since 1970; its clock is not the servers', which may be set back. */
  private issuedAt = Date.now();

  private constructor(
    readonly clock: SiteClock,
    private readonly program: Program,
    readonly api: Api,
    readonly root: Api,
    readonly organizationId: number,
    private readonly database: pg.Pool,
    private readonly dispose: () => Promise<void>,
  ) {}

  static async start(seats: Seats): Promise<KatalonSite> {
    const clock = await SiteClock.start();
    const { url: databaseUrl, drop } = await migratedDatabase();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-site-'));
    const program = new Program(
      {
        DATA_DIR: folder,
        DATABASE_URL: databaseUrl,
        VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        ...clock.environment,
      },
      parentCommand,
    );
    const { url } = await program.ready();
    const api = new Api(url, { connection: 'close' });
    const headers = { 'x-setup-token': readFileSync(path.join(folder, 'setup-token'), 'utf8').trim() };
    const first = new Date(Date.now() - 1000);
    const license = await issue(specification(entitlements(seats), { graceDays: 0 }), vendor.privateKey, first);
    await api.post('/api/v1/setup/license', { license }, headers).expect(200);
    await api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
    const signedIn = await api.signedIn(rootAccount.email, rootAccount.password);
    const { id } = await signedIn.post('/api/v1/organizations', { name: 'Acme' }).expect<{ id: number }>(201);
    const root = await withKey(signedIn);
    const database = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    // Of a connection that nobody uses; queries say themselves what is wrong with theirs.
    database.on('error', () => undefined);
    return new KatalonSite(clock, program, api, root, id, database, async () => {
      await program.end('SIGTERM');
      await database.end();
      await drop();
      clock.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  async sql<T = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> {
    return (await this.database.query(text, values)).rows as T[];
  }

  get path(): string {
    return `/api/v1/organizations/${this.organizationId}`;
  }

  /** A member, with the password `… password`. */
  async member(email: string): Promise<number> {
    const [row] = await this.sql<{ id: string }>(
      `WITH added AS (
         INSERT INTO user_account (email, password, password_encrypted, created_at, verified_at)
           VALUES ($1, $2, false, now(), now()) RETURNING id)
       INSERT INTO membership SELECT $3, id, 'USER', now() FROM added RETURNING user_id AS id`,
      [email, `${email} password`, this.organizationId],
    );
    return Number(row!.id);
  }

  /** An account whose API key starts Runtime Engine. */
  async serviceAccount(email: string): Promise<{ id: number; key: string }> {
    const api = await withKey(await member(this, email, 'USER'));
    const [row] = await this.sql<{ id: string }>('SELECT id FROM user_account WHERE email = $1', [email]);
    return { id: Number(row!.id), key: api.credentials.authorization!.replace('Bearer ', '') };
  }

  /** Takes a removed member in again; the server hears of it within a second. */
  async takeIn(userId: number): Promise<void> {
    await this.sql('DELETE FROM removed_member WHERE user_id = $1', [userId]);
    await this.sql(`INSERT INTO membership VALUES ($1, $2, 'USER', now()) ON CONFLICT DO NOTHING`, [
      this.organizationId,
      userId,
    ]);
  }

  async policy(change: object): Promise<void> {
    await this.root.patch(`${this.path}/license-policy`, change).expect(200);
  }

  /** Installs a license file in place of the one before. */
  async install(seats: Seats, validUntil: Date): Promise<void> {
    const spec = specification(entitlements(seats), { graceDays: 0, validUntil: validUntil.toISOString() });
    this.issuedAt = Math.max(this.issuedAt + 1000, this.clock.serverNow().getTime() - 1000);
    const license = await issue(spec, vendor.privateKey, new Date(this.issuedAt));
    await this.root.post('/api/v1/licenses', { license }).expect(201);
  }

  /**
   * `kill -9` of the server process: its parent starts another one.
   *
   * @param atOnce called in the instant of the kill, and again when the process is known to be gone
   */
  async kill(atOnce: () => void): Promise<void> {
    await this.isReady();
    const pid = this.program.servers().at(-1)!;
    atOnce();
    process.kill(pid, 'SIGKILL');
    await this.program.said('The server process has ended (SIGKILL)', ++this.kills);
    atOnce();
  }

  /** Another server process takes over. */
  async restart(): Promise<void> {
    await this.isReady();
    // One that has been relieved may still be at work; its parent starts no other one before it has ended.
    await until(() => this.program.servers().length === 1, 120, 'the end of the former server process');
    this.program.child.kill('SIGHUP');
    await this.program.said('A new server process has taken over', ++this.restarts);
  }

  /** Of these sessions. */
  async sessions(ids: string[]): Promise<ServerSession[]> {
    return this.sql(
      `SELECT DISTINCT ON ("sessionId") * FROM (
         SELECT session_id AS "sessionId", product, expires_at > ${serverNow} AS "isLive", NULL AS reason,
                'infinity'::timestamptz AS at FROM lease
         UNION ALL SELECT session_id, product, false, end_reason, ended_at FROM ended_session) AS s
        WHERE "sessionId" = ANY($2) ORDER BY "sessionId", at DESC`,
      [this.clock.serverOffset, ids],
    );
  }

  /** How many sessions have a seat now. */
  async live(): Promise<Seats> {
    const rows = await this.sql<{ product: keyof Seats; count: number }>(
      `SELECT product, count(*)::int AS count FROM lease WHERE expires_at > ${serverNow} GROUP BY product`,
      [this.clock.serverOffset],
    );
    return { KSE: 0, KRE: 0, ...Object.fromEntries(rows.map(({ product, count }) => [product, count])) };
  }

  async close(): Promise<void> {
    await this.dispose();
  }

  private async isReady(): Promise<void> {
    const ask = () => this.api.get('/health/ready').status();
    await until(async () => (await ask().catch(() => 0)) === 200, 120, 'a server that is ready');
  }
}

function entitlements({ KSE, KRE }: Seats): object[] {
  return [
    { product: 'KSE', model: 'floating', quantity: KSE, features: [gui] },
    // What has been given back stays taken until its token is over: never more clients can work than there are seats.
    { product: 'KRE', model: 'floating', quantity: KRE, features: [cli], freeOnReleaseMinutes: 0 },
  ];
}

async function withKey(api: Api): Promise<Api> {
  const { key } = await api
    .post('/api/v1/users/me/api-keys', { name: 'Key', scopes: everyScope })
    .expect<{ key: string }>(201);
  return new Api(api.url, { authorization: `Bearer ${key}`, connection: 'close' });
}
