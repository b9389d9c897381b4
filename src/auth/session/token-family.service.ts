import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { Notifications } from '../../database/notifications.js';
import { LOG } from '../../log/log.module.js';
import { lifetime, type TokenClaims } from './access-token.service.js';
import { type Caller } from '../../access/caller.js';
import { advance, deleteExpiredFamilies, endFamily } from './token-family.queries.js';

const cleanUpMillis = 3_600_000;
/** Rows that are deleted at once, so that no request waits for a lock. */
const batch = 5_000;

/**
 * Refresh tokens that rotate (RFC 9700, section 4.14.2). A sign-in writes nothing here, for Katalon Studio signs in at each
 * renewal and never refreshes: the family's id and generation are in the signed token, and the row comes with the first refresh.
 */
@Injectable()
export class TokenFamilyService implements OnModuleInit, OnApplicationShutdown {
  private readonly cleaning = new PeriodicTask(
    () => this.deleteExpired(),
    cleanUpMillis,
    (error) => this.log.warn({ err: error }, 'Expired refresh tokens could not be deleted'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly notifications: Notifications,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.cleaning.start();
    void this.cleaning.run();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.cleaning.stop();
  }

  /**
   * Takes a refresh token for the next one. One that was taken before is in two hands, and either may be a thief's:
   * it ends the whole family.
   *
   * @returns the next generation, or undefined when the token is not good any more
   */
  async refresh(claims: TokenClaims, actor: Actor): Promise<number | undefined> {
    return this.dataSource.transaction(async (manager) => {
      const generation = claims.generation + 1;
      const { family: id, userId } = claims;
      if (await advance(manager, { id, userId, generation, expiresAt: this.familyEnd() })) return generation;
      await this.endIn(manager, claims, actor, 'token.reused');
      return undefined;
    });
  }

  /** Signs a program out: the access token that the caller has, and whatever could be refreshed from the same sign-in. */
  async end(caller: Caller): Promise<void> {
    const { id: userId, tokenFamily: family } = caller;
    if (!family) return;
    await this.dataSource.transaction((manager) => this.endIn(manager, { userId, family }, caller, 'token.ended'));
  }

  private async endIn(
    manager: EntityManager,
    { family, userId }: Pick<TokenClaims, 'family' | 'userId'>,
    actor: Actor,
    action: 'token.reused' | 'token.ended',
  ): Promise<void> {
    const end = { endedAt: this.clock.now(), expiresAt: this.familyEnd() };
    if (!(await endFamily(manager, { id: family, userId, ...end }))) return;
    this.notifications.tellAtCommit(manager, 'access_changed', userId);
    await this.audit.record(manager, actor, { action, targetType: 'user', targetId: userId });
  }

  /** When the last of the tokens has expired that the family may have by now. */
  private familyEnd(): Date {
    return new Date(this.clock.millis() + lifetime.refresh * 1000);
  }

  private async deleteExpired(): Promise<void> {
    for (let deleted = batch; deleted === batch;) {
      deleted = await deleteExpiredFamilies(this.dataSource, this.clock.now(), batch);
    }
  }
}
