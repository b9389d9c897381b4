import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { AccessRecord } from '../audit/access-record.js';
import { type Actor } from '../access/actor.js';
import { type DomainError } from '../errors/domain-error.js';
import { clientAddress, networksOf } from '../http/client-address.js';
import { RefusalListeners } from '../http/problem/refusal-listeners.js';
import { NotSignedInError, RoleMissingError } from './auth.errors.js';
import { type AuthenticatedRequest } from '../access/caller.js';
import { sessionCookie } from './session/session-cookie.js';

/** Records each refused authorization: who may not do what, and credentials that are not good (any more). */
@Injectable()
export class RefusalRecord {
  constructor(
    private readonly access: AccessRecord,
    listeners: RefusalListeners,
  ) {
    listeners.add((request, refusal) => this.record(request, refusal));
  }

  private record(request: AuthenticatedRequest, refusal: DomainError): Promise<void> | undefined {
    // A caller without a credential only has to sign in, as at the first visit.
    if (!refusal.refusesAccess || (refusal instanceof NotSignedInError && !hasCredential(request))) return undefined;
    const { caller, method, routeOptions } = request;
    const address = clientAddress(request);
    const actor: Actor = caller
      ? { id: caller.id, name: caller.name, address }
      : { id: null, name: 'unknown account', address };
    return this.access.bounded(caller ? `user ${caller.id}` : networksOf(address).site, {
      actor,
      change: {
        action: 'access.refused',
        // Others hear nothing of an organization: neither who tries to get in, nor that they were told it did not exist.
        organizationId: refusal instanceof RoleMissingError ? refusal.organizationId : undefined,
        details: { method, route: routeOptions.url, code: refusal.code },
      },
    });
  }
}

function hasCredential({ headers, cookies }: FastifyRequest): boolean {
  return headers.authorization !== undefined || cookies[sessionCookie] !== undefined;
}
