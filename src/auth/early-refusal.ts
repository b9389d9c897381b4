import { Injectable } from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost, MetadataScanner, Reflector } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { type FastifyInstance, type FastifyRequest, type RouteOptions } from 'fastify';
import { hasBody } from '../http/limits/request-limits.js';
import { ACCESS, type Access } from '../access/access.js';
import { Authenticator } from './authenticator.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Only callers who are signed in may send a body. */
    signedIn?: true;
  }
}

type Done = (error: Error | null, payload?: unknown) => void;

/**
 * Turns away callers who are not signed in before their body is read. Guards come after the body: without this a stranger could
 * have the server read, parse and store whatever it sends.
 */
@Injectable()
export class EarlyRefusal {
  constructor(
    discovery: DiscoveryService,
    scanner: MetadataScanner,
    reflector: Reflector,
    http: HttpAdapterHost,
    private readonly authenticator: Authenticator,
  ) {
    for (const { metatype } of discovery.getControllers()) {
      if (!metatype) continue;
      const prototype = metatype.prototype as Record<string, object>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name] ?? {};
        const access = reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler as never, metatype as never]);
        if (access === undefined || access.kind === 'public') continue;
        const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
        Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...config, signedIn: true }, handler);
      }
    }
    // The commands that set passwords use this module without serving HTTP.
    const adapter = http.httpAdapter as HttpAdapterHost['httpAdapter'] | null;
    adapter?.getInstance<FastifyInstance>().addHook('onRoute', (route: RouteOptions) => {
      // Cookies are read by then, the body is not.
      if (route.config?.signedIn && route.method !== 'GET' && route.method !== 'HEAD') {
        route.preParsing = (request, _reply, payload, done) => this.check(request, payload, done as Done);
      }
    });
  }

  private check(request: FastifyRequest, payload: unknown, done: Done): void {
    if (!hasBody(request)) {
      done(null, payload);
      return;
    }
    try {
      const principal = this.authenticator.byRequest(request);
      if (principal instanceof Promise) {
        principal.then(
          () => done(null, payload),
          (error: unknown) => done(error as Error),
        );
      } else done(null, payload);
    } catch (error) {
      done(error as Error);
    }
  }
}
