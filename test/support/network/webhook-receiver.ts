import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import https from 'node:https';
import { type AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { until } from '../until.js';

/** A request as it arrived. */
export interface Arrival {
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a webhook is told. */
export interface Told {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** A real HTTP server on loopback that receives webhooks. */
export class WebhookReceiver {
  readonly arrivals: Arrival[] = [];
  /** Answers each request. */
  answer: (response: ServerResponse, arrival: Arrival) => void = (response) => response.writeHead(204).end();

  private constructor(
    private readonly server: http.Server,
    private readonly scheme: string,
  ) {}

  static async open(tls?: { key: string; cert: string }): Promise<WebhookReceiver> {
    const server = tls ? https.createServer(tls) : http.createServer();
    const receiver = new WebhookReceiver(server, tls ? 'https' : 'http');
    server.on('request', (request: http.IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const arrival = { headers: request.headers, body: Buffer.concat(chunks).toString() };
        receiver.arrivals.push(arrival);
        receiver.answer(response, arrival);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A test that fails before it closes this keeps no run from ending.
    server.unref();
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.scheme}://localhost:${this.port}/hook`;
  }

  /** What was told of an event, once there are so many. */
  async told(type: string, count = 1): Promise<Told[]> {
    const find = (): Told[] =>
      this.arrivals.map(({ body }) => JSON.parse(body) as Told).filter((each) => each.type === type);
    await until(() => find().length >= count, 20, `${count} of ${type}`);
    return find();
  }

  /** The arrivals, once there are so many. */
  async arrived(count: number): Promise<Arrival[]> {
    await until(() => this.arrivals.length >= count, 20, `${count} requests`);
    return this.arrivals;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** As a receiver verifies a request. @throws WebhookVerificationError */
export function verified(secret: string, { headers, body }: Arrival): Told {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as Told;
}
