import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor, server } from '../access/actor.js';
import { DepartureService } from '../activation/lease/departure.service.js';
import { AuditService } from '../audit/audit.service.js';
import { sessionsEnded } from '../audit/sessions-ended.js';
import { ApiKeyService } from '../auth/api-key/api-key.service.js';
import { Session } from '../auth/session/session.entity.js';
import { Clock } from '../clock/clock.js';
import { Notifications } from '../database/notifications.js';
import { LicensedUserService } from '../license/licensed-user.service.js';
import { lockPools } from '../license/pool/lock-pools.queries.js';
import { Membership } from '../organization/membership.entity.js';
import { User } from '../user/user.entity.js';
import { type Provider } from './identity-providers.js';
import { UserIdentity } from './user-identity.entity.js';

/** Takes from a person what they hold here, because an identity provider no longer lets them in. The account stays. */
@Injectable()
export class LeavingService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly departures: DepartureService,
    private readonly licensedUsers: LicensedUserService,
    private readonly apiKeys: ApiKeyService,
    private readonly notifications: Notifications,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Sessions of the console and of programs, keys, client passwords, seats in use and assigned ones. */
  async leave(
    { id: providerId, name }: Provider,
    userId: number,
    reason: string,
    actor: Actor = server,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const organizations = await this.organizationsOf(manager, userId);
      await lockPools(manager, ...organizations);
      const ended = await this.departures.endAllOf(manager, actor, { reason: 'user-disabled', userId });
      const lock = { mode: 'pessimistic_write' } as const;
      const user = await manager.findOne(User, { where: { id: userId }, lock });
      if (!user) return;
      await manager.update(User, { id: userId }, { credentialsVersion: () => 'credentials_version + 1' });
      this.notifications.tellAtCommit(manager, 'access_changed', userId);
      await manager.delete(Session, { userId });
      await this.apiKeys.deleteAllOf(manager, userId, actor);
      let returned = 0;
      for (const id of organizations) returned += (await this.licensedUsers.returnAllOf(manager, id, userId)).length;
      await manager.update(UserIdentity, { providerId, userId }, { endedAt: this.clock.now() });
      await this.audit.record(manager, actor, {
        action: 'identity.ended',
        targetType: 'user',
        targetId: userId,
        details: { email: user.email, provider: name, reason, returned, ...sessionsEnded(ended) },
      });
    });
  }

  private async organizationsOf(manager: EntityManager, userId: number): Promise<number[]> {
    const memberships = await manager.find(Membership, { where: { userId }, order: { organizationId: 'ASC' } });
    return memberships.map(({ organizationId }) => organizationId);
  }
}
