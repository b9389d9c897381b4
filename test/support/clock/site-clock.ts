import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The time at a site: that of the clients, and that of the servers, which may be some seconds off. */
export class SiteClock {
  /** Milliseconds that the clients are ahead of this machine. */
  private ahead = 0;
  /** Milliseconds that the servers are ahead of the clients. */
  private skew = 0;
  private readonly servers = new Set<net.Socket>();

  private constructor(private readonly listener: net.Server) {
    listener.on('connection', (socket) => {
      this.servers.add(socket);
      socket.on('error', () => undefined).once('close', () => this.servers.delete(socket));
      socket.setEncoding('utf8').resume().write(`${this.serverOffset}\n`);
    });
  }

  static async start(): Promise<SiteClock> {
    const listener = net.createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new SiteClock(listener);
  }

  /** With these, all server processes of a parent keep this time. */
  get environment(): Record<string, string> {
    const script = pathToFileURL(path.join(import.meta.dirname, 'stepped-clock.mjs')).href;
    return {
      NODE_OPTIONS: `--import=${script}`,
      SITE_CLOCK: String((this.listener.address() as net.AddressInfo).port),
    };
  }

  now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  serverNow(): Date {
    return new Date(Date.now() + this.serverOffset);
  }

  /** Milliseconds that the servers are ahead of the operating system. */
  get serverOffset(): number {
    return this.ahead + this.skew;
  }

  /** Moves everybody's time on. */
  async advance(millis: number): Promise<void> {
    this.ahead += millis;
    await this.tell();
  }

  /** Puts the servers' clocks right, or wrong. */
  async setSkew(millis: number): Promise<void> {
    this.skew = millis;
    await this.tell();
  }

  close(): void {
    for (const socket of this.servers) socket.destroy();
    this.listener.close();
  }

  private async tell(): Promise<void> {
    const offset = String(this.serverOffset);
    await Promise.all([...this.servers].map((socket) => told(socket, offset)));
  }
}

/** Resolves when the server has that time, or has ended. */
function told(socket: net.Socket, offset: string): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('data', hear).off('close', done);
      resolve();
    };
    const hear = (text: string): void => {
      if (text.split('\n').includes(offset)) done();
    };
    socket.on('data', hear).on('close', done);
    socket.write(`${offset}\n`);
  });
}
