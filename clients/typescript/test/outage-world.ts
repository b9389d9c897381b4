import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Api } from '../../../test/support/api.js';
import { NetworkLink } from '../../../test/support/network/network-link.js';
import { ServerProcess } from '../../../test/support/server-process.js';
import { cli, issue, migratedDatabase, rootAccount, specification, vendor } from '../../../test/support/test-server.js';
import { until } from '../../../test/support/until.js';
import { LicenseServer, type LostReason, SeatKeeper } from '../src/index.js';
import { FlowingTime } from './flowing-time.js';

/** More than keepers: other clients compete for what a keeper loses. */
export const allSeats = 3;
export const leaseMillis = 60_000;

/** A program with a seat, and what it has heard. */
export interface Program {
  readonly machineId: string;
  keeper: SeatKeeper;
  renewals: number;
  lost: LostReason | undefined;
}

/** A real server with its database, two programs that keep seats, and the lines between them. All have one time. */
export class OutageWorld {
  readonly time = new FlowingTime();
  readonly programs: Program[] = [];
  private server: ServerProcess | undefined;
  private ahead = 0;
  private rivals: string[] = [];
  private near!: LicenseServer;
  private through!: LicenseServer;
  private organizationId = 0;

  private constructor(
    private readonly settings: Record<string, string>,
    private readonly client: pg.Pool,
    readonly databaseLink: NetworkLink,
    private readonly dispose: () => Promise<void>,
  ) {}

  networkLink!: NetworkLink;

  static async begin(): Promise<OutageWorld> {
    const { url, drop } = await migratedDatabase();
    const databaseLink = await NetworkLink.before(() => connectTo(new URL(url)));
    const through = new URL(url);
    through.search = '';
    through.hostname = '127.0.0.1';
    through.port = String(databaseLink.port);
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'license-server-outages-'));
    const settings = {
      ...{
        PORT: '0',
        HOST: '127.0.0.1',
        DATA_DIR: dataDir,
        LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
        DATABASE_URL: through.toString(),
      },
      VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    };
    const client = new pg.Pool({ connectionString: url, max: 1, allowExitOnIdle: true });
    // Of a connection that nobody uses; queries say themselves what is wrong with theirs.
    client.on('error', () => undefined);
    const world = new OutageWorld(settings, client, databaseLink, async () => {
      await client.end();
      await databaseLink.close();
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
    });
    await world.setUp();
    return world;
  }

  /** By the clock of the server and its database. */
  get now(): number {
    return Date.now() + this.ahead;
  }

  /** Milliseconds until the lease ends that a program knows of. */
  leftOf({ keeper }: Program): number {
    return Date.parse(keeper.lease?.expiresAt ?? '') - this.now;
  }

  async kill(): Promise<void> {
    await this.server?.kill();
    this.server = undefined;
  }

  /** Starts the server at the address that it had, with the time of now. */
  async start(): Promise<void> {
    this.server = await ServerProcess.start({ ...this.settings, CLOCK_AHEAD: String(this.ahead) });
    this.settings.PORT = new URL(this.server.url).port;
  }

  /** Resolves when the server has found its database again. */
  async isReady(): Promise<void> {
    const url = `http://127.0.0.1:${this.settings.PORT}/health/ready`;
    await until(async () => (await fetch(url)).ok, 60, 'the server is ready');
  }

  /** Lets time pass, and stops at each moment at which a program wants to do something. */
  async pass(millis: number): Promise<void> {
    const end = this.time.monotonic() + millis;
    do {
      const next = Math.min(end, this.time.nextWake);
      await this.passAtOnce(Math.max(0, Math.ceil(next - this.time.monotonic())));
    } while (this.time.monotonic() < end);
  }

  /** Lets time pass for all but the computer of the programs, which sleeps. */
  async passAsleep(millis: number): Promise<void> {
    await this.advanceServer(millis);
    this.time.passAsleep(millis);
  }

  /** Resolves when every program that has a seat waits for its next renewal. */
  async settle(): Promise<void> {
    this.time.look();
    const busy = (): boolean => this.time.asleep < this.programs.filter(({ keeper }) => keeper.isHeld).length;
    const deadline = performance.now() + 60_000;
    while (busy()) {
      if (performance.now() > deadline) throw new Error('A keeper neither waits nor gives up.');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /**
   * What is wrong now: seats that programs believe to have and that the server has given away or may give away, and more seats in use
   * than there are.
   */
  async faults(): Promise<string[]> {
    const before = this.programs.map(({ keeper }) => keeper.lease?.id);
    const { rows } = await this.client.query<{ id: string }>(
      `SELECT id FROM lease WHERE expires_at > clock_timestamp() + $1 * interval '1 millisecond'`,
      [this.ahead],
    );
    await this.settle();
    const live = new Set(rows.map(({ id }) => id));
    const faults = this.programs.flatMap(({ machineId, keeper }, index) => {
      const id = keeper.lease?.id ?? '';
      if (!keeper.isHeld || id !== before[index] || live.has(id)) return [];
      return [`${machineId} believes to have a seat that has ended`];
    });
    return live.size > allSeats ? [...faults, `${live.size} seats are in use`] : faults;
  }

  /** Other clients, whom the server hears, take as many seats as they get. */
  async takeRivals(): Promise<void> {
    for (let taken = true; taken;) {
      const sessionId = `rival-${randomUUID()}`;
      const body = { organizationId: this.organizationId, product: 'KRE' as const, machineId: sessionId, sessionId };
      taken = await this.near.post('/api/v1/leases', { body }).then(
        ({ id }) => this.rivals.push(id) > 0,
        () => false,
      );
    }
  }

  /** The other clients leave, and the programs that have lost their seats take them again. */
  async repair(): Promise<void> {
    for (const id of this.rivals.splice(0)) {
      const path = { leaseId: id };
      // It may have run out.
      await this.near.delete('/api/v1/leases/{leaseId}', { path, body: {} }).catch(() => undefined);
    }
    for (const program of this.programs) {
      if (program.keeper.isHeld) continue;
      Object.assign(program, this.programOf(program.machineId));
      await program.keeper.take();
    }
    await this.settle();
  }

  async close(): Promise<void> {
    this.networkLink.mend();
    await Promise.all(this.programs.map(({ keeper }) => keeper.release()));
    await this.kill();
    await this.networkLink.close();
    await this.dispose();
  }

  private async setUp(): Promise<void> {
    await this.start();
    const url = `http://127.0.0.1:${this.settings.PORT}`;
    const api = new Api(url);
    const headers = { 'x-setup-token': this.server?.setupToken ?? '' };
    const license = await issue(
      specification([{ product: 'KRE', model: 'floating', quantity: allSeats, features: [cli] }]),
    );
    await api.post('/api/v1/setup/license', { license }, headers).expect(200);
    await api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
    const root = await api.signedIn(rootAccount.email, rootAccount.password);
    this.organizationId = (await root.post('/api/v1/organizations', { name: 'Acme' }).expect<{ id: number }>(201)).id;
    await root
      .patch(`/api/v1/organizations/${this.organizationId}/license-policy`, { leaseMinutes: leaseMillis / 60_000 })
      .expect(200);
    const { key } = await root.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201);
    this.networkLink = await NetworkLink.before(() => net.connect(Number(this.settings.PORT), '127.0.0.1'));
    this.near = new LicenseServer(url, { apiKey: key });
    this.through = new LicenseServer(`http://127.0.0.1:${this.networkLink.port}`, { apiKey: key });
    for (const machineId of ['program-1', 'program-2']) this.programs.push(this.programOf(machineId));
    for (const { keeper } of this.programs) await keeper.take();
    await this.settle();
  }

  private programOf(machineId: string): Program {
    const { organizationId, time } = this;
    const wanted = { product: 'KRE' as const, organizationId, machineId, sessionId: machineId };
    const keeper = new SeatKeeper(this.through, wanted, { time, releaseOnExit: false });
    const program: Program = { machineId, keeper, renewals: 0, lost: undefined };
    // The program that counts may be another one by now: a keeper that has lost its seat is replaced.
    const current = (): Program => this.programs.find((each) => each.keeper === keeper) ?? program;
    keeper.on('renewed', () => current().renewals++);
    keeper.on('replaced', () => current().renewals++);
    keeper.on('lost', ({ reason }) => (current().lost = reason));
    return program;
  }

  /** Lets time pass in one piece: a server without its database takes seconds for each request. */
  async passAtOnce(millis: number): Promise<void> {
    await this.advanceServer(millis);
    this.time.pass(millis);
    await this.settle();
  }

  private async advanceServer(millis: number): Promise<void> {
    this.ahead += millis;
    await this.server?.tell({ advance: millis });
  }
}

function connectTo(database: URL): net.Socket {
  const folder = database.searchParams.get('host');
  const port = Number(database.port || 5432);
  return folder?.startsWith('/') ? net.connect(`${folder}/.s.PGSQL.${port}`) : net.connect(port, database.hostname);
}
