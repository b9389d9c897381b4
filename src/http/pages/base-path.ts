import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type IncomingMessage } from 'node:http';

/** The path of the Server URL, without a slash at its end: empty for most. */
export function basePathOf(serverUrl: string): string {
  return new URL(serverUrl).pathname.replace(/\/$/, '');
}

/**
 * Everything answers under the path of the Server URL and at the root as well: some proxies take that path away and some do
 * not, and Katalon Studio asks for one of its addresses without it.
 *
 * @returns what Fastify routes by; undefined without a path
 */
export function withoutBasePath(basePath: string): ((request: Pick<IncomingMessage, 'url'>) => string) | undefined {
  if (!basePath) return undefined;
  return ({ url = '/' }) => (url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url);
}

/** Without its slash the first page would look for its files one folder up. */
export function completeBasePath(app: NestFastifyApplication, basePath: string): void {
  if (!basePath) return;
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get(basePath, (_request: FastifyRequest, reply: FastifyReply) => reply.redirect(`${basePath}/`, 308));
}
