import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { hashToken, randomToken } from '../../secret/random-token.js';
import { type ResetLink } from './dto/password.js';
import { PasswordReset } from './password-reset.entity.js';

/** Manual, "Forgot your password": the link is good for an hour. */
const resetMillis = 3_600_000;

/** The links with which accounts get new passwords. */
@Injectable()
export class PasswordLinks {
  constructor(
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Makes a link with which an account gets a new password; an older link no longer works.
   *
   * @param manager of the transaction it belongs to
   */
  async create(manager: EntityManager, userId: number, actor: Actor): Promise<ResetLink> {
    const token = randomToken();
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + resetMillis);
    await this.withdraw(manager, userId);
    await manager.insert(PasswordReset, {
      tokenHash: hashToken(token),
      userId,
      createdAt: now,
      expiresAt,
      verifies: true,
    });
    await this.audit.record(manager, actor, {
      action: 'user.reset-link-created',
      targetType: 'user',
      targetId: userId,
      details: { expiresAt },
    });
    return { link: `${this.settings.serverUrl}/reset-password/${token}`, expiresAt };
  }

  /** The links of an account that were not used no longer work. */
  async withdraw(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(PasswordReset, { userId, usedAt: IsNull() });
  }
}
