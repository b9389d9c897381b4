import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { Session } from '../auth/session/session.entity.js';
import { Notifications } from '../database/notifications.js';
import { LicensedUserService } from '../license/licensed-user.service.js';
import { lockPools } from '../license/pool/lock-pools.queries.js';
import { Membership } from '../organization/membership.entity.js';
import { User } from '../user/user.entity.js';
import { LastAdministratorError } from '../user/user.errors.js';
import { AccountDisabling } from './account-disabling.js';
import { lockAdministrators } from './account.queries.js';

/** What an account has lost. */
export interface Withdrawal {
  email: string;
  /** Sessions of Katalon clients. */
  ended: number;
  /** Assigned seats. */
  returned: number;
}

/** A person has left the company, or has come back: another system says so, and not an administrator. */
@Injectable()
export class AccountDeparture {
  constructor(
    private readonly disabling: AccountDisabling,
    private readonly licensedUsers: LicensedUserService,
    private readonly notifications: Notifications,
  ) {}

  /**
   * Disables an account: its sessions, API keys, client passwords and assigned seats end in the same transaction. Takes the
   * locks of seats, so it comes first in a transaction.
   *
   * @returns whether the account was enabled
   * @throws LastAdministratorError
   */
  async leave(manager: EntityManager, userId: number, actor: Actor): Promise<boolean> {
    const organizationIds = await this.lockSeats(manager, userId);
    const ended = await this.disabling.endSessions(manager, userId, actor);
    const administrators = await lockAdministrators(manager);
    const user = await this.locked(manager, userId);
    if (user.disabledAt) return false;
    if (user.root && !administrators.some((other) => !other.disabledAt && other.id !== userId)) {
      throw new LastAdministratorError();
    }
    await this.disabling.set(manager, user, { disabled: true, ended }, actor);
    await this.takeKeysAndSeats(manager, userId, organizationIds, actor);
    return true;
  }

  /**
   * The same, but the account stays enabled, for its person may come back without anybody here. A password of this server is void, unless
   * it is an administrator's way in.
   *
   * @returns undefined when the account is gone
   */
  async withdraw(manager: EntityManager, userId: number, actor: Actor): Promise<Withdrawal | undefined> {
    const organizationIds = await this.lockSeats(manager, userId);
    const ended = await this.disabling.endSessions(manager, userId, actor);
    const lock = { mode: 'pessimistic_write' } as const;
    const user = await manager.findOne(User, { where: { id: userId }, lock });
    if (!user) return undefined;
    await manager.update(
      User,
      { id: userId },
      {
        credentialsVersion: () => 'credentials_version + 1',
        ...(!user.root && { password: null, passwordEncrypted: true }),
      },
    );
    await manager.delete(Session, { userId });
    const returned = await this.takeKeysAndSeats(manager, userId, organizationIds, actor);
    return { email: user.email, ended, returned };
  }

  /** Enables an account. @returns whether it was disabled */
  async comeBack(manager: EntityManager, userId: number, actor: Actor): Promise<boolean> {
    const user = await this.locked(manager, userId);
    if (!user.disabledAt) return false;
    await this.disabling.set(manager, user, { disabled: false, ended: 0 }, actor);
    this.notifications.tellAtCommit(manager, 'access_changed', userId);
    return true;
  }

  private async lockSeats(manager: EntityManager, userId: number): Promise<number[]> {
    const memberships = await manager.find(Membership, { where: { userId }, order: { organizationId: 'ASC' } });
    const organizationIds = memberships.map(({ organizationId }) => organizationId);
    await lockPools(manager, ...organizationIds);
    return organizationIds;
  }

  /** @returns how many assigned seats were returned */
  private async takeKeysAndSeats(
    manager: EntityManager,
    userId: number,
    organizationIds: readonly number[],
    actor: Actor,
  ): Promise<number> {
    await this.disabling.revokeApiKeys(manager, userId, actor);
    let returned = 0;
    for (const id of organizationIds) returned += (await this.licensedUsers.returnAllOf(manager, id, userId)).length;
    this.notifications.tellAtCommit(manager, 'access_changed', userId);
    return returned;
  }

  private locked(manager: EntityManager, id: number): Promise<User> {
    return manager.findOneOrFail(User, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }
}
