import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { getSystemErrorName } from 'node:util';

/** A socket of Node's own, below `net.Server`: it can be bound and handed on without anybody accepting connections. */
export interface SocketHandle {
  getsockname(out: { address?: string; port?: number }): number;
  close(): void;
}

/** Below `net.listen`, as Node's own cluster uses it; there is no public way to hold a socket without accepting. */
const { _createServerHandle: createHandle } = net as unknown as {
  _createServerHandle: (address: string | null, port: number, type: number, fd?: number) => SocketHandle | number;
};

/** systemd's first socket. */
const firstInherited = 3;

/** What systemd's socket unit and the settings say differs. */
export class SocketUnitError extends Error {
  override readonly name = 'SocketUnitError';
}

/**
 * Takes an address for the process that will accept there. Connections are queued by the kernel from the first `listen` on, as long as
 * any process has the socket.
 *
 * @throws Error with `code` EADDRINUSE, EACCES …, `syscall` listen
 */
export async function bindSocket(host: string, port: number): Promise<SocketHandle> {
  const { address, family } = await lookup(host);
  const handle = createHandle(address, port, family);
  // That the address is taken is only told when the socket is asked for its name.
  const bound: { port?: number } = {};
  const failure = typeof handle === 'number' ? handle : handle.getsockname(bound);
  if (typeof handle !== 'number' && failure === 0) return handle;
  const code = failure === 0 ? 'EADDRINUSE' : getSystemErrorName(failure);
  throw Object.assign(new Error(`listen ${code}: ${address}:${port}`), { code, syscall: 'listen' });
}

export function portOf(handle: SocketHandle): number {
  const bound: { port?: number } = {};
  handle.getsockname(bound);
  return bound.port ?? 0;
}

/** The sockets that systemd has opened for this process (sd_listen_fds), by their ports. */
export function inheritedSockets(env: NodeJS.ProcessEnv): Map<number, SocketHandle> {
  const sockets = new Map<number, SocketHandle>();
  if (env.LISTEN_PID !== String(process.pid)) return sockets;
  for (let fd = firstInherited; fd < firstInherited + Number(env.LISTEN_FDS); fd++) {
    const handle = createHandle(null, 0, -1, fd);
    if (typeof handle === 'number') throw new SocketUnitError(`The socket ${fd} of systemd cannot be used.`);
    sockets.set(portOf(handle), handle);
  }
  return sockets;
}

/** @throws SocketUnitError when none of systemd's sockets is for this port */
export function inheritedSocket(sockets: ReadonlyMap<number, SocketHandle>, name: string, port: number): SocketHandle {
  const socket = sockets.get(port);
  if (socket) return socket;
  throw new SocketUnitError(
    `${name} is ${port}, but systemd's socket unit listens on ${[...sockets.keys()].join(' and ')}. Set ${name} to the ` +
      "unit's port, or the unit's ListenStream to this one (systemctl edit license-server.socket).",
  );
}
