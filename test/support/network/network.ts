import net from 'node:net';
import { performance } from 'node:perf_hooks';

/** The network between some clients and their server. It can be cut. */
export class Network {
  private readonly connections = new Set<net.Socket>();
  private isCut = false;
  /** On this machine's own clock. */
  private mendedAt = -Infinity;

  private constructor(
    private readonly listener: net.Server,
    private readonly port: number,
  ) {
    listener.on('connection', (client) => this.join(client));
  }

  /** @param url of the server */
  static async before(url: string): Promise<Network> {
    const listener = net.createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new Network(listener, Number(new URL(url).port));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as net.AddressInfo).port}`;
  }

  /** Breaks every connection, and each new one, until it is mended. */
  cut(): void {
    this.isCut = true;
    for (const connection of this.connections) connection.destroy();
  }

  mend(): void {
    if (this.isCut) this.mendedAt = performance.now();
    this.isCut = false;
  }

  /** @param from milliseconds of `performance.now()` */
  wasCutSince(from: number): boolean {
    return this.isCut || this.mendedAt > from;
  }

  close(): void {
    this.cut();
    this.listener.close();
  }

  private join(client: net.Socket): void {
    if (this.isCut) {
      client.destroy();
      return;
    }
    const server = net.connect(this.port, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.connections.add(socket);
      socket.on('error', end).once('close', () => {
        this.connections.delete(socket);
        if (socket.errored || this.isCut) end();
      });
    }
    client.pipe(server);
    server.pipe(client);
  }
}
