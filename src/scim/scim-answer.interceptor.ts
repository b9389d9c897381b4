import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { namesVersion } from './protocol/scim-precondition.js';
import { etagOf, type Resource, selected, type Versioned } from './protocol/scim-resource.js';

/** Sends a resource with its version, and nothing of it to a client that has this version (RFC 7644, 3.14). */
@Injectable()
export class ScimAnswer implements NestInterceptor<Versioned, Resource | undefined> {
  intercept(context: ExecutionContext, next: CallHandler<Versioned>): Observable<Resource | undefined> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    return next.handle().pipe(map((answer) => answered(answer, request, http.getResponse<FastifyReply>())));
  }
}

function answered(
  { resource, version }: Versioned,
  request: FastifyRequest,
  reply: FastifyReply,
): Resource | undefined {
  void reply.header('etag', etagOf({ version }));
  const known = request.headers['if-none-match'];
  if (request.method === 'GET' && known !== undefined && namesVersion(known, version)) {
    void reply.status(304);
    return undefined;
  }
  if (request.method === 'POST') void reply.header('location', (resource.meta as { location: string }).location);
  const { attributes, excludedAttributes } = request.query as Record<string, unknown>;
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return selected(resource, { attributes: text(attributes), excludedAttributes: text(excludedAttributes) });
}
