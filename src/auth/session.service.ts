import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { type User } from '../user/user.entity.js';
import { Authenticator } from './authenticator.js';
import { type Caller } from './caller.js';
import { hashToken, randomToken } from './random-token.js';
import { Session } from './session.entity.js';

/** Name of the cookie that holds the session's token. */
export const sessionCookie = 'session';

/** Seconds that a session lasts. */
export const sessionSeconds = 24 * 3600;

/** The console's sessions. */
@Injectable()
export class SessionService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly authenticator: Authenticator,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins a session with a token that never existed before.
   *
   * @returns the token for the cookie
   */
  async signIn(user: User, address: string, userAgent: string | undefined): Promise<string> {
    const token = randomToken();
    await this.dataSource.transaction(async (manager) => {
      const now = this.clock.now();
      await manager
        .createQueryBuilder()
        .delete()
        .from(Session)
        .where('user_id = :id AND expires_at < :now', { id: user.id, now })
        .execute();
      const { id } = await manager.save(Session, {
        tokenHash: hashToken(token),
        userId: user.id,
        createdAt: now,
        expiresAt: new Date(now.getTime() + sessionSeconds * 1000),
        address,
        userAgent: userAgent?.slice(0, 500) ?? null,
      });
      await this.audit.record(
        manager,
        { id: user.id, name: user.email, address },
        { action: 'session.started', targetType: 'session', targetId: id },
      );
    });
    return token;
  }

  /** Ends the caller's session; with any other credential there is nothing to end. */
  async signOut(caller: Caller): Promise<void> {
    const { sessionId } = caller;
    if (!sessionId) return;
    await this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.delete(Session, { id: sessionId });
      if (!affected) return;
      await this.audit.record(manager, caller, { action: 'session.ended', targetType: 'session', targetId: sessionId });
    });
    this.authenticator.forget(caller.id);
  }
}
