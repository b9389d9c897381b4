import fastifyStatic from '@fastify/static';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import path from 'node:path';
import { packageFolder } from './server-package.js';

/** Serves the pages in `web/`, and nothing else from there. */
export async function serveStaticPages(app: NestFastifyApplication): Promise<void> {
  await app.register(fastifyStatic, {
    root: path.join(packageFolder, 'web'),
    wildcard: false,
    decorateReply: false,
    cacheControl: false,
  });
}
