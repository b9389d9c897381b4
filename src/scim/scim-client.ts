import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Actor } from '../access/actor.js';
import { type IdentityProvider } from '../identity/identity-provider.entity.js';

/** An identity provider that calls with one of its tokens. */
export interface ScimClient {
  provider: IdentityProvider;
  /** For the audit log. */
  actor: Actor;
}

/** A request after {@link ScimTokenGuard}. */
export interface ScimRequest extends FastifyRequest {
  scimClient?: ScimClient;
}

/** The provider that calls a route of SCIM. */
export const ScimClientOf = createParamDecorator((_: unknown, context: ExecutionContext): ScimClient => {
  const { scimClient } = context.switchToHttp().getRequest<ScimRequest>();
  if (!scimClient) throw new Error('This route is not one of SCIM');
  return scimClient;
});
