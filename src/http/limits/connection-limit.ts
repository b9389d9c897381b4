import { type Server, type Socket } from 'node:net';
import { networksOf, parseAddress } from '../client-address.js';

/** Milliseconds for which a connection without a request stays open while others wait for one. */
const crowdedKeepAliveMillis = 5_000;

/** Connections that wait; with more than this the server is being attacked, and the rest are closed. */
const maxWaiting = 10_000;

interface Limits {
  /** Of all addresses together. */
  total: number;
  perAddress: number;
  /** Whether an address may have any number, as proxies do. */
  isExempt: (address: string) => boolean;
}

type ListeningServer = Server & { keepAliveTimeout: number };

/**
 * Serves a limited number of connections, of each address and in all. Those beyond wait, unread, until others end; they are not
 * reset, because a whole office can be one address.
 */
export class ConnectionLimit {
  /** By IPv4 address, or by the /64 of an IPv6 address. */
  private readonly open = new Map<string, number>();
  /** By the same, in the order in which they came. */
  private readonly waiting = new Map<string, Set<Socket>>();
  private waitingInAll = 0;
  private readonly keepAliveMillis: number;
  private openInAll = 0;
  private closed = false;

  private constructor(
    private readonly server: ListeningServer,
    private readonly limits: Limits,
    private readonly serve: (socket: Socket) => void,
  ) {
    this.keepAliveMillis = server.keepAliveTimeout;
  }

  /** Puts itself between a server and its connections. */
  static on(server: ListeningServer, limits: Limits): ConnectionLimit {
    const listeners = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    const limit = new ConnectionLimit(server, limits, (socket) => {
      for (const listener of listeners) listener.call(server, socket);
    });
    server.on('connection', (socket: Socket) => limit.arrived(socket));
    return limit;
  }

  get servedCount(): number {
    return this.openInAll;
  }

  get waitingCount(): number {
    return this.waitingInAll;
  }

  /** Ends those that wait: the server stops. */
  close(): void {
    this.closed = true;
    for (const sockets of this.waiting.values()) for (const socket of sockets) socket.destroy();
  }

  private arrived(socket: Socket): void {
    const address = parseAddress(socket.remoteAddress ?? '') ?? '';
    // Proxies in one network are trusted one by one.
    const site = this.limits.isExempt(address) ? address : networksOf(address).site;
    if (this.hasRoom(site)) this.admit(socket, site);
    else if (this.closed || this.waitingInAll >= maxWaiting) socket.destroy();
    else this.wait(socket, site);
  }

  private hasRoom(site: string): boolean {
    if (this.openInAll >= this.limits.total) return false;
    return (this.open.get(site) ?? 0) < this.limits.perAddress || this.limits.isExempt(site);
  }

  private admit(socket: Socket, site: string): void {
    this.openInAll++;
    this.open.set(site, (this.open.get(site) ?? 0) + 1);
    socket.once('close', () => {
      this.openInAll--;
      const left = (this.open.get(site) ?? 1) - 1;
      if (left > 0) this.open.set(site, left);
      else this.open.delete(site);
      this.admitWaiting();
    });
    this.serve(socket);
  }

  private wait(socket: Socket, site: string): void {
    const sockets = this.waiting.get(site) ?? new Set();
    this.waiting.set(site, sockets.add(socket));
    this.waitingInAll++;
    // No other listener hears of its errors yet; `close` follows.
    socket.on('error', () => undefined);
    socket.once('close', () => this.leave(socket, site));
    this.server.keepAliveTimeout = Math.min(this.keepAliveMillis, crowdedKeepAliveMillis);
  }

  /** @returns whether it was waiting */
  private leave(socket: Socket, site: string): boolean {
    const sockets = this.waiting.get(site);
    if (!sockets?.delete(socket)) return false;
    if (sockets.size === 0) this.waiting.delete(site);
    this.waitingInAll--;
    if (this.waitingInAll === 0) this.server.keepAliveTimeout = this.keepAliveMillis;
    return true;
  }

  /** Each place that becomes free goes to one that waits. */
  private admitWaiting(): void {
    if (this.closed) return;
    for (const [site, sockets] of this.waiting) {
      if (this.openInAll >= this.limits.total) return;
      if (!this.hasRoom(site)) continue;
      const [socket] = sockets;
      if (socket && this.leave(socket, site)) {
        // The next place is another address's.
        if (this.waiting.delete(site)) this.waiting.set(site, sockets);
        this.admit(socket, site);
        return;
      }
    }
  }
}
