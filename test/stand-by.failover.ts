import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Api } from './support/api.js';
import { licenseServer } from './support/command.js';
import { nothingWrong, RestlessClients } from './support/restless-clients.js';
import { ServerProcess } from './support/server-process.js';
import { freePort } from './support/network/free-port.js';
import { Mailbox, recipientsOf } from './support/network/smtp-server.js';
import { SystemPostgres } from './support/system-postgres.js';
import { gui, issue, rootAccount, specification, vendor, withinASecond } from './support/test-server.js';
import { until } from './support/until.js';

const clients = 60;
const seats = 42;
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-failover-'));
let primary: SystemPostgres;
let standBy: SystemPostgres;
let mailbox: Mailbox;
let servers: ServerProcess[] = [];
let root: Api;
let key: string;
let organizationId: number;

/** Both hosts, as administrators write them. */
function urls(): { DATABASE_URL: string; DATABASE_REPORT_URL: string } {
  const [a, b] = [primary, standBy].map(({ at }) => `${at.host}:${at.port}`);
  return {
    DATABASE_URL: `postgresql://kit@${a},${b}/postgres?target_session_attrs=read-write`,
    DATABASE_REPORT_URL: `postgresql://kit@${b},${a}/postgres`,
  };
}

function settingsOf(index: number): Record<string, string> {
  return {
    ...urls(),
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: path.join(folder, `server-${index}`),
    SECRET_KEY_FILE: path.join(folder, 'secret.key'),
    VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
  };
}

async function rows<T extends object>(text: string): Promise<T[]> {
  const client = new pg.Client({ host: standBy.at.host, port: standBy.at.port, user: 'kit', database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}

/** Invites one person after the other, at each server in turn, and knows who was acknowledged. */
class Inviter {
  readonly acknowledged: string[] = [];
  private isOver = false;
  private work = Promise.resolve();

  start(): void {
    this.work = this.invite();
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.work;
  }

  private async invite(): Promise<void> {
    for (let number = 0; !this.isOver; number++) {
      const email = `person-${number}@example.com`;
      const api = root.at(servers[number % servers.length]!.url);
      const body = { emails: [email], role: 'USER' };
      const answer = api.post(`/api/v1/organizations/${organizationId}/invitations`, body);
      if ((await answer.status().catch(() => 0)) < 300) this.acknowledged.push(email);
      await pause(30);
    }
  }
}

beforeAll(async () => {
  primary = SystemPostgres.create({ host: '127.0.0.1', port: await freePort() });
  primary.start();
  standBy = primary.standBy({ host: '127.0.0.1', port: await freePort() }, 'second');
  standBy.start();
  const administrator = new pg.Client({ ...primary.at, user: 'kit', database: 'postgres' });
  await administrator.connect();
  await administrator.query(`ALTER SYSTEM SET synchronous_standby_names = 'second'`);
  await administrator.query('SELECT pg_reload_conf()');
  await administrator.end();
  mailbox = await Mailbox.open();
  servers = [await ServerProcess.start(settingsOf(0))];
  const api = new Api(servers[0]!.url);
  const setup = { 'x-setup-token': servers[0]!.setupToken ?? '' };
  const license = await issue(specification([{ product: 'KSE', model: 'floating', quantity: seats, features: [gui] }]));
  await api.post('/api/v1/setup/license', { license }, setup).expect(200);
  await api.post('/api/v1/setup/account', rootAccount, setup).expect(200);
  root = await api.signedIn(rootAccount.email, rootAccount.password);
  ({ id: organizationId } = await root.post('/api/v1/organizations', { name: 'Acme' }).expect<{ id: number }>(201));
  ({ key } = await root.post('/api/v1/users/me/api-keys', { name: 'Key' }).expect<{ key: string }>(201));
  const mail = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
  await root.put('/api/v1/mail-server', mail).expect(200);
  servers.push(...(await Promise.all([1, 2].map((index) => ServerProcess.start(settingsOf(index))))));
}, 300_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await mailbox.close();
  for (const cluster of [primary, standBy]) cluster.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Seconds until all servers have given and taken back a seat. */
async function secondsUntilAllServe(): Promise<number> {
  const began = Date.now();
  const serves = async ({ url }: ServerProcess): Promise<boolean> => {
    const api = new Api(url).withBearer(key);
    return (await api.get('/api/v1/users/me').status()) === 200 && (await api.get('/health/ready').status()) === 200;
  };
  await until(async () => (await Promise.all(servers.map(serves))).every(Boolean), 60, 'three servers that serve');
  return (Date.now() - began) / 1000;
}

/** What doctor says about the hosts. */
async function doctor(): Promise<string> {
  const { output } = await licenseServer({ ...settingsOf(0), PORT: String(await freePort()) }, ['doctor']);
  return output;
}

describe('When the primary is killed and its synchronous stand-by takes over', () => {
  it('three servers go on without a restart, and nothing that they have acknowledged is lost', async () => {
    const [a, b] = [primary, standBy].map(({ at }) => `${at.host}:${at.port}`);
    const before = await doctor();
    expect(before).toContain(`${a} accepts changes.`);
    expect(before).toContain(`${b} is a stand-by.`);

    const site = { urls: () => servers.map(({ url }) => url), key, organizationId };
    const work = new RestlessClients(site, clients, 22);
    const inviter = new Inviter();
    work.start();
    inviter.start();
    await pause(3_000);
    await primary.kill();
    await pause(1_000);
    standBy.promote();
    const seconds = await secondsUntilAllServe();
    await pause(3_000);
    await inviter.stop();
    await work.stop();

    expect(seconds).toBeLessThan(10);
    expect(await work.findings(rows, seats)).toEqual(nothingWrong);
    expect(work.tally[503] ?? 0).toBeGreaterThan(0);
    expect(work.history.length).toBeGreaterThan(clients);
    const audited = await rows<{ email: string }>(
      `SELECT details->>'email' AS email FROM audit_event WHERE action = 'invitation.created'`,
    );
    const events = new Set(audited.map(({ email }) => email));
    expect(inviter.acknowledged.filter((email) => !events.has(email))).toEqual([]);
    const mailed = (): Set<string> => new Set(mailbox.mails.flatMap(recipientsOf));
    // A server whose claim of mails was committed, but not answered, leaves them to the others after three minutes.
    await until(() => inviter.acknowledged.every((email) => mailed().has(email)), 240, 'all mails');
    console.info(`All three served ${seconds.toFixed(1)} s after the promotion; answers ${JSON.stringify(work.tally)}`);
    const after = await doctor();
    expect(after).toMatch(new RegExp(`LOOK .*${a} does not answer`));
    expect(after).toContain(`${b} accepts changes.`);
  });

  it('the servers listen again, and reports are there', async () => {
    const { id, key: other } = await root
      .at(servers[0]!.url)
      .post('/api/v1/users/me/api-keys', { name: 'CI' })
      .expect<{ id: number; key: string }>(201);
    const each = servers.map(({ url }) => new Api(url).withBearer(other));
    for (const api of each) await api.get('/api/v1/users/me').expect(200);
    await root.at(servers[0]!.url).delete(`/api/v1/users/me/api-keys/${id}`).expect(204);
    for (const api of each) expect(await withinASecond(() => api.get('/api/v1/users/me').status(), 401)).toBe(401);
    for (const { url } of servers) {
      await root.at(url).get(`/api/v1/organizations/${organizationId}/utilization`).expect(200);
    }
  });

  it('a server that starts while the former primary accepts changes again uses its successor', async () => {
    primary.start({ synchronous_standby_names: '' });
    const findings = await doctor();
    expect(findings).toMatch(/WRONG .* all accept changes. Only one of them may/);
    const late = await ServerProcess.start(settingsOf(3));
    servers.push(late);
    await root.at(late.url).post('/api/v1/organizations', { name: 'After the fail-over' }).expect(201);
    expect(await rows(`SELECT FROM organization WHERE name = 'After the fail-over'`)).toHaveLength(1);
  });
});
