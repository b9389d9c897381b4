import fastifyCookie from '@fastify/cookie';
import fastifyMultipart from '@fastify/multipart';
import { type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type Logger } from 'pino';
import { networksContain } from '../network/networks.js';
import { type Settings } from '../config/settings.js';
import { NestLog } from '../log/log.js';
import { Metrics } from '../metrics/metrics.js';
import { describeApi } from './api-description.js';
import { basePathOf, completeBasePath, withoutBasePath } from './pages/base-path.js';
import { clientAddress, trustedProxies } from './client-address.js';
import { ClientHold, holdClients } from './client-hold.js';
import { ConnectionLimit } from './limits/connection-limit.js';
import { closeWhileDraining, Draining } from './draining.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { problemOf } from './problem/problem.js';
import { answerListsAsCsv, ListExportListeners } from './csv/lists-as-csv.js';
import { answerRequestIds, requestIdOf } from './request-id.js';
import { limitRequests } from './limits/request-limits.js';
import { measureConnections, measureRequests } from './request-metrics.js';
import { applyBodyLimits, defaultBodyLimit, maxParamLength } from './limits/route-limits.js';
import { RefusalListeners } from './problem/refusal-listeners.js';
import { sendProblem } from './problem/send-problem.js';
import { cutSlowBodies } from './limits/slow-requests.js';
import { serveReferencePage } from './pages/reference-page.js';
import { serveSeatTool } from './pages/seat-tool.js';
import { serveStaticPages } from './pages/static-pages.js';
import { type SiteCertificate } from './tls/site-certificate.js';
import { traceIdsOf, traceRequests } from './tracing/traced-requests.js';
import { TRACING, type Tracing } from '../tracing/tracing.js';
import { RequestValidationPipe } from './validation/validation.js';
import { describeCrossSite, isFromOtherSites } from './cross-site.js';

/**
 * Fastify's own errors (hooks, bodies, addresses that do not exist) are answered from the beginning by the handler below;
 * Nest would replace it when half of the routes have theirs.
 */
class ProblemAdapter extends FastifyAdapter {
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.instance;
  }
}

/** Builds the application with the whole pipeline, the same for `npm start` and for the tests. */
export async function createHttpApplication(
  module: DynamicModule,
  settings: Settings,
  log: Logger,
  certificate?: SiteCertificate,
): Promise<NestFastifyApplication> {
  const basePath = basePathOf(settings.serverUrl);
  const adapter = adapterFor(settings, basePath, certificate);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLog(log),
    abortOnError: false,
  });
  const fastify = adapter.getInstance();
  const refusals = app.get(RefusalListeners);
  fastify.setErrorHandler((error, request, reply) =>
    refusals.answer(log, describeCrossSite(error, request, log, settings.serverUrl), request, reply),
  );
  traceRequests(app, app.get<Tracing | undefined>(TRACING));
  applyBodyLimits(app);
  limitRequests(app);
  holdClients(app, app.get(ClientHold));
  cutSlowBodies(app, settings.requestTimeoutSeconds, cutSlowRequest);
  limitConnections(app, settings);
  refuseExpectations(app);
  acceptBodies(app);
  await app.register(fastifyCookie as never);
  await app.register(fastifyMultipart, {
    limits: { files: 1, fields: 10, parts: 11, headerPairs: 20, fieldNameSize: 100, fileSize: defaultBodyLimit },
  });
  answerRequestIds(app);
  keepNothing(app);
  closeWhileDraining(app, app.get(Draining));
  logRequests(app, log);
  measureRequests(app, app.get(Metrics));

  app.useSecurityHeaders(securityHeaders(settings.serverUrl.startsWith('https:')));
  // A proxy may call this server by another name than browsers do.
  app.enableCsrfProtection({ trustedOrigins: [new URL(settings.serverUrl).origin], exclude: isFromOtherSites });
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(log, refusals, app.get(ClientHold)));
  answerListsAsCsv(app, describeApi(app, settings), app.get(ListExportListeners));
  completeBasePath(app, basePath);
  await serveReferencePage(app);
  serveSeatTool(app);
  await serveStaticPages(app);
  return app;
}

function adapterFor(settings: Settings, basePath: string, certificate: SiteCertificate | undefined): ProblemAdapter {
  return new ProblemAdapter({
    ...(certificate ? { https: { ...certificate.options, ...timeoutsOf(settings) } } : { http: timeoutsOf(settings) }),
    trustProxy: trustedProxies(settings.trustedProxies),
    rewriteUrl: withoutBasePath(basePath),
    bodyLimit: defaultBodyLimit,
    // There is no middleware here, and its hook would cost every request.
    skipMiddie: true,
    genReqId: requestIdOf,
    forceCloseConnections: 'idle',
    // Requests that arrive on open connections while the server closes are the last ones, but answered like all.
    return503OnClosing: false,
    routerOptions: { maxParamLength },
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => sendProblem(reply, error),
    clientErrorHandler: answerBrokenRequest,
  });
}

function securityHeaders(secure: boolean): Parameters<NestFastifyApplication['useSecurityHeaders']>[0] {
  return {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        baseUri: ["'self'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        // Swagger UI and the console's components style their elements in place.
        styleSrc: ["'self'", "'unsafe-inline'"],
        upgradeInsecureRequests: secure ? [] : null,
      },
    },
    strictTransportSecurity: secure,
    // For browsers that are no longer in use.
    xDownloadOptions: false,
    xDnsPrefetchControl: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  };
}

/** What Node itself cuts off: connections that do not shake hands, and headers that do not arrive. */
function timeoutsOf({ requestTimeoutSeconds }: Settings): object {
  const headersTimeout = requestTimeoutSeconds * 1000;
  return { headersTimeout, handshakeTimeout: headersTimeout, connectionsCheckingInterval: 1000 };
}

/** Node answers an `Expect` that is not `100-continue` without a word. */
function refuseExpectations(app: NestFastifyApplication): void {
  app.getHttpServer().on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { status, body } = problemOf({ statusCode: 417 });
    response.writeHead(status, { 'content-type': 'application/problem+json; charset=utf-8', connection: 'close' });
    response.end(JSON.stringify(body));
  });
}

function cutSlowRequest(socket: Socket): void {
  answerBrokenRequest(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
}

function limitConnections(app: NestFastifyApplication, settings: Settings): void {
  const limit = ConnectionLimit.on(app.getHttpServer(), {
    total: settings.maxConnections,
    perAddress: settings.maxConnectionsPerAddress,
    isExempt: networksContain(settings.trustedProxies),
  });
  measureConnections(limit, app.get(Metrics));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', (done: () => void) => {
      limit.close();
      done();
    });
}

/**
 * The Katalon clients announce JSON and send nothing with it, on every method; that is "no body", not broken JSON.
 */
function acceptBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  const read = (request: FastifyRequest, body: Buffer, done: (error: Error | null, value?: unknown) => void): void => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body.toString('utf8'), done);
  };
  // SCIM has a media type of its own (RFC 7644, 3.1).
  for (const type of ['application/json', 'application/scim+json']) {
    app.useBodyParser(type, { bodyLimit: defaultBodyLimit }, read as never);
  }
  // A list of a spreadsheet is what the field `csv` of the route's body stands for; a route without that field refuses it.
  const readCsv = (_request: FastifyRequest, body: Buffer): Promise<unknown> =>
    Promise.resolve({ csv: body.toString('utf8') });
  app.useBodyParser('text/csv', { bodyLimit: defaultBodyLimit }, readCsv as never);
}

/** Answers are personal unless they say otherwise, so no browser or proxy keeps them: one hook, and no route can forget it. */
function keepNothing(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', (_request: FastifyRequest, reply: FastifyReply, _payload: unknown, done: () => void) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    done();
  });
}

/** Refusals and slow answers are for the log; the many good ones only on request (LOG_LEVEL=debug). */
function logRequests(app: NestFastifyApplication, log: Logger): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const slow = reply.elapsedTime > 1000;
    const level = slow || reply.statusCode >= 500 ? 'warn' : reply.statusCode >= 400 ? 'info' : 'debug';
    if (log.isLevelEnabled(level)) {
      log[level](
        {
          requestId: request.id,
          ...traceIdsOf(request),
          method: request.method,
          // The pattern, not the address: addresses may hold tokens.
          route: request.routeOptions.url ?? '(unknown)',
          status: reply.statusCode,
          millis: Math.round(reply.elapsedTime),
          address: clientAddress(request),
        },
        'request',
      );
    }
    done();
  });
}

/** Bytes that are not HTTP, or headers beyond all bounds, get an answer of the usual form too. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const statusCode = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const { status, body } = problemOf({ statusCode, message: 'The request is not valid HTTP.' });
  const text = JSON.stringify(body);
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${body.title}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    );
  }
  socket.destroySoon();
}
