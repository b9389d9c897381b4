import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './support/network/free-port.js';
import { SystemPostgres } from './support/system-postgres.js';
import { type ReadyServer, readyServer, usualSeats } from './support/test-server.js';
import { until } from './support/until.js';

/** A network of its own for PostgreSQL, at the other end of a cable. */
const namespace = `kit-${process.pid}`;
const cable = { here: `kit-a-${process.pid}`, there: `kit-b-${process.pid}` };
const [here, there] = ['10.211.7.1', '10.211.7.2'];
let postgres: SystemPostgres;
let server: ReadyServer;

function run(...[command = '', ...args]: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

const onDatabaseMachine = (...command: string[]): void => run('ip', 'netns', 'exec', namespace, ...command);

/** From here on the database's machine drops what arrives, and answers nothing. */
function cut(): void {
  onDatabaseMachine('nft', 'add table inet cut { chain in { type filter hook input priority 0; policy drop; }; }');
}

function mend(): void {
  onDatabaseMachine('nft', 'flush', 'ruleset');
}

beforeAll(async () => {
  run('ip', 'netns', 'add', namespace);
  run('ip', 'link', 'add', cable.here, 'type', 'veth', 'peer', 'name', cable.there, 'netns', namespace);
  run('ip', 'addr', 'add', `${here}/30`, 'dev', cable.here);
  run('ip', 'link', 'set', cable.here, 'up');
  onDatabaseMachine('ip', 'addr', 'add', `${there}/30`, 'dev', cable.there);
  onDatabaseMachine('ip', 'link', 'set', cable.there, 'up');
  postgres = SystemPostgres.create({ host: there, port: await freePort(), namespace });
  postgres.trust(`${here}/32`);
  postgres.start();
  const url = `postgresql://kit@${there}:${postgres.at.port}/postgres`;
  server = await readyServer(usualSeats, {}, { DATABASE_URL: url });
}, 300_000);
afterAll(async () => {
  mend();
  await server.close();
  postgres.remove();
  run('ip', 'netns', 'del', namespace);
});

const seat = { product: 'KSE', machineId: 'machine', sessionId: 'session' };
const take = () => server.root.post('/api/v1/leases', { ...seat, organizationId: server.organizationId });

/** Connections that the database believes to have. */
function connections(): number {
  const [count] = postgres.ask(`SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'license-server%'`);
  return Number(count);
}

describe('When the network to the database drops packets', () => {
  it('requests are told within five seconds to try again, and all goes on when it is mended', async () => {
    await take().expect(201);
    cut();
    const began = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        await pause(index * 100);
        const asked = Date.now();
        const answer = take();
        const status = await answer.status();
        const retryAfter = Number((await answer.headers()).get('retry-after'));
        return { status, retryAfter, seconds: (Date.now() - asked) / 1000 };
      }),
    );
    for (const { status, retryAfter } of answers) expect([status, retryAfter > 0]).toEqual([503, true]);
    const longest = Math.max(...answers.map(({ seconds }) => seconds));
    // What was under way when it began, and a second for a machine that is busy.
    expect(longest).toBeLessThan(6);
    expect(await server.api.get('/health/ready').expect(200)).toMatchObject({ database: 'away' });
    mend();
    const mended = Date.now();
    await until(async () => (await take().status()) < 300, 30, 'the database again');
    const back = (Date.now() - mended) / 1000;
    console.info(`503 after ${longest.toFixed(1)} s at most; back ${back.toFixed(1)} s after the repair`);
    expect(Date.now() - began).toBeLessThan(60_000);
  });

  it('the database gives up a server that it does not reach, which so keeps no lock', async () => {
    expect(connections()).toBeGreaterThan(0);
    cut();
    const began = Date.now();
    await until(() => connections() === 0, 30, 'the end of all connections');
    const seconds = (Date.now() - began) / 1000;
    mend();
    expect(seconds).toBeLessThan(10);
    console.info(`The database gave the server up after ${seconds.toFixed(1)} s`);
    await until(async () => (await take().status()) < 300, 30, 'the database again');
  });
});
