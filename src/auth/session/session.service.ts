import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { Notifications } from '../../database/notifications.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { lockAccount } from '../../user/lock-account.js';
import { User } from '../../user/user.entity.js';
import { type Actor } from '../../access/actor.js';
import { type Caller } from '../../access/caller.js';
import { browserOf } from '../sign-in/browser-name.js';
import { type SessionView } from './dto/session.js';
import { KnownDevices } from '../sign-in/known-devices.js';
import { hashToken, randomToken } from '../../secret/random-token.js';
import { noteSignIn } from '../second-factor/second-factor-rule.queries.js';
import { Session } from './session.entity.js';
import { endOldestSessions } from './session.queries.js';
import { TokenFamilyService } from './token-family.service.js';

/** Writes what belongs to a session, in the transaction in which it begins. */
export type SessionBegun = (manager: EntityManager, sessionId: string) => Promise<void>;

/** The browser in which a session begins. */
export interface SessionBrowser {
  address: string;
  userAgent: string | undefined;
  /** The cookie that came with the request: the session that it stands for ends. */
  formerToken: string | undefined;
  /** It was by two steps, a passkey or an identity provider. */
  isWhole?: boolean;
}

/** The console's sessions. */
@Injectable()
export class SessionService {
  private readonly onSignOut: ((sessionId: string) => Promise<string | undefined>)[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly notifications: Notifications,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly tokens: TokenFamilyService,
    private readonly devices: KnownDevices,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Begins a session with a token that never existed before, and ends the one that the browser had. Beyond the limit the
   * user's oldest sessions end, too: a sign-in is never refused for them.
   *
   * @param begun told of the session before it is good
   * @returns the token for the cookie
   */
  async signIn(user: User, browser: SessionBrowser, begun?: SessionBegun): Promise<string> {
    const { address, userAgent, formerToken, isWhole = false } = browser;
    const token = randomToken();
    await this.dataSource.transaction(async (manager) => {
      const now = this.clock.now();
      // The account's row is the lock for its sessions: two sign-ins do not both leave the last place to the other.
      await lockAccount(manager, user.id);
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
        expiresAt: new Date(now.getTime() + this.settings.sessionMaxHours * 3_600_000),
        address,
        userAgent: userAgent?.replaceAll('\0', '').slice(0, 500) ?? null,
        credentialsVersion: user.credentialsVersion,
        lastUsedAt: now,
        confirmedAt: now,
        isWhole,
      });
      if (!isWhole) await noteSignIn(manager, user.id, now, this.settings.secondFactorGraceDays);
      await this.audit.record(
        manager,
        { id: user.id, name: user.email, address },
        { action: 'session.started', targetType: 'session', targetId: id },
      );
      await begun?.(manager, id);
      await this.endOldest(manager, user, address, id);
      await this.devices.note(manager, user, address, userAgent);
    });
    return token;
  }

  /** Ends the oldest sessions of a user, as far as there are more than an account may have with the newest. */
  private async endOldest(manager: EntityManager, user: User, address: string, newest: string): Promise<void> {
    const maxSessions = this.settings.maxSessionsPerUser;
    const ended = await endOldestSessions(manager, user.id, { newest, maxSessions });
    const changes = ended.map((id) => ({
      action: 'session.ended',
      targetType: 'session',
      targetId: id,
      details: { reason: 'too-many-sessions' },
    }));
    if (changes.length > 0) await this.audit.record(manager, { id: user.id, name: user.email, address }, ...changes);
  }

  /** When the user of a session proved last who they are; undefined when it has ended. */
  async confirmedAt(id: string): Promise<Date | undefined> {
    const session = await this.dataSource.getRepository(Session).findOneBy({ id });
    return session ? (session.confirmedAt ?? session.createdAt) : undefined;
  }

  /** The caller has just proved who they are. Nothing to note for a program, which is not asked. */
  async confirm(caller: Caller): Promise<void> {
    const { sessionId } = caller;
    if (!sessionId) return;
    await this.dataSource.transaction(async (manager) => {
      await manager.update(Session, { id: sessionId }, { confirmedAt: this.clock.now() });
      const target = { targetType: 'session', targetId: sessionId };
      await this.audit.record(manager, caller, { action: 'session.confirmed', ...target });
    });
  }

  /** For the module above, which knows where else a person signs out: it is asked before the session has ended. */
  whenSignedOut(addressOf: (sessionId: string) => Promise<string | undefined>): void {
    this.onSignOut.push(addressOf);
  }

  /**
   * Ends the caller's session, or their access token and the refresh tokens of its family. An API key stays.
   *
   * @returns where a browser goes to sign out at the provider with which it had signed in; undefined: nowhere
   */
  async signOut(caller: Caller): Promise<string | undefined> {
    const { sessionId } = caller;
    if (!sessionId) {
      await this.tokens.end(caller);
      return undefined;
    }
    const [address] = (await Promise.all(this.onSignOut.map((addressOf) => addressOf(sessionId)))).filter(Boolean);
    await this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.delete(Session, { id: sessionId });
      if (!affected) return;
      this.notifications.tellAtCommit(manager, 'access_changed', caller.id);
      await this.audit.record(manager, caller, { action: 'session.ended', targetType: 'session', targetId: sessionId });
    });
    return address;
  }

  /** Ends sessions for another reason than that their user wants it. */
  async endThese(
    manager: EntityManager,
    ids: readonly string[],
    { actor, reason }: { actor: Actor; reason: string },
  ): Promise<void> {
    if (ids.length === 0) return;
    const found = await manager.findBy(Session, { id: In(ids) });
    await manager.delete(Session, { id: In(ids) });
    for (const userId of new Set(found.map((session) => session.userId))) {
      this.notifications.tellAtCommit(manager, 'access_changed', userId);
    }
    const target = { action: 'session.ended', targetType: 'session', details: { reason } };
    await this.audit.record(manager, actor, ...found.map(({ id }) => ({ ...target, targetId: id })));
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
      .andWhere('coalesce(session.lastUsedAt, session.createdAt) > :idle', {
        idle: new Date(this.clock.millis() - this.settings.sessionIdleMinutes * 60_000),
      })
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
      ...browserOf(userAgent ?? undefined),
      current: id === caller.sessionId,
    }));
  }

  /** @throws NotFoundError also for another user's session */
  async end(caller: Caller, id: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.delete(Session, { id, userId: caller.id });
      if (!affected) throw new NotFoundError('The session');
      this.notifications.tellAtCommit(manager, 'access_changed', caller.id);
      await this.audit.record(manager, caller, { action: 'session.ended', targetType: 'session', targetId: id });
    });
  }

  /** "Sign out everywhere": ends all sessions, this one too, and all tokens that programs have got. API keys stay. */
  async endAll(caller: Caller): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.increment(User, { id: caller.id }, 'credentialsVersion', 1);
      this.notifications.tellAtCommit(manager, 'access_changed', caller.id);
      await manager.delete(Session, { userId: caller.id });
      await this.audit.record(manager, caller, {
        action: 'session.all-ended',
        targetType: 'user',
        targetId: caller.id,
      });
    });
  }
}
