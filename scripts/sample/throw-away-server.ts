import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ServerCalls } from './server-calls.js';

/** A server in a process of its own, with a data folder that goes with it. */
export class ThrowAwayServer extends ServerCalls {
  private constructor(
    readonly child: ChildProcess,
    /** Where it listens on this machine. */
    url: string,
    readonly setupToken: string,
    private readonly folder: string,
  ) {
    super(url);
  }

  /**
   * @param main of the server, where it is not the one of this build
   * @throws Error with the server's words when it does not start
   */
  static async start(
    env: Record<string, string>,
    main = path.join(import.meta.dirname, '..', '..', 'src', 'main.js'),
  ): Promise<ThrowAwayServer> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-'));
    const child = spawn(process.execPath, ['--max-old-space-size=256', main], {
      env: { PATH: process.env.PATH ?? '', HOST: '127.0.0.1', PORT: '0', DATA_DIR: path.join(folder, 'data'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C is for the script, which stops the server in its own time.
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
    }
    // Once it is set up, there is no token any more.
    const ready = /"listening":"([^"]+)"(?:.*"setup_token":"(\w+)")?.*\n/;
    while (!ready.test(output)) {
      if (child.exitCode !== null) {
        rmSync(folder, { recursive: true, force: true });
        throw new Error(`The server did not start: ${output}`);
      }
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    }
    const [, url = '', token = ''] = ready.exec(output) ?? [];
    return new ThrowAwayServer(child, url, token, folder);
  }

  /** `postgresql://…` of the database that it embeds. */
  get databaseUrl(): string {
    return readFileSync(path.join(this.folder, 'data', 'database-url'), 'utf8').trim();
  }

  /**
   * Creates the default account, an organization and an API key, once a license is there.
   *
   * @param key what it may do; a version without scopes takes none
   */
  async open(
    email: string,
    password: string,
    key: { scopes?: string[] } = { scopes: ['seats', 'read', 'write', 'server'] },
  ): Promise<{ apiKey: string; organizationId: number; authorization: string }> {
    await this.call('POST', '/api/v1/setup/account', { email, password }, { 'x-setup-token': this.setupToken });
    const { authorization } = await this.signIn(email, password);
    const { id } = await this.call<{ id: number }>(
      'POST',
      '/api/v1/organizations',
      { name: 'Acme' },
      { authorization },
    );
    const { key: apiKey } = await this.call<{ key: string }>(
      'POST',
      '/api/v1/users/me/api-keys',
      { name: 'CI', ...key },
      { authorization },
    );
    return { apiKey, organizationId: id, authorization };
  }

  /** Ends the server and removes its folder. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exit = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await exit;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
