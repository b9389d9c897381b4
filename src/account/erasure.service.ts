import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller } from '../access/caller.js';
import { AuditService } from '../audit/audit.service.js';
import { erased, type ErasedPerson, withoutPerson } from '../audit/evidence/redaction/personal-data.js';
import { rewriteEvents } from '../audit/evidence/redaction/redaction.queries.js';
import { RedactionService } from '../audit/evidence/redaction/redaction.service.js';
import { type ChainEvent } from '../audit/evidence/sealed-event.js';
import { SealingService } from '../audit/evidence/sealing.service.js';
import { Notifications } from '../database/notifications.js';
import { execute, rowsOf } from '../database/query.js';
import { NotFoundError } from '../errors/domain-error.js';
import { networksOf } from '../http/client-address.js';
import { User } from '../user/user.entity.js';
import { LastAdministratorError } from '../user/user.errors.js';
import { AccountDisabling } from './account-disabling.js';
import { lockAdministrators } from './account.queries.js';
import {
  addressesOf,
  emailsOf,
  eraseFromSessions,
  eraseStatements,
  eventsAbout,
  eventsOfSessions,
  type Known,
  organizationsOwned,
  ownHosts,
  pseudonymsFor,
  sessionsAbout,
  type Whereabouts,
} from './erasure.queries.js';
import { AuditLogBusyError, OwnAccountError, OwnsOrganizationsError } from './erasure.errors.js';

/** Events or sessions that are rewritten at once. */
const batch = 1_000;
const tries = 100;
const pauseMillis = 100;

/** What is erased of the audit log and the sessions. */
interface Erased {
  events: number;
  sessions: number;
}

/**
 * Erases a person: the account and all that belongs to it, and what names the person elsewhere, sealed audit events included. The
 * account goes last, so after a crash the same request goes on.
 */
@Injectable()
export class ErasureService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly disabling: AccountDisabling,
    private readonly sealing: SealingService,
    private readonly redaction: RedactionService,
    private readonly notifications: Notifications,
    private readonly audit: AuditService,
  ) {}

  /**
   * @throws NotFoundError
   * @throws LastAdministratorError
   * @throws OwnAccountError
   * @throws OwnsOrganizationsError
   * @throws AuditLogBusyError
   */
  async erase(caller: Caller, userId: number): Promise<void> {
    await this.lockOut(caller, userId);
    const { firstName, lastName } = await this.dataSource.getRepository(User).findOneByOrFail({ id: userId });
    const emails = (await rowsOf<{ email: string }>(this.dataSource, emailsOf(userId))).map(({ email }) => email);
    const hosts = (await rowsOf<{ hostname: string }>(this.dataSource, ownHosts(userId))).map((row) => row.hostname);
    const known: Known = { userId, emails, name: `${firstName} ${lastName}`.trim() };
    const words = [known.name, firstName, lastName, ...hosts].filter((word) => word.length > 1);
    const addresses = (await rowsOf<{ address: string }>(this.dataSource, addressesOf(known))).map(
      (row) => row.address,
    );
    const done = { events: await this.eraseEvents(known, words), sessions: await this.eraseSessions(known) };
    await this.eraseAccount(caller, known, { hosts, addresses: addresses.flatMap(placesOf) }, done);
  }

  /** Nothing new comes of the person from here on. */
  private async lockOut(caller: Caller, userId: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const ended = await this.disabling.endSessions(manager, userId, caller);
      await this.check(manager, caller, userId);
      const user = await manager.findOneByOrFail(User, { id: userId });
      this.notifications.tellAtCommit(manager, 'access_changed', userId);
      if (!user.disabledAt) await this.disabling.set(manager, user, { disabled: true, ended }, caller);
      await this.disabling.revokeApiKeys(manager, userId, caller);
    });
  }

  private async check(manager: EntityManager, caller: Caller, userId: number): Promise<void> {
    const administrators = await lockAdministrators(manager);
    const user = await manager.findOne(User, {
      where: { id: userId, service: false },
      lock: { mode: 'pessimistic_write' },
    });
    if (!user) throw new NotFoundError('The user');
    const hasOther = administrators.some((other) => !other.disabledAt && other.id !== userId);
    if (user.root && !hasOther) throw new LastAdministratorError();
    if (caller.id === userId) throw new OwnAccountError();
    const owned = await rowsOf<{ name: string }>(manager, organizationsOwned(userId));
    if (owned.length > 0) throw new OwnsOrganizationsError(owned.map(({ name }) => name));
  }

  /** @returns how many */
  private async eraseEvents(known: Known, words: readonly string[]): Promise<number> {
    const names = await rowsOf<{ name: string; pseudonym: string }>(this.dataSource, pseudonymsFor(known.emails));
    const person: ErasedPerson = {
      userId: known.userId,
      emails: new Set(known.emails),
      pseudonyms: new Map(names.map(({ name, pseudonym }) => [name, pseudonym])),
      words,
    };
    let count = 0;
    for (let after = 0; ;) {
      const found = await this.exclusively(async (manager) => {
        const events = await rowsOf<ChainEvent>(manager, eventsAbout(known, after, batch));
        const changed = events
          .map((event) => ({ event, left: withoutPerson(event, person) }))
          .filter(({ event, left }) => JSON.stringify(event) !== JSON.stringify(left))
          .map(({ left }) => left);
        if (changed.length > 0) {
          await this.redaction.leave(manager, changed);
          await execute(manager, rewriteEvents(changed));
        }
        count += changed.length;
        return events;
      });
      const last = found.at(-1);
      if (!last) return count;
      after = Number(last.ref);
    }
  }

  /** @returns how many */
  private async eraseSessions(known: Known): Promise<number> {
    for (let count = 0; ;) {
      const found = await this.exclusively(async (manager) => {
        const ids = (await rowsOf<{ id: string }>(manager, sessionsAbout(known, batch))).map(({ id }) => id);
        if (ids.length === 0) return 0;
        const before = await this.redaction.blocksOf(manager, await rowsOf<ChainEvent>(manager, eventsOfSessions(ids)));
        await execute(manager, eraseFromSessions(known, ids, erased));
        await before.leave(await rowsOf<ChainEvent>(manager, eventsOfSessions(ids)));
        return ids.length;
      });
      if (found === 0) return count;
      count += found;
    }
  }

  private async eraseAccount(
    caller: Caller,
    known: Known,
    whereabouts: Whereabouts,
    { events, sessions }: Erased,
  ): Promise<void> {
    const { userId } = known;
    await this.exclusively(async (manager) => {
      await this.check(manager, caller, userId);
      for (const statement of eraseStatements(known, whereabouts)) await execute(manager, statement);
      this.notifications.tellAtCommit(manager, 'access_changed', userId);
      const details = { events, sessions };
      await this.audit.record(manager, caller, {
        ...{ action: 'user.erased', targetType: 'user', targetId: userId, details },
      });
    });
  }

  private async exclusively<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    for (let tried = 0; tried < tries; tried++) {
      const done = await this.sealing.whileNothingIsSealed(async (manager) => ({ result: await work(manager) }));
      if (done) return done.result;
      await delay(pauseMillis);
    }
    throw new AuditLogBusyError();
  }
}

/** An address and its networks, as failed sign-ins are counted by them. */
function placesOf(address: string): string[] {
  const { site, network } = networksOf(address);
  return [address, site, network];
}
