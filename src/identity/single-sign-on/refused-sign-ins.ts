import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { AccessRecord } from '../../audit/access-record.js';
import { clientAddress, networksOf } from '../../http/client-address.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { SingleSignOnError } from './single-sign-on.errors.js';

/** Records why sign-ins fail at a provider, or on the way back. */
@Injectable()
export class RefusedSignIns {
  constructor(private readonly access: AccessRecord) {}

  /** Does a part of a sign-in; if the provider's answer is refused, the audit log says why. */
  async recorded<T>(
    provider: Pick<IdentityProvider, 'id' | 'name'>,
    request: FastifyRequest,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SingleSignOnError) {
        const address = clientAddress(request);
        const details = { provider: provider.name, reason: error.code, message: error.reason };
        await this.access.bounded(networksOf(address).site, {
          actor: { id: null, name: 'unknown account', address },
          change: { action: 'identity.refused', targetType: 'identity-provider', targetId: provider.id, details },
        });
      }
      throw error;
    }
  }
}
