import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** Somebody else works in this data folder. */
export class DataFolderInUseError extends Error {
  constructor(folder: string, owner: string) {
    super(
      `Another license server (process ${owner}) already uses the data folder ${folder}. ` +
        'Stop it first, or give this one a folder of its own with DATA_DIR.',
    );
    this.name = 'DataFolderInUseError';
  }
}

/**
 * The folder that one server process has for itself. The claim is a listening local socket: the kernel drops it with
 * the process, however it ends, so no claim outlives a crash and no process number has to be trusted.
 */
export class DataFolder {
  private constructor(
    readonly path: string,
    private readonly claim: net.Server,
  ) {}

  /**
   * Creates the folder if need be and claims it.
   *
   * @throws DataFolderInUseError when another process holds it
   */
  static async claim(folder: string): Promise<DataFolder> {
    mkdirSync(folder, { recursive: true });
    const socket = socketOf(realpathSync(folder));
    const server = net.createServer((connection) => connection.end(String(process.pid)));
    // Connections to the claim are one-line questions and must not keep a stopping process alive.
    server.unref();
    for (let attempt = 1; ; attempt++) {
      const error = await listen(server, socket);
      if (!error) return new DataFolder(folder, server);
      if (error.code !== 'EADDRINUSE') throw error;
      const owner = await ask(socket);
      if (owner !== undefined || attempt === 5) throw new DataFolderInUseError(folder, owner ?? 'unknown');
      await discard(socket);
    }
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  async release(): Promise<void> {
    await new Promise<void>((resolve) => this.claim.close(() => resolve()));
  }
}

function socketOf(folder: string): string {
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\license-server-${id}`;
  const inside = path.join(folder, 'server.sock');
  // The kernel's limit for a socket's path is 107 bytes.
  return Buffer.byteLength(inside) <= 100 ? inside : path.join(os.tmpdir(), `license-server-${id}.sock`);
}

function listen(server: net.Server, socket: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen(socket, () => {
      server.off('error', resolve);
      resolve(undefined);
    });
  });
}

/** Asks the holder of a socket for its process number; undefined when nobody listens there any more. */
function ask(socket: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    let answer = '';
    connection.setTimeout(2000, () => connection.destroy());
    connection.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    connection.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? undefined : 'unknown');
    });
    connection.on('close', () => resolve(answer || 'unknown'));
  });
}

/** Removes a dead socket. Renamed first, so that of two starters only one removes it and neither a living one. */
async function discard(socket: string): Promise<void> {
  const aside = `${socket}.${process.pid}`;
  try {
    renameSync(socket, aside);
  } catch {
    return;
  }
  if ((await ask(aside)) === undefined) rmSync(aside, { force: true });
  else renameSync(aside, socket);
}
