import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { server } from '../access/actor.js';
import { AccountDeparture } from '../account/account-departure.js';
import { AuditService } from '../audit/audit.service.js';
import { sessionsEnded } from '../audit/sessions-ended.js';
import { Clock } from '../clock/clock.js';
import { type Provider } from './identity-providers.js';
import { UserIdentity } from './user-identity.entity.js';

/** Takes from a person what they hold here, because an identity provider no longer lets them in. The account stays. */
@Injectable()
export class LeavingService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly departures: AccountDeparture,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Sessions of the console and of programs, keys, client passwords, seats in use and assigned ones. */
  async leave({ id: providerId, name: provider }: Provider, userId: number, reason: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const taken = await this.departures.withdraw(manager, userId, server);
      if (!taken) return;
      const { email, ended, returned } = taken;
      await manager.update(UserIdentity, { providerId, userId }, { endedAt: this.clock.now() });
      await this.audit.record(manager, server, {
        action: 'identity.ended',
        targetType: 'user',
        targetId: userId,
        details: { email, provider, reason, returned, ...sessionsEnded(ended) },
      });
    });
  }
}
