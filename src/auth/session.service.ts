import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { NotFoundError } from '../errors/domain-error.js';
import { User } from '../user/user.entity.js';
import { Authenticator } from './authenticator.js';
import { type Caller } from './caller.js';
import { type SessionView } from './dto/session.js';
import { hashToken, randomToken } from './random-token.js';
import { sessionSeconds } from './session-cookie.js';
import { Session } from './session.entity.js';

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
   * Begins a session with a token that never existed before, and ends the one that the browser had.
   *
   * @param formerToken the cookie that came with the request
   * @returns the token for the cookie
   */
  async signIn(
    user: User,
    address: string,
    userAgent: string | undefined,
    formerToken: string | undefined,
  ): Promise<string> {
    const token = randomToken();
    await this.dataSource.transaction(async (manager) => {
      const now = this.clock.now();
      await manager
        .createQueryBuilder()
        .delete()
        .from(Session)
        .where('user_id = :id AND expires_at < :now', { id: user.id, now })
        .orWhere('token_hash = :former', { former: hashToken(formerToken ?? '') })
        .execute();
      const { id } = await manager.save(Session, {
        tokenHash: hashToken(token),
        userId: user.id,
        createdAt: now,
        expiresAt: new Date(now.getTime() + sessionSeconds * 1000),
        address,
        userAgent: userAgent?.replaceAll('\0', '').slice(0, 500) ?? null,
        credentialsVersion: user.credentialsVersion,
        lastUsedAt: now,
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

  /** The sessions that are open, newest first. */
  async list(caller: Caller): Promise<SessionView[]> {
    const rows = await this.dataSource
      .getRepository(Session)
      .createQueryBuilder('session')
      .innerJoin(
        User,
        'account',
        'account.id = session.userId AND account.credentialsVersion = session.credentialsVersion',
      )
      .where('session.userId = :id AND session.expiresAt > :now', { id: caller.id, now: this.clock.now() })
      .orderBy('session.createdAt', 'DESC')
      .addOrderBy('session.id')
      .getMany();
    return rows.map(({ id, createdAt, expiresAt, lastUsedAt, address, userAgent }) => ({
      id,
      createdAt,
      expiresAt,
      lastUsedAt,
      address,
      userAgent,
      current: id === caller.sessionId,
    }));
  }

  /** @throws NotFoundError also for the session of somebody else */
  async end(caller: Caller, id: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.delete(Session, { id, userId: caller.id });
      if (!affected) throw new NotFoundError('The session');
      await this.audit.record(manager, caller, { action: 'session.ended', targetType: 'session', targetId: id });
    });
    this.authenticator.forget(caller.id);
  }

  /** "Sign out everywhere": ends all sessions, this one too, and all tokens that programs have got. API keys stay. */
  async endAll(caller: Caller): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.increment(User, { id: caller.id }, 'credentialsVersion', 1);
      await manager.delete(Session, { userId: caller.id });
      await this.audit.record(manager, caller, {
        action: 'session.all-ended',
        targetType: 'user',
        targetId: caller.id,
      });
    });
    this.authenticator.forget(caller.id);
  }
}
