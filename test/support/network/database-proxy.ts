import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a server and its PostgreSQL: counts round trips, and cuts a connection where it hurts most. */
export class DatabaseProxy {
  /** Times that the server has sent something and PostgreSQL has answered it, on all connections. */
  roundTrips = 0;
  /** Commits whose answers were lost. */
  cuts = 0;
  private armed: string | undefined;
  private isSilent = false;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(private readonly target: URL) {
    this.server = createServer((socket) => this.join(socket));
  }

  /** @param url `postgresql://…` of the real one */
  static async before(url: string): Promise<{ proxy: DatabaseProxy; url: string }> {
    const proxy = new DatabaseProxy(new URL(url));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    const through = new URL(url);
    through.search = '';
    through.hostname = '127.0.0.1';
    through.port = String((proxy.server.address() as { port: number }).port);
    return { proxy, url: through.toString() };
  }

  /** The next transaction with such a statement is committed, and its connection is cut before it hears of that. */
  cutAfterCommitOf(statement: string): void {
    this.armed = statement;
  }

  /** From here on nothing gets through, and no connection ends: as where packets are dropped. */
  fallSilent(): void {
    this.isSilent = true;
    for (const socket of this.sockets) socket.pause();
  }

  speakAgain(): void {
    this.isSilent = false;
    for (const socket of this.sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    const folder = this.target.searchParams.get('host');
    const port = Number(this.target.port || 5432);
    const database = folder?.startsWith('/')
      ? connect(`${folder}/.s.PGSQL.${port}`)
      : connect(port, this.target.hostname);
    let isOfInterest = false;
    let isCommitting = false;
    let isWaiting = false;
    const end = (): void => {
      client.destroy();
      database.destroy();
    };
    client.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      isOfInterest ||= this.armed !== undefined && text.includes(this.armed);
      isCommitting ||= isOfInterest && text.includes('COMMIT');
      if (!isWaiting) this.roundTrips++;
      isWaiting = true;
      database.write(chunk);
    });
    database.on('data', (chunk: Buffer) => {
      isWaiting = false;
      // The answer to COMMIT names it too.
      if (!isCommitting || !chunk.toString('latin1').includes('COMMIT')) {
        client.write(chunk);
        return;
      }
      this.armed = undefined;
      this.cuts++;
      end();
    });
    for (const socket of [client, database]) {
      this.sockets.add(socket);
      socket.on('close', end).on('error', end);
      socket.on('close', () => this.sockets.delete(socket));
      if (this.isSilent) socket.pause();
    }
  }
}
