import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { DepartureService } from '../activation/lease/ending/departure.service.js';
import { AuditService } from '../audit/audit.service.js';
import { sessionsEnded } from '../audit/sessions-ended.js';
import { ApiKeyService } from '../auth/api-key/api-key.service.js';
import { Clock } from '../clock/clock.js';
import { User } from '../user/user.entity.js';

/** Disables and enables accounts. What a disabled account holds ends at once. */
@Injectable()
export class AccountDisabling {
  constructor(
    private readonly departures: DepartureService,
    private readonly apiKeys: ApiKeyService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Ends the sessions of an account, before anything else is locked.
   *
   * @returns how many have ended
   */
  async endSessions(manager: EntityManager, userId: number, actor: Actor): Promise<number> {
    return this.departures.endAllOf(manager, actor, { reason: 'user-disabled', userId });
  }

  /** @param change with the sessions that have ended, for the audit log */
  async set(
    manager: EntityManager,
    { id, email }: User,
    { disabled, ended }: { disabled: boolean; ended: number },
    actor: Actor,
  ): Promise<void> {
    await manager.update(
      User,
      { id },
      {
        disabledAt: disabled ? this.clock.now() : null,
        // What was open before does not come back with the account.
        credentialsVersion: () => 'credentials_version + 1',
      },
    );
    await this.audit.record(manager, actor, {
      action: disabled ? 'user.disabled' : 'user.enabled',
      targetType: 'user',
      targetId: id,
      details: { email, ...sessionsEnded(ended) },
    });
  }

  async revokeApiKeys(manager: EntityManager, userId: number, actor: Actor): Promise<void> {
    await this.apiKeys.deleteAllOf(manager, userId, actor);
  }
}
