import net from 'node:net';

/** A line between a program and a server, which a test cuts. */
export class NetworkLink {
  private state: 'whole' | 'cut' | 'one-way' = 'whole';
  private readonly sockets = new Set<net.Socket>();

  private constructor(
    private readonly listener: net.Server,
    private readonly connect: () => net.Socket,
  ) {}

  /** @param connect to the server at the other end */
  static async before(connect: () => net.Socket): Promise<NetworkLink> {
    const listener = net.createServer();
    const link = new NetworkLink(listener, connect);
    listener.on('connection', (socket) => link.join(socket));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return link;
  }

  get port(): number {
    return (this.listener.address() as net.AddressInfo).port;
  }

  /** Ends all connections, and every new one at once. */
  cut(): void {
    this.state = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  /** What is sent arrives; each connection ends when the answer to it comes. */
  loseAnswers(): void {
    this.state = 'one-way';
  }

  mend(): void {
    this.state = 'whole';
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private join(near: net.Socket): void {
    if (this.state === 'cut') {
      near.destroy();
      return;
    }
    const far = this.connect();
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      if (this.state === 'whole') near.write(chunk);
      else end();
    });
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', end).on('close', end);
      socket.on('close', () => this.sockets.delete(socket));
    }
  }
}
