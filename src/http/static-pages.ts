import fastifyStatic from '@fastify/static';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply } from 'fastify';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from './server-package.js';

const root = path.join(packageFolder, 'web');

/** What the links in mails lead to; the last part is a token that works once. */
const linkPages = ['/invitations/:token', '/reset-password/:token'];

/** Serves the pages in `web/`, and nothing else from there. */
export async function serveStaticPages(app: NestFastifyApplication): Promise<void> {
  await app.register(fastifyStatic, { root, wildcard: false, decorateReply: false, cacheControl: false });
  const page = readFileSync(path.join(root, 'link.html'));
  const fastify = app.getHttpAdapter().getInstance();
  for (const address of linkPages) {
    fastify.get(address, (_request: unknown, reply: FastifyReply) =>
      reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page),
    );
  }
}
