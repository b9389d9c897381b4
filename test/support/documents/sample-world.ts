import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { curlSample } from '../../../scripts/code-samples/curl.js';
import { type SampleRequest } from '../../../scripts/code-samples/sample-request.js';
import { png } from '../images.js';
import { keywordsJar } from '../packages.js';
import { SamplePlayer } from './sample-player.js';
import {
  cli,
  everyScope,
  gui,
  issue,
  member,
  type ReadyServer,
  readyServer,
  specification,
  userId,
  usualSeats,
} from '../test-server.js';

const privatePlugins = { key: 'private_plugin', name: 'Private plugins' };
const entitlements = [
  { product: 'KSE', model: 'floating', quantity: 5, features: [gui, privatePlugins], offline: true },
  { product: 'KRE', model: 'floating', quantity: 5, features: [cli] },
  { product: 'KSE', model: 'per-user', quantity: 5, features: [gui] },
];

/** A day in the code samples, which a license of the tests does not cover for ever. */
const dayOfSamples = '2027-06-30';

/** What the code samples expect around them: a server, the people they name, files to upload, and credentials in the environment. */
export class SampleWorld {
  private constructor(
    readonly server: ReadyServer,
    readonly player: SamplePlayer,
    /** Where programs run, with the files that they upload. */
    readonly folder: string,
    readonly env: Record<string, string>,
  ) {}

  static async begin(): Promise<SampleWorld> {
    const server = await readyServer(entitlements, {}, { SECURITY_CONTACT: 'security@example.com' });
    const folder = await mkdtemp(path.join(os.tmpdir(), 'license-server-samples-'));
    await member(server, 'ada@example.com', 'ADMIN');
    const password = `password = 'correct horse battery', password_encrypted = false`;
    await server.sql(`UPDATE user_account SET ${password} WHERE email = 'ada@example.com'`);
    await writeFile(
      path.join(folder, 'plugin.jar'),
      await keywordsJar({ 'Bundle-Name': 'Tables', 'Bundle-Version': '1.0' }),
    );
    await writeFile(path.join(folder, 'logo.png'), png);
    await writeFile(path.join(folder, 'company.lic'), await issue(specification(usualSeats, { id: 'license-2' })));
    const player = new SamplePlayer({
      organizationId: server.organizationId,
      userId: await userId(server, 'ada@example.com'),
    });
    return new SampleWorld(server, player, folder, await credentials(server));
  }

  /** Plays the sample in curl, and remembers what it creates. */
  async playCurl(template: string, request: SampleRequest): Promise<{ code: number; output: string }> {
    // A shell in which curl fails on a refusal.
    const script = `curl() { command curl -sS --fail-with-body "$@"; }\n${inTime(curlSample(request))}`;
    const outcome = await this.run('bash', ['--norc', '-eu', '-c', script]);
    if (request.method !== 'POST' || outcome.code !== 0 || !outcome.output.startsWith('{')) return outcome;
    const answer: unknown = JSON.parse(outcome.output);
    this.player.remember(template, answer);
    const { token } = answer as { token?: string };
    if (template.endsWith('/scim-tokens') && token) this.env.LICENSE_SERVER_SCIM_TOKEN = token;
    return outcome;
  }

  async run(program: string, args: string[], folder = this.folder): Promise<{ code: number; output: string }> {
    const child = spawn(program, args, { cwd: folder, env: { PATH: process.env.PATH, ...this.env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number>((resolve) => child.once('close', resolve));
    return { code, output };
  }

  async end(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true });
  }
}

async function credentials(server: ReadyServer): Promise<Record<string, string>> {
  const wanted = { name: 'Samples', scopes: everyScope };
  const { key } = await server.root.post('/api/v1/users/me/api-keys', wanted).expect<{ key: string }>(201);
  const form = { grant_type: 'password', username: 'root@example.com', password: 'correct horse battery' };
  const { access_token } = await server.api.token(form).expect<{ access_token: string }>(200);
  return { LICENSE_SERVER_URL: server.url, LICENSE_SERVER_API_KEY: key, LICENSE_SERVER_ACCESS_TOKEN: access_token };
}

/** The sample with a day that the license covers. */
export function inTime(source: string): string {
  return source.replace(dayOfSamples, new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
}
