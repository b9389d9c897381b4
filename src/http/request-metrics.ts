import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Gauge, Histogram } from 'prom-client';
import { type Metrics } from '../metrics/metrics.js';
import { type ConnectionLimit } from './limits/connection-limit.js';

interface Series {
  observe(seconds: number): void;
}

/** Counts connections: those that are served, and those that wait because their address, or the server, has too many. */
export function measureConnections(limit: ConnectionLimit, { registry }: Metrics): void {
  new Gauge({
    name: 'http_connections',
    help: 'Connections that are served, and connections that wait for MAX_CONNECTIONS or MAX_CONNECTIONS_PER_ADDRESS',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'served' }, limit.servedCount);
      this.set({ state: 'waiting' }, limit.waitingCount);
    },
  });
}

/** Counts and times all requests by method, route pattern and status. */
export function measureRequests(app: NestFastifyApplication, { registry }: Metrics): void {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer, by route pattern',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  let underWay = 0;
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are being answered',
    registers: [registry],
    collect() {
      this.set(underWay);
    },
  });
  // Labels are checked and joined once for each series, not for each request.
  const known = new Map<string, Series>();
  const fastify = app.getHttpAdapter().getInstance();
  const ended = (): void => {
    underWay--;
  };
  fastify.addHook('onRequest', (_request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    underWay++;
    // Comes also for those who hang up before their answer, unlike onResponse.
    reply.raw.on('close', ended);
    done();
  });
  fastify.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const route = request.routeOptions.url ?? '(unknown)';
    const key = `${request.method} ${reply.statusCode} ${route}`;
    let series = known.get(key);
    if (!series) known.set(key, (series = durations.labels(request.method, route, String(reply.statusCode))));
    series.observe(reply.elapsedTime / 1000);
    done();
  });
}
