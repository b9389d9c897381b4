import net from 'node:net';
import { type Address } from '../../network/guarded-address.js';

/** Milliseconds for a connection to one of several addresses, and for its greeting. */
const attemptMillis = 3_000;
/** Milliseconds for the connection to the last one. */
const lastAttemptMillis = 10_000;

/**
 * Connects to one of a mail server's addresses. Of several, one that does not answer, or does not greet as a mail server that is
 * ready, gives way to the next: a name stands for IPv6 and IPv4, or for a whole group of servers of which some are down.
 *
 * @param isSilent the server waits for TLS before it greets
 * @throws the error of the last address
 */
export async function connectToAny(
  addresses: readonly Address[],
  port: number,
  isSilent: boolean,
): Promise<net.Socket> {
  const ordered = alternating(addresses);
  for (const [index, { address }] of ordered.entries()) {
    const isLast = index === ordered.length - 1;
    try {
      const socket = await connectTo(address, port, isLast ? lastAttemptMillis : attemptMillis);
      if (isLast || isSilent || (await isReady(socket))) return socket;
      socket.destroy();
    } catch (error) {
      if (isLast) throw error;
    }
  }
  throw Object.assign(new Error('The host has no address'), { code: 'ENOTFOUND' });
}

/** IPv6 and IPv4 by turns, in the order of the name service, which shares the load. */
function alternating(addresses: readonly Address[]): Address[] {
  const [first] = addresses;
  const same = addresses.filter(({ family }) => family === first?.family);
  const other = addresses.filter(({ family }) => family !== first?.family);
  return same.flatMap((each, index) => [each, ...other.slice(index, index + 1)]).concat(other.slice(same.length));
}

function connectTo(host: string, port: number, millis: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(Object.assign(new Error('Connection timeout'), { code: 'ETIMEDOUT' }));
    }, millis);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      // The code that gets the socket listens for its errors; until then one is not the end of the process.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** Whether a mail server greets; what it has said is read again by the code that gets the socket. */
function isReady(socket: net.Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (ready: boolean): void => {
      clearTimeout(timer);
      socket.off('readable', look).off('close', gone);
      resolve(ready);
    };
    const gone = (): void => end(false);
    const look = (): void => {
      const greeting = socket.read() as Buffer | null;
      if (!greeting) return;
      socket.unshift(greeting);
      end(greeting.toString('latin1').startsWith('220'));
    };
    const timer = setTimeout(gone, attemptMillis);
    socket.on('readable', look).once('close', gone);
  });
}
