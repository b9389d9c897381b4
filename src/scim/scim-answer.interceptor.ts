import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { namesVersion } from './protocol/scim-precondition.js';
import { etagOf, type Resource, selected, type Versioned } from './protocol/scim-resource.js';

/** RFC 7644, 3.1. */
export const scimType = 'application/scim+json; charset=utf-8';

/** What a route returns; undefined: nothing to read. */
type Answer = Versioned | Resource | undefined;

/** Sends resources with their type and version, and nothing of one to a client that has this version (RFC 7644, 3.14). */
@Injectable()
export class ScimAnswer implements NestInterceptor<Answer, Resource | undefined> {
  intercept(context: ExecutionContext, next: CallHandler<Answer>): Observable<Resource | undefined> {
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    return next.handle().pipe(
      map((answer) => {
        const resource = isVersioned(answer) ? resourceOf(answer, request, reply) : answer;
        if (resource) void reply.header('content-type', scimType);
        return resource;
      }),
    );
  }
}

function isVersioned(answer: Answer): answer is Versioned {
  return answer !== undefined && 'resource' in answer && 'version' in answer;
}

function resourceOf(
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
