import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileIdentity } from './folder-owner.js';

const name = 'server.sock';

/** The longest path that every kernel takes for a socket. */
const maxPathBytes = 100;

/**
 * A local socket in a data folder, on which its owner listens. The kernel drops it with the process, however that ends, and
 * finds it from every namespace, because it is a file of the folder.
 */
export class ClaimSocket {
  private constructor(
    private readonly server: net.Server,
    private readonly address: Address,
    /** Device and inode. */
    readonly identity: string,
  ) {}

  /** @returns undefined where the volume takes no sockets */
  static async listen(folder: string): Promise<ClaimSocket | undefined> {
    // The caller holds the lock, so a socket that still exists is stale.
    rmSync(path.join(folder, name), { force: true });
    const address = addressIn(folder);
    if (!address) return undefined;
    const server = net.createServer((connection) => {
      connection.on('error', () => undefined);
      connection.end(String(process.pid));
    });
    // Connections to the claim are one-line questions and must not keep a stopping process alive.
    server.unref();
    const listens = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(address.path, () => resolve(true));
    });
    if (!listens) {
      address.close();
      return undefined;
    }
    if (process.platform === 'win32') return new ClaimSocket(server, address, address.path);
    chmodSync(path.join(folder, name), 0o600);
    return new ClaimSocket(server, address, fileIdentity(path.join(folder, name)));
  }

  /**
   * Who listens.
   *
   * @returns the owner's process number; `nobody`: the kernel knows of none; undefined: that cannot be said
   */
  static async ask(folder: string): Promise<number | 'nobody' | undefined> {
    const address = addressIn(folder);
    if (!address) return undefined;
    const answer = await new Promise<number | 'nobody' | undefined>((resolve) => {
      const connection = net.connect(address.path);
      let text = '';
      connection.setTimeout(2000, () => connection.destroy());
      connection.on('data', (chunk: Buffer) => (text += chunk.toString()));
      connection.on('error', ({ code }: NodeJS.ErrnoException) => {
        resolve(code === 'ECONNREFUSED' || code === 'ENOENT' ? 'nobody' : undefined);
      });
      // The connection was accepted, even if nothing is sent.
      connection.on('close', () => resolve(Number(text) || 0));
    });
    address.close();
    return answer;
  }

  /** Device and inode of the socket that lies in a folder; on Windows, where all are of one machine, its name. */
  static identityIn(folder: string): string {
    return process.platform === 'win32' ? pipeOf(folder) : fileIdentity(path.join(folder, name));
  }

  /** Also removes the socket. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.address.close();
  }
}

interface Address {
  path: string;
  close: () => void;
}

/** A path that is short enough for the kernel; on Linux every folder has one. */
function addressIn(folder: string): Address | undefined {
  if (process.platform === 'win32') return { path: pipeOf(folder), close: () => undefined };
  const inside = path.join(folder, name);
  if (Buffer.byteLength(inside) <= maxPathBytes) return { path: inside, close: () => undefined };
  if (process.platform !== 'linux') return undefined;
  const descriptor = openSync(folder, 'r');
  return { path: `/proc/self/fd/${descriptor}/${name}`, close: () => closeSync(descriptor) };
}

/** The folder itself, in the form that a name of a pipe may have. */
function pipeOf(folder: string): string {
  return `\\\\.\\pipe\\license-server-${Buffer.from(folder.toLowerCase()).toString('base64url').slice(-200)}`;
}
