import { Injectable } from '@nestjs/common';
import { MembershipService } from '../../organization/membership.service.js';
import { LeaseTokenService } from '../lease/token/lease-token.service.js';
import { LeaseService } from '../lease/lease.service.js';
import { type ActivatedLicense } from './dto/katalon.js';
import { type ClientRequest, EndedLicenseService } from './ended-license.service.js';

/** Gives a Katalon client its license: for a seat that it takes or keeps, or one that has ended. */
@Injectable()
export class ClientActivationService {
  constructor(
    private readonly leases: LeaseService,
    private readonly ended: EndedLicenseService,
    private readonly tokens: LeaseTokenService,
    private readonly memberships: MembershipService,
  ) {}

  /** @param disconnected aborted when the client has gone away; read only where the client may have to wait */
  async activate(asked: ClientRequest, disconnected: () => AbortSignal): Promise<ActivatedLicense> {
    const told = this.ended.recall(asked);
    if (told) return told;
    const { changesHeard } = this.ended;
    try {
      return await this.grant(asked, disconnected);
    } catch (error) {
      return this.ended.answer(error, asked, changesHeard);
    }
  }

  private async grant(
    { caller, session, organizationId }: ClientRequest,
    disconnected: () => AbortSignal,
  ): Promise<ActivatedLicense> {
    const former = { organizationId: organizationId ?? null };
    let lease = await this.leases.renewSession(caller, session, organizationId);
    if (!lease) {
      const gone = session.client === 'engine' ? disconnected() : undefined;
      lease = await this.leases.checkOut(caller, session, organizationId, { former, gone });
    }
    const { token, publicPem, warning } = await this.tokens.forStudio(lease, session.machineId);
    return {
      id: lease.number,
      value: token,
      machineId: session.machineId,
      createAt: lease.renewedAt,
      expirationDate: lease.expiresAt,
      organization: {
        id: lease.organizationId,
        name: lease.organizationName,
        role: (await this.memberships.roleIn(lease.organizationId, caller.id)) ?? null,
      },
      errorMessage: warning,
      publicKey: publicPem,
    };
  }
}
