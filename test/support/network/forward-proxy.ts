import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';

/** A real HTTP proxy on loopback, which asks for a password and knows some names that this machine does not. */
export class ForwardProxy {
  /** What was asked for, as `CONNECT host:port` or `POST http://…`. */
  readonly requests: string[] = [];

  private constructor(
    private readonly server: http.Server,
    private readonly credentials: string,
  ) {}

  /**
   * @param credentials `user:password`
   * @param known the names that lead to this machine
   */
  static async open(credentials: string, known: readonly string[]): Promise<ForwardProxy> {
    const server = http.createServer();
    const proxy = new ForwardProxy(server, credentials);
    const expected = `Basic ${Buffer.from(credentials).toString('base64')}`;
    const isLetThrough = ({ headers }: http.IncomingMessage, host: string): boolean =>
      headers['proxy-authorization'] === expected && known.includes(host);
    server.on('connect', (request: http.IncomingMessage, client: Socket) => {
      proxy.requests.push(`CONNECT ${request.url}`);
      const { hostname, port } = new URL(`http://${request.url}`);
      // Nobody else listens to it from here on, and a client that is refused may cut it before it has read the answer.
      client.on('error', () => client.destroy());
      if (!isLetThrough(request, hostname)) {
        client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      const target = net.connect(Number(port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(target).pipe(client);
      });
      target.on('error', () => client.destroy());
      client.on('error', () => target.destroy());
    });
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      proxy.requests.push(`${request.method} ${request.url}`);
      const url = new URL(request.url ?? '');
      if (!isLetThrough(request, url.hostname)) {
        response.writeHead(403).end();
        return;
      }
      const { 'proxy-authorization': _, ...headers } = request.headers;
      const { port, pathname: path } = url;
      const onward = http.request({ host: '127.0.0.1', port, path, method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.writeHead(502).end());
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.unref();
    return proxy;
  }

  get url(): string {
    return `http://${this.credentials}@127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
