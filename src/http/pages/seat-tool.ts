import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from './server-package.js';

/** Offers the program that holds a seat while a command runs, to everyone: build agents download it, and it holds no secret. */
export function serveSeatTool(app: NestFastifyApplication): void {
  const program = readFileSync(path.join(packageFolder, 'dist', 'server', 'license-seat.mjs'));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/license-seat.mjs', (_request: FastifyRequest, reply: FastifyReply) =>
    reply.header('cache-control', 'no-cache').type('text/javascript; charset=utf-8').send(program),
  );
}
