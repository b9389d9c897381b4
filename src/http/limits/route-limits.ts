import { type NestFastifyApplication, RouteConfig } from '@nestjs/platform-fastify';
import { type RouteOptions } from 'fastify';

/** Bytes of a body, unless the route declares another limit. */
export const defaultBodyLimit = 32 * 1024;

/** Characters of one part of an address: room for a Unicode machine id, percent-encoded. */
export const maxParamLength = 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bytes of a body. */
    bodyLimit?: number;
    /** The route reads its body itself, as a stream, and limits it itself. */
    streamed?: true;
  }
}

/** Declares that the body of a route may be larger (or must be smaller) than that of others. */
export const BodyLimit = (bytes: number): MethodDecorator => RouteConfig({ bodyLimit: bytes });

/** Declares that a route reads its body as a stream, and limits it itself. */
export const StreamedBody = (): MethodDecorator => RouteConfig({ streamed: true });

/** Gives each route the limit that it declares; call it before Nest adds the routes. */
export function applyBodyLimits(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route: RouteOptions) => {
    route.bodyLimit = route.config?.bodyLimit ?? defaultBodyLimit;
  });
}
