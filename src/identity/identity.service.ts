import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AccessRecord } from '../audit/access-record.js';
import { Clock } from '../clock/clock.js';
import { holdUntilCommit } from '../database/locks.js';
import { networksOf } from '../http/client-address.js';
import { canonicalEmail } from '../text/email-address.js';
import { User } from '../user/user.entity.js';
import { EmailTakenError } from '../user/user.errors.js';
import { UserService } from '../user/user.service.js';
import { type Arrival, type ArrivalAt, nameOf, namesOf, problemOf, vouchesFor } from './arrival.js';
import { GroupGrantService } from './group-grant.service.js';
import { type GrantPlan, grantsOf, isEmpty, planOf } from './group-grants.js';
import { ArrivalRefusedError } from './identity.errors.js';
import { standingOf } from './identity.queries.js';
import { IdentityLinks } from './identity-links.js';
import { type Provider } from './identity-providers.js';
import { isProvisional, UserIdentity } from './user-identity.entity.js';

/** Milliseconds for which it is not written down again that a person was seen. */
const seenMillis = 3_600_000;

/** People that an identity provider has recognized, and their accounts. */
@Injectable()
export class IdentityService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UserService,
    private readonly links: IdentityLinks,
    private readonly granting: GroupGrantService,
    private readonly access: AccessRecord,
    private readonly clock: Clock,
  ) {}

  /**
   * The account of a person that a provider has recognized: the one that is linked, or else one with the address that the provider
   * vouches for, or else a new one. It then has what the groups of the person give, and no longer what they do not give.
   *
   * @param address of the client
   * @throws ArrivalRefusedError
   */
  async arrive(provider: Provider, said: Arrival, address: string | null): Promise<User> {
    const grants = said.groups && grantsOf(provider.groups, said.groups);
    const arrival = { ...said, provider, email: canonicalEmail(said.email ?? ''), grants, address };
    try {
      return (
        (await this.unchanged(arrival)) ??
        (await this.dataSource.transaction((manager) => this.settle(manager, arrival)))
      );
    } catch (error) {
      if (error instanceof ArrivalRefusedError) await this.recordRefusal(arrival, error);
      throw error;
    }
  }

  /** The account, where there is nothing to write: as nearly always. */
  private async unchanged(arrival: ArrivalAt): Promise<User | undefined> {
    const { manager } = this.dataSource;
    const found = await this.linked(manager, arrival);
    if (!found) return undefined;
    const { user, identity } = found;
    if (user.disabledAt) throw new ArrivalRefusedError('account-disabled', user.email);
    const isSeen = this.clock.millis() - identity.lastSeenAt.getTime() < seenMillis;
    const isSame = identity.email === (arrival.email || identity.email) && namesOf(arrival, user) === undefined;
    if (!isSeen || !isSame || identity.endedAt) return undefined;
    return isEmpty(await this.plan(manager, arrival, user.id)) ? user : undefined;
  }

  private async settle(manager: EntityManager, arrival: ArrivalAt): Promise<User> {
    const { provider, subject } = arrival;
    // Of two first sign-ins of a person at the same moment, one makes the account.
    await holdUntilCommit(manager, 'arrival of', `${provider.id} ${subject}`);
    const found = await this.linked(manager, arrival);
    const existing = found?.user ?? (await this.vouchedFor(manager, arrival));
    const plan = await this.plan(manager, arrival, existing?.id);
    await this.granting.lock(manager, plan);
    const user = existing ? await this.locked(manager, existing.id) : await this.create(manager, arrival);
    if (user.disabledAt) throw new ArrivalRefusedError('account-disabled', user.email);
    if (found) await this.links.renew(manager, found.identity, { user, arrival });
    else await this.links.make(manager, { user, arrival });
    const current = await this.plan(manager, arrival, user.id);
    const actor = { id: user.id, name: user.email, address: arrival.address };
    await this.granting.apply(manager, { providerId: provider.id, provider: provider.name, user }, current, actor);
    return manager.findOneByOrFail(User, { id: user.id });
  }

  private async linked(
    manager: EntityManager,
    { provider, subject }: ArrivalAt,
  ): Promise<{ user: User; identity: UserIdentity } | undefined> {
    // No provider makes itself at home in an account that another request has provided.
    if (isProvisional(subject)) throw new ArrivalRefusedError('identity-taken', '');
    const identity = await manager.findOneBy(UserIdentity, { providerId: provider.id, subject });
    const user = identity && (await manager.findOneBy(User, { id: identity.userId }));
    return user ? { user, identity } : undefined;
  }

  private async locked(manager: EntityManager, id: number): Promise<User> {
    return manager.findOneOrFail(User, { where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  private async plan(manager: EntityManager, { provider, grants }: ArrivalAt, userId = 0): Promise<GrantPlan> {
    const none = { joins: [], roles: [], leaves: [], teamJoins: [], teamLeaves: [], root: undefined };
    return grants ? planOf(provider.id, grants, await standingOf(manager, provider.id, userId)) : none;
  }

  /**
   * The account that has the address, if the provider vouches for it.
   *
   * @throws ArrivalRefusedError
   */
  private async vouchedFor(manager: EntityManager, arrival: ArrivalAt): Promise<User | undefined> {
    const { provider, email } = arrival;
    const problem = problemOf(arrival);
    if (problem) throw new ArrivalRefusedError(problem, email);
    const user = await this.users.findByEmail(email, manager);
    if (!user) {
      if (provider.provisioning === 'create') return undefined;
      throw new ArrivalRefusedError('account-missing', email);
    }
    const identity = await manager.findOneBy(UserIdentity, { providerId: provider.id, userId: user.id });
    // The provider has made the account, or taken it on, before the person came.
    if (identity && isProvisional(identity.subject)) return user;
    if (!vouchesFor(provider, email)) throw new ArrivalRefusedError('domain-not-allowed', email);
    // A directory that has removed a person and has the address again has the same person again.
    const isBack = provider.kind === 'ldap' && identity?.endedAt;
    if (identity && !isBack) throw new ArrivalRefusedError('identity-taken', email);
    return user;
  }

  private async create(manager: EntityManager, { email, firstName, lastName, address }: ArrivalAt): Promise<User> {
    const names = { firstName: nameOf(firstName) ?? '', lastName: nameOf(lastName) ?? '' };
    const actor = { id: null, name: email, address };
    const newUser = { email, password: null, ...names, root: false, verified: true };
    return this.users.create(manager, newUser, actor).catch((error: unknown) => {
      // Made by another provider at this very moment.
      throw error instanceof EmailTakenError ? new ArrivalRefusedError('identity-taken', email) : error;
    });
  }

  private async recordRefusal(
    { provider, email, subject, address }: ArrivalAt,
    { code }: ArrivalRefusedError,
  ): Promise<void> {
    await this.access.bounded(networksOf(address ?? '').site, {
      actor: { id: null, name: email || 'unknown account', address },
      change: {
        action: 'identity.refused',
        targetType: 'identity-provider',
        targetId: provider.id,
        details: { provider: provider.name, email, subject, reason: code },
      },
    });
  }
}
