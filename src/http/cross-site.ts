import { HttpException } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { DomainError } from '../errors/domain-error.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Pages of other sites send forms to this route. */
    fromOtherSites?: true;
  }
}

/**
 * Declares that pages of other sites may send forms to a route. Browsers send no cookies with them, so the route must not go by who
 * is signed in, and must prove what it is sent.
 *
 * @param bodyLimit bytes of a form (a route has one configuration: BodyLimit would replace this one)
 */
export const FromOtherSites = (bodyLimit: number): MethodDecorator => RouteConfig({ bodyLimit, fromOtherSites: true });

export function isFromOtherSites({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.fromOtherSites === true;
}

/** A page of another site has sent this, or the console was opened by an address that is not the server's. */
export class CrossSiteError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'cross-site-request';
  override readonly details: { serverUrl: string };

  constructor(serverUrl: string) {
    super(
      `This request comes from a page of another site, so it was refused. Open the console at ${serverUrl} (setting SERVER_URL). Programs send an API key instead of a cookie.`,
    );
    this.details = { serverUrl };
  }
}

/** Longest part of an Origin that goes into the log. */
const maxOriginLength = 200;

/** Puts words to Nest's own refusal, and the origin into the log: a wrong SERVER_URL shows there first. */
export function describeCrossSite(error: unknown, request: FastifyRequest, log: Logger, serverUrl: string): unknown {
  // Nest itself forbids one thing only.
  if (!(error instanceof HttpException) || error.getStatus() !== 403) return error;
  const { origin, 'sec-fetch-site': site } = request.headers;
  log.warn(
    {
      requestId: request.id,
      origin: origin?.slice(0, maxOriginLength) ?? null,
      secFetchSite: typeof site === 'string' ? site.slice(0, maxOriginLength) : null,
      serverUrl,
    },
    'A request from a page of another site was refused. If people open the console at this origin, set SERVER_URL to it',
  );
  return new CrossSiteError(serverUrl);
}
