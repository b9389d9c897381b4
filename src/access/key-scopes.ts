import { RequestMethod, SetMetadata } from '@nestjs/common';
import { type Access } from './access.js';

/** What an API key may be for. A key without any of its own is for seats alone. */
export const apiKeyScopes = ['seats', 'read', 'write', 'server'] as const;
export type ApiKeyScope = (typeof apiKeyScopes)[number];

/** Metadata key of the scopes that a route declares, any of which opens it to a key. */
export const KEY_SCOPES = 'key-scopes';

/** API keys with one of these scopes may call the route, instead of those that its method and access tell. */
export const KeyScopes = (...scopes: ApiKeyScope[]): MethodDecorator & ClassDecorator =>
  SetMetadata<string, readonly ApiKeyScope[]>(KEY_SCOPES, scopes);

/** No API key may call the route, nor a token that was got with one: people sign in for it. */
export const PeopleOnly = (): MethodDecorator & ClassDecorator => KeyScopes();

/** The scopes of which a key needs one for a route: what the route declares, or else what follows from its access and method. */
export function scopesFor(
  access: Access,
  method: RequestMethod,
  declared: readonly ApiKeyScope[] | undefined,
): readonly ApiKeyScope[] {
  if (access.kind === 'public') return [];
  if (declared) return declared;
  if (access.kind === 'root') return ['server'];
  return method === RequestMethod.GET ? ['read'] : ['write'];
}
