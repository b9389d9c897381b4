import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor, server } from '../access/actor.js';
import { DepartureService } from '../activation/lease/ending/departure.service.js';
import { sessionsEnded } from '../audit/sessions-ended.js';
import { ApiKeyService } from '../auth/api-key/api-key.service.js';
import { Clock } from '../clock/clock.js';
import { Notifications } from '../database/notifications.js';
import { LicensedUserService } from '../license/licensed-user.service.js';
import { lockPools } from '../license/pool/lock-pools.queries.js';
import { holdOrganization } from '../organization/hold-organization.js';
import { OrganizationService } from '../organization/organization.service.js';
import { lockAccount } from '../user/lock-account.js';
import { User } from '../user/user.entity.js';
import { serviceAccountsLeftBy } from './service-account.queries.js';

/** Ends service accounts, alone or with their organization. The account's row stays: history names it. */
@Injectable()
export class ServiceAccountRemoval {
  constructor(
    private readonly departures: DepartureService,
    private readonly licensedUsers: LicensedUserService,
    private readonly apiKeys: ApiKeyService,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
    organizations: OrganizationService,
  ) {
    organizations.whenDeleted(async (manager, organizationId) => {
      for (const id of await serviceAccountsLeftBy(manager, organizationId)) await this.end(manager, server, id);
    });
  }

  /**
   * Ends the sessions of a member and returns its assigned seats; locks what all code locks first that frees a seat, then the account.
   *
   * @returns what has ended, for the audit log
   */
  async leaveSeats(
    manager: EntityManager,
    actor: Actor,
    organizationId: number,
    userId: number,
  ): Promise<Record<string, unknown>> {
    await lockPools(manager, organizationId);
    await holdOrganization(manager, organizationId);
    await lockAccount(manager, userId, 'pessimistic_write');
    const departure = { reason: 'member-removed', userId, organizationId } as const;
    const ended = await this.departures.endAllOf(manager, actor, departure);
    const returned = await this.licensedUsers.returnAllOf(manager, organizationId, userId);
    return { returned, ...sessionsEnded(ended) };
  }

  /** Ends what is signed in, and what could sign in. */
  async end(manager: EntityManager, actor: Actor, id: number): Promise<void> {
    await this.apiKeys.deleteAllOf(manager, id, actor);
    const ended = { disabledAt: this.clock.now(), credentialsVersion: () => 'credentials_version + 1' };
    await manager.update(User, { id, service: true }, ended);
    this.notifications.tellAtCommit(manager, 'access_changed', id);
  }
}
