import fastifyStatic from '@fastify/static';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sendProblem } from '../problem/send-problem.js';
import { packageFolder } from './server-package.js';

const root = path.join(packageFolder, 'dist', 'web');

/** What is never a page of the console, even if a browser goes there. */
const notPages = /^\/(api|api-json|api-yaml|reference|oauth|info|health|metrics|assets)(\/|$)/;

/** Where the console has pages: also for programs that take anything, such as a check whether a link works. */
const pages = /^\/(activate|sign-in|forgot-password|reset-password|invitations|organizations|profile|server)(\/|$)/;

/** Pages whose address holds a token that works once: nothing of them may be kept. */
const linkPages = /^\/(invitations|reset-password|verify-email)\//;

/** Milliseconds that a browser may keep what has a hash of its content in its name. */
export const forever = 365 * 86_400_000;

/** Whether a request is for the console: one of its files or pages, or a browser's navigation. */
export function isForConsole({ method, url, headers }: FastifyRequest): boolean {
  const address = addressOf(url);
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (address === '/' || address.startsWith('/assets/')) return true;
  if (notPages.test(address)) return false;
  const { accept = '*/*' } = headers;
  return accept.includes('text/html') || (accept.includes('*/*') && pages.test(address));
}

/**
 * Serves the console: its files, and its one page at every address that is a page of it. The page refers to everything by
 * relative addresses and gets a base that leads up to the root, so that it works under any path that a proxy puts before it.
 */
export async function serveStaticPages(app: NestFastifyApplication): Promise<void> {
  const page = pageIn(path.join(root, 'index.html'));
  await app.register(fastifyStatic, {
    root: path.join(root, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    preCompressed: true,
    maxAge: forever,
    immutable: true,
  });
  const fastify = app.getHttpAdapter().getInstance();
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined => {
    if (!isForConsole(request)) {
      sendProblem(reply, { statusCode: 404 });
      return undefined;
    }
    const address = addressOf(request.url);
    const { text, etag } = page(address.split('/').length - 2);
    const kept = !linkPages.test(address);
    reply.header('cache-control', kept ? 'no-cache' : 'no-store').header('vary', 'accept');
    if (kept) reply.header('etag', etag);
    if (kept && request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('text/html; charset=utf-8').send(text);
  };
  fastify.get('/', answer);
  fastify.get('/*', answer);
}

function addressOf(url: string): string {
  return url.split('?')[0] ?? '';
}

/** The page for addresses this many steps below the root. */
function pageIn(file: string): (depth: number) => { text: string; etag: string } {
  if (!existsSync(file))
    throw new Error(`The console is not built: ${file} is missing. Build it with "npm run build".`);
  const template = readFileSync(file, 'utf8');
  const pages = new Map<number, { text: string; etag: string }>();
  return (depth) => {
    const steps = Math.min(Math.max(depth, 0), 16);
    const known = pages.get(steps);
    if (known) return known;
    const text = template.replace('<base href="./"', `<base href="${'../'.repeat(steps) || './'}"`);
    const made = { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
    pages.set(steps, made);
    return made;
  };
}
