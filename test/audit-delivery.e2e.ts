import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { hourByHour } from './support/clock/hour-by-hour.js';
import { machineIdOf } from './support/machine-id.js';
import { olderTransactionsOver } from './support/older-transactions.js';
import { readyServer, type ReadyServer, rootAccount, usualSeats } from './support/test-server.js';

jest.setTimeout(240_000);

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-delivery-'));
let server: ReadyServer;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  await server.close();
  for (const close of closing.splice(0)) await close();
});

/** Seals what is committed; then it leaves. */
async function seal(): Promise<{ intact: boolean; checkpoint: { number: number } }> {
  await olderTransactionsOver(server);
  return server.root
    .get('/api/v1/audit-events/verification')
    .expect<{ intact: boolean; checkpoint: { number: number } }>(200);
}

const rename = (name: string) =>
  server.root.patch(`/api/v1/organizations/${server.organizationId}`, { name }).expect(200);

/** A syslog server that reads messages by octet counting (RFC 6587) and writes each down when it is whole. */
class SyslogReceiver {
  readonly messages: string[] = [];
  private changed: () => void = () => undefined;
  private readonly sockets = new Set<Socket>();
  port = 0;

  private constructor(private readonly listener: Server) {}

  static async start(port = 0, tls?: { cert: string; key: string }): Promise<SyslogReceiver> {
    const listener = tls ? createTlsServer(tls) : createServer();
    const receiver = new SyslogReceiver(listener);
    listener.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => receiver.read(socket));
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    receiver.port = (listener.address() as AddressInfo).port;
    closing.push(() => receiver.close());
    return receiver;
  }

  /** Resolves with the first message that a pattern matches. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.messages.find((message) => pattern.test(message));
      if (found) return found;
      await new Promise<void>((resolve) => (this.changed = resolve));
    }
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.listener.close();
  }

  private read(socket: Socket): void {
    this.sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const blank = rest.indexOf(' ');
        const length = Number(rest.subarray(0, Math.max(blank, 0)).toString());
        if (blank < 0 || rest.length < blank + 1 + length) break;
        this.messages.push(rest.subarray(blank + 1, blank + 1 + length).toString());
        rest = rest.subarray(blank + 1 + length);
      }
      this.changed();
    });
  }
}

const header =
  /^<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z) (\S+) license-server - (\S{1,32}) (\[.*\]) (\{.*\})$/;

/** Parts of a message (RFC 5424). */
function parts(message: string): { priority: number; id: string; data: string; json: Record<string, unknown> } {
  const [, priority, , , id = '', data = '', json = ''] = header.exec(message) ?? [];
  return { priority: Number(priority), id, data, json: JSON.parse(json) as Record<string, unknown> };
}

describe('The audit log leaves through syslog', () => {
  it('over TCP: every sealed event and checkpoint once, as RFC 5424 has it, with its place in the chain', async () => {
    const receiver = await SyslogReceiver.start();
    server = await readyServer(usualSeats, {}, { AUDIT_SYSLOG_URL: `tcp://127.0.0.1:${receiver.port}` });
    await rename('Acme "Ltd"]');
    const lease = {
      organizationId: server.organizationId,
      product: 'KSE',
      machineId: machineIdOf('a'),
      sessionId: 'a',
    };
    const { id } = await server.root.post('/api/v1/leases', lease).expect<{ id: string }>(201);
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    await seal();
    const ended = parts(await receiver.until(/"lease\.ended"/));
    expect(ended).toMatchObject({ id: 'lease.ended', json: { kind: 'end', ref: id, actor: rootAccount.email } });
    const granted = parts(await receiver.until(/"lease\.granted"/));
    expect(granted).toMatchObject({ priority: 13 * 8 + 6, json: { actor: rootAccount.email, address: '127.0.0.1' } });
    const renamed = parts(await receiver.until(/"organization\.renamed"/));
    expect(renamed.data).toMatch(
      /^\[audit@32473 block="\d+" hash="[\da-f]{64}" ref="event \d+" action="organization.renamed" /,
    );
    await receiver.until(/ checkpoint \[checkpoint@32473 number="1" /);
    // What is there has come once, and all of it.
    const refs = receiver.messages.map((message) => parts(message).json).filter(({ type }) => type === 'event');
    const [{ sealed }] = (await server.sql<{ sealed: number }>(
      `SELECT sum(cardinality(events) + cardinality(grants) + cardinality(ends))::int AS sealed FROM audit_block
        WHERE number <= (SELECT block FROM audit_delivery)`,
    )) as [{ sealed: number }];
    expect(new Set(refs.map(({ kind, ref }) => `${String(kind)} ${String(ref)}`)).size).toBe(refs.length);
    expect(refs.length).toBeGreaterThanOrEqual(sealed);
  });

  it('over TLS: only to a server whose certificate the CA file vouches for', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name)) as [string, string];
    execFileSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    ]);
    const pair = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    const receiver = await SyslogReceiver.start(0, pair);
    const url = `tls://localhost:${receiver.port}`;
    server = await readyServer(usualSeats, {}, { AUDIT_SYSLOG_URL: url, AUDIT_SYSLOG_CA_FILE: cert });
    await seal();
    expect(parts(await receiver.until(/"setup\.completed"/)).id).toBe('setup.completed');
    // The checkpoint of the stop leaves before the server ends.
    const before = receiver.messages.length;
    await server.close();
    expect(receiver.messages.slice(before).map((message) => parts(message).id)).toContain('checkpoint');
    const delivered = receiver.messages.length;
    server = await readyServer(usualSeats, {}, { AUDIT_SYSLOG_URL: url });
    await seal();
    expect(receiver.messages.slice(delivered)).toEqual([]);
    expect(await server.sql('SELECT FROM audit_delivery')).toEqual([]);
  });

  it('over UDP: one datagram each', async () => {
    const socket = createSocket('udp4');
    const messages: string[] = [];
    let changed: () => void = () => undefined;
    socket.on('message', (message) => {
      messages.push(message.toString());
      changed();
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    closing.push(() => socket.close());
    server = await readyServer(usualSeats, {}, { AUDIT_SYSLOG_URL: `udp://127.0.0.1:${socket.address().port}` });
    await seal();
    while (!messages.some((message) => parts(message).id === 'setup.completed'))
      await new Promise<void>((resolve) => (changed = resolve));
  });

  it('after an outage of the receiver and a kill of the server: nothing is missing', async () => {
    const first = await SyslogReceiver.start();
    const { port } = first;
    server = await readyServer(usualSeats, {}, { AUDIT_SYSLOG_URL: `tcp://127.0.0.1:${port}` });
    await seal();
    await first.until(/"setup\.completed"/);
    first.close();
    await rename('While it was away');
    expect((await seal()).intact).toBe(true);
    const again = await server.crash();
    server.root = await again.signedIn(rootAccount.email, rootAccount.password);
    await rename('After the crash');
    const second = await SyslogReceiver.start(port);
    await seal();
    await second.until(/After the crash/);
    expect(second.messages.some((message) => message.includes('While it was away'))).toBe(true);
  });
});

describe('The audit log leaves into a file', () => {
  it('as lines of JSON, also after the file was renamed', async () => {
    const file = path.join(folder, 'audit.jsonl');
    server = await readyServer(usualSeats, {}, { AUDIT_FILE: file });
    await rename('Before the rotation');
    await sealedInto(file, 'Before the rotation');
    renameSync(file, `${file}.1`);
    await rename('After the rotation');
    await sealedInto(file, 'After the rotation');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.find(({ action }) => action === 'organization.renamed')).toMatchObject({
      type: 'event',
      actor: rootAccount.email,
      details: { to: 'After the rotation' },
      hash: expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(readFileSync(`${file}.1`, 'utf8')).not.toContain('After the rotation');
  });
});

/** Seals until a file has it: what is under way does not have the newest block. */
async function sealedInto(file: string, text: string): Promise<void> {
  for (let asked = 0; asked < 500; asked++) {
    await seal();
    if (existsSync(file) && readFileSync(file, 'utf8').includes(text)) return;
  }
  throw new Error(`${file} does not have ${text}`);
}

describe('AUDIT_RETENTION_DAYS', () => {
  it('removes the oldest blocks whole; the rest verifies, and so do its export and a change in it', async () => {
    server = await readyServer(usualSeats, {}, { AUDIT_RETENTION_DAYS: '30' });
    const lease = {
      organizationId: server.organizationId,
      product: 'KSE',
      machineId: machineIdOf('a'),
      sessionId: 'a',
    };
    const { id } = await server.root.post('/api/v1/leases', lease).expect<{ id: string }>(201);
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    await seal();
    await server.later({ days: 20 });
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    await rename('Kept');
    await seal();
    await server.later({ days: 20 });
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    const oldest = async (): Promise<number> =>
      (await server.sql<{ number: number }>('SELECT min(number)::int AS number FROM audit_block'))[0]!.number;
    await hourByHour(server, async () => (await oldest()) > 1, 'the oldest block to go');
    expect((await seal()).intact).toBe(true);
    expect(await server.sql(`SELECT FROM audit_event WHERE action = 'setup.completed'`)).toEqual([]);
    expect(await server.sql(`SELECT FROM audit_event WHERE action = 'organization.renamed'`)).toHaveLength(1);
    // Utilization keeps its sessions for as long as SESSION_RETENTION_DAYS says.
    expect(await server.sql('SELECT FROM ended_session WHERE lease_id = $1', [id])).toHaveLength(1);
    await server.sql(`UPDATE audit_event SET details = '{}' WHERE action = 'organization.renamed'`);
    expect((await seal()).intact).toBe(false);
  });

  it('removes nothing that has not left the server yet', async () => {
    const nobody = await SyslogReceiver.start();
    nobody.close();
    const url = `tcp://127.0.0.1:${nobody.port}`;
    server = await readyServer(
      usualSeats,
      {},
      { AUDIT_RETENTION_DAYS: '30', AUDIT_SYSLOG_URL: url, SESSION_RETENTION_DAYS: '30' },
    );
    await seal();
    await server.later({ days: 40 });
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    // The same pass removes old sessions: once those blocks are done, the audit log's turn is over.
    const done = async (): Promise<number> =>
      (
        await server.sql<{ block: number }>('SELECT max(removed_sessions_block)::int AS block FROM audit_checkpoint')
      )[0]!.block;
    await hourByHour(server, async () => (await done()) > 0, 'old sessions to go');
    expect((await seal()).intact).toBe(true);
    expect(await server.sql(`SELECT FROM audit_event WHERE action = 'setup.completed'`)).toHaveLength(1);
  });
});

describe('SESSION_RETENTION_DAYS', () => {
  it('removes ended sessions with their blocks; the chain goes on verifying, and misses a younger session', async () => {
    server = await readyServer(usualSeats, {}, { SESSION_RETENTION_DAYS: '30' });
    const session = async (name: string): Promise<string> => {
      const lease = {
        organizationId: server.organizationId,
        product: 'KSE',
        machineId: machineIdOf(name),
        sessionId: name,
      };
      const { id } = await server.root.post('/api/v1/leases', lease).expect<{ id: string }>(201);
      await server.root.delete(`/api/v1/leases/${id}`).expect(204);
      return id;
    };
    const old = await session('old');
    await seal();
    await server.later({ days: 31 });
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    const rows = (id: string): Promise<unknown[]> => server.sql('SELECT FROM ended_session WHERE lease_id = $1', [id]);
    await hourByHour(server, async () => (await rows(old)).length === 0, 'the old session to go');
    const young = await session('young');
    expect((await seal()).intact).toBe(true);
    await server.sql('DELETE FROM ended_session WHERE lease_id = $1', [young]);
    expect((await seal()).intact).toBe(false);
  });

  it('keeps a session although a later block has an older time, because the clock was set back', async () => {
    server = await readyServer(usualSeats, {}, { SESSION_RETENTION_DAYS: '30' });
    const blocks = async (): Promise<number> =>
      (await server.sql<{ blocks: number }>('SELECT max(number)::int AS blocks FROM audit_block'))[0]!.blocks;
    const lease = {
      organizationId: server.organizationId,
      product: 'KSE',
      machineId: machineIdOf('a'),
      sessionId: 'a',
    };
    await seal();
    const oldest = await blocks();
    await server.later({ days: 29 });
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    const { id } = await server.root.post('/api/v1/leases', lease).expect<{ id: string }>(201);
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    await seal();
    await server.later({ minutes: -20 * 60 });
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    await rename('Sealed with the clock set back');
    await seal();
    expect(await blocks()).toBeGreaterThan(oldest + 1);
    await server.later({ days: 30, minutes: 10 * 60 });
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    const done = async (): Promise<number> =>
      (
        await server.sql<{ block: number }>('SELECT max(removed_sessions_block)::int AS block FROM audit_checkpoint')
      )[0]!.block;
    await hourByHour(server, async () => (await done()) > 0, 'the old sessions to go');
    expect(await server.sql('SELECT FROM ended_session WHERE lease_id = $1', [id])).toHaveLength(1);
    expect((await seal()).intact).toBe(true);
  });
});

process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
