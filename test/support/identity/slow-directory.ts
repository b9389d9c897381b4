import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** How answers of a directory get through: after some milliseconds; or the first bytes of each, and then nothing or the end. */
export type Passage = { delayMillis: number } | 'half-then-silence' | 'half-then-end';

/** Stands before a directory without encryption, and lets its answers through slowly or in part. */
export class SlowDirectory {
  passage: Passage = { delayMillis: 0 };
  /** The most connections at the same time. */
  mostOpen = 0;
  private readonly clients = new Set<Socket>();
  private readonly server: Server;

  private constructor(private readonly target: URL) {
    this.server = createServer((socket) => this.join(socket));
  }

  /** @param url `ldap://…` of the real one */
  static async before(url: string): Promise<SlowDirectory> {
    const slow = new SlowDirectory(new URL(url));
    slow.server.listen(0, '127.0.0.1');
    await once(slow.server, 'listening');
    return slow;
  }

  get url(): string {
    return `ldap://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.clients) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const directory = connect(Number(this.target.port), this.target.hostname);
    const end = (): void => {
      client.destroy();
      directory.destroy();
      this.clients.delete(client);
    };
    for (const socket of [client, directory]) socket.on('close', end).on('error', end);
    this.clients.add(client);
    this.mostOpen = Math.max(this.mostOpen, this.clients.size);
    client.pipe(directory);
    directory.on('data', (answer: Buffer) => this.pass(answer, client));
  }

  private pass(answer: Buffer, client: Socket): void {
    const { passage } = this;
    if (typeof passage !== 'string') {
      setTimeout(() => client.write(answer), passage.delayMillis);
      return;
    }
    client.write(answer.subarray(0, answer.length / 2));
    if (passage === 'half-then-end') client.end();
  }
}
