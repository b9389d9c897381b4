import fastifyStatic from '@fastify/static';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from './server-package.js';
import { forever } from './static-pages.js';

/** Where the build puts the page and its files. */
const root = path.join(packageFolder, 'dist', 'reference');

/**
 * Serves the API reference at /reference, to everyone, as /api-json: the OpenAPI document with examples in several languages, in a
 * viewer that loads nothing from elsewhere. The page names its files by relative addresses, so that it works under any path.
 */
export async function serveReferencePage(app: NestFastifyApplication): Promise<void> {
  const file = path.join(root, 'index.html');
  if (!existsSync(file))
    throw new Error(`The API reference is not built: ${file} is missing. Build it with "npm run build".`);
  const page = readFileSync(file, 'utf8');
  await app.register(fastifyStatic, {
    root: path.join(root, 'files'),
    prefix: '/reference/files/',
    decorateReply: false,
    preCompressed: true,
    maxAge: forever,
    immutable: true,
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/reference', (_request: FastifyRequest, reply: FastifyReply) =>
    reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page),
  );
  fastify.get('/reference/', (_request: FastifyRequest, reply: FastifyReply) => reply.redirect('../reference', 308));
}
