import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import typescript from 'typescript';
import { freePort } from './support/network/free-port.js';
import { readyServer, type ReadyServer } from './support/test-server.js';
import { until } from './support/until.js';

// The receivers in docs/webhooks.md, as they stand there, against real deliveries and what others may send them.

const root = path.join(import.meta.dirname, '..');
const manual = readFileSync(path.join(root, 'docs', 'webhooks.md'), 'utf8');

/** A program of the manual, listening at another port. */
function receiverIn(language: string, port: number): string {
  const program = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(manual)?.[1] ?? '';
  expect(program).toContain('3000');
  return program.replace('3000', String(port));
}

let server: ReadyServer;
let folder: string;
beforeAll(async () => {
  server = await readyServer(undefined, {}, { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' });
  folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-webhooks-'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** How to start the receiver in each language. */
const programs: Record<string, (port: number) => [string, string[]]> = {
  ts: (port) => {
    const file = path.join(folder, 'receiver.mjs');
    const { ESNext } = typescript.ModuleKind;
    const compilerOptions = { module: ESNext, target: typescript.ScriptTarget.ES2022 };
    writeFileSync(file, typescript.transpileModule(receiverIn('ts', port), { compilerOptions }).outputText);
    return [process.execPath, [file]];
  },
  python: (port) => {
    const file = path.join(folder, 'receiver.py');
    writeFileSync(file, receiverIn('python', port));
    return ['/usr/bin/python3', [file]];
  },
  java: (port) => {
    const file = path.join(folder, 'Receiver.java');
    writeFileSync(file, receiverIn('java', port));
    return ['java', [file]];
  },
};

interface Running {
  child: ChildProcess;
  url: string;
  output: () => string;
}

async function start(language: string, secret: string): Promise<Running> {
  const port = await freePort();
  const [program, args] = programs[language]!(port);
  const child = spawn(program, args, { env: { PATH: process.env.PATH, WEBHOOK_SECRET: secret } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://127.0.0.1:${port}/`;
  const listens = (): Promise<boolean> =>
    fetch(url, { method: 'POST' }).then(
      () => true,
      () => false,
    );
  await until(listens, 120, `the receiver in ${language}: ${output}`);
  return { child, url, output: () => output };
}

describe.each(Object.keys(programs))('The receiver of the manual in %s', (language) => {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const other = `whsec_${randomBytes(24).toString('base64')}`;
  const body = JSON.stringify({ type: 'lease.granted', timestamp: new Date().toISOString(), data: { seats: 1 } });
  let running: Running;
  beforeAll(async () => {
    running = await start(language, secret);
  });
  afterAll(async () => {
    const exit = once(running.child, 'exit');
    running.child.kill();
    await exit;
  });

  /** Headers as the server sends them. */
  const signed = (key = secret, at = new Date(), text = body): Record<string, string> => ({
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(key).sign('msg_1', at, text),
  });
  const statusOf = async (headers: Record<string, string>, text = body): Promise<number> =>
    (await fetch(running.url, { method: 'POST', headers, body: text })).status;

  it('takes what the license server sends', async () => {
    const at = `/api/v1/organizations/${server.organizationId}/webhooks`;
    const created = { url: running.url, events: ['lease.granted'] };
    const webhook = await server.root.post(at, created).expect<{ id: number; secret: string }>(201);
    const own = await start(language, webhook.secret);
    try {
      const test = server.root.post(`${at}/${webhook.id}/test`, { url: own.url });
      expect(await test.expect(200)).toMatchObject({ delivered: true, status: 204 });
      await until(() => own.output().includes('test'), 10, 'the receiver to show the message');
    } finally {
      own.child.kill();
    }
  });

  it('takes one of two signatures, as on the day after a secret was replaced', async () => {
    const headers = signed();
    expect(await statusOf(headers)).toBe(204);
    const both = `${new Webhook(other).sign('msg_1', new Date(), body)} ${headers['webhook-signature']}`;
    expect(await statusOf({ ...headers, 'webhook-signature': both })).toBe(204);
  });

  it('refuses what was forged, changed, or recorded before', async () => {
    const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
    const { 'webhook-signature': signature = '', ...unsigned } = signed();
    expect(await statusOf(signed(other))).toBe(401);
    expect(await statusOf(signed(), body.replace('1}', '9}'))).toBe(401);
    expect(await statusOf({ ...unsigned, 'webhook-signature': signature, 'webhook-id': 'msg_2' })).toBe(401);
    expect(await statusOf(signed(secret, minutesAgo(10)))).toBe(401);
    expect(await statusOf(signed(secret, minutesAgo(-10)))).toBe(401);
    expect(await statusOf(unsigned)).toBe(401);
    expect(await statusOf({ ...unsigned, 'webhook-signature': 'v1,' })).toBe(401);
    expect(await statusOf({ ...unsigned, 'webhook-signature': signature.replace('v1,', 'v2,') })).toBe(401);
    expect(await statusOf({ ...unsigned, 'webhook-signature': signature, 'webhook-timestamp': 'now' })).toBe(401);
    // And it goes on.
    expect(await statusOf(signed())).toBe(204);
  });
});
