import { randomInt } from 'node:crypto';
import net from 'node:net';

/** Ports that no system takes for an outgoing connection, or gives to whoever listens at any. */
const ports = { first: 20_000, last: 32_767 };
const maxWorkers = 8;
const given = new Set<number>();

/**
 * A port at which nobody listens, and which stays free for whoever asked, also while a server is away to be started again: not
 * even the tests that run beside these get it.
 */
export async function freePort(): Promise<number> {
  const worker = Number(process.env.JEST_WORKER_ID ?? 0) % maxWorkers;
  for (;;) {
    const port = randomInt(ports.first / maxWorkers, Math.floor(ports.last / maxWorkers)) * maxWorkers + worker;
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
