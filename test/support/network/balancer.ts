import net from 'node:net';

/** Milliseconds between looks at a server's health. */
const lookMillis = 100;

/**
 * What real balancers do: each connection to the next server whose readiness check is good, and to another one when it is
 * refused. What has been sent once is never sent again.
 */
export class Balancer {
  private readonly healthy = new Set<string>();
  private turn = 0;
  private stopped = false;
  private readonly connections = new Set<net.Socket>();

  private constructor(
    private readonly servers: readonly string[],
    private readonly listener: net.Server,
  ) {}

  static async over(servers: readonly string[]): Promise<Balancer> {
    const listener = net.createServer();
    const balancer = new Balancer(servers, listener);
    listener.on('connection', (client) => balancer.connect(client, servers.length));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    for (const server of servers) void balancer.watch(server);
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as net.AddressInfo).port}`;
  }

  get healthyServers(): number {
    return this.healthy.size;
  }

  async close(): Promise<void> {
    this.stopped = true;
    for (const connection of this.connections) connection.destroy();
    await new Promise<void>((resolve) => this.listener.close(() => resolve()));
  }

  private async watch(server: string): Promise<void> {
    while (!this.stopped) {
      const good = await fetch(`${server}/health/ready`, { headers: { connection: 'close' } }).then(
        async (answer) => {
          await answer.text();
          return answer.ok;
        },
        () => false,
      );
      if (good) this.healthy.add(server);
      else this.healthy.delete(server);
      await new Promise((resolve) => setTimeout(resolve, lookMillis));
    }
  }

  private connect(client: net.Socket, attempts: number): void {
    const candidates = this.servers.filter((server) => this.healthy.has(server));
    const server = candidates[this.turn++ % candidates.length];
    if (!server || attempts === 0) {
      client.destroy();
      return;
    }
    client.pause();
    const upstream = net.connect(Number(new URL(server).port), '127.0.0.1');
    upstream.once('connect', () => {
      for (const socket of [client, upstream]) {
        this.connections.add(socket);
        socket.once('close', () => this.connections.delete(socket));
      }
      client.pipe(upstream);
      upstream.pipe(client);
    });
    upstream.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') this.connect(client, attempts - 1);
      else client.destroy();
    });
    client.once('error', () => upstream.destroy());
  }
}
