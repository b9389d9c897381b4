import http from 'node:http';
import { type AddressInfo } from 'node:net';

/** A request that came by. */
export interface PassedRequest {
  path: string;
  range: string | undefined;
}

/** Stands between a client and a server: notes what is asked for, and breaks connections when told to. */
export class CountingProxy {
  readonly requests: PassedRequest[] = [];
  /** Bytes of the next download after which its connection breaks. */
  breakAfter: number | undefined;

  private constructor(
    private readonly listener: http.Server,
    readonly url: string,
  ) {}

  static async before(server: string): Promise<CountingProxy> {
    const listener = http.createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const proxy = new CountingProxy(listener, `http://127.0.0.1:${(listener.address() as AddressInfo).port}`);
    listener.on('request', (request, response) => proxy.pass(server, request, response));
    return proxy;
  }

  /** Downloads that came by since the last time. */
  downloads(): PassedRequest[] {
    return this.requests.splice(0).filter(({ path }) => path.endsWith('/download'));
  }

  close(): void {
    this.listener.close();
    this.listener.closeAllConnections();
  }

  private pass(server: string, request: http.IncomingMessage, response: http.ServerResponse): void {
    this.requests.push({ path: request.url ?? '', range: request.headers.range });
    const target = http.request(`${server}${request.url}`, { method: request.method, headers: request.headers });
    target.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      let room = Infinity;
      if (request.url?.endsWith('/download') && this.breakAfter !== undefined) {
        room = this.breakAfter;
        this.breakAfter = undefined;
      }
      answer.on('data', (chunk: Buffer) => {
        if (room === 0) return;
        const part = chunk.subarray(0, room);
        room -= part.length;
        // Not before the last of these bytes is on its way, however slowly they are read.
        const isLast = room === 0;
        response.write(part, () => isLast && response.destroy());
      });
      answer.on('end', () => response.end());
      response.on('close', () => answer.destroy());
    });
    request.pipe(target);
  }
}
