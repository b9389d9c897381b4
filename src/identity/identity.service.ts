import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AccessRecord } from '../audit/access-record.js';
import { AuditService } from '../audit/audit.service.js';
import { CredentialsService } from '../auth/password/credentials.service.js';
import { Clock } from '../clock/clock.js';
import { holdUntilCommit } from '../database/locks.js';
import { networksOf } from '../http/client-address.js';
import { canonicalEmail, isEmailAddress } from '../text/email-address.js';
import { asRead } from '../text/invisible.js';
import { User } from '../user/user.entity.js';
import { EmailTakenError } from '../user/user.errors.js';
import { UserService } from '../user/user.service.js';
import { GroupGrantService } from './group-grant.service.js';
import { type GrantPlan, type Grants, grantsOf, isEmpty, planOf } from './group-grants.js';
import { ArrivalRefusedError } from './identity.errors.js';
import { standingOf } from './identity.queries.js';
import { type Provider } from './identity-providers.js';
import { isProvisional, UserIdentity } from './user-identity.entity.js';

/** What a provider says of a person that it has just recognized. */
export interface Arrival {
  /** What it calls the person for good. */
  subject: string;
  email: string | undefined;
  /** Whether the provider says that the address is the person's. */
  emailVerified: boolean;
  firstName?: string | undefined;
  lastName?: string | undefined;
  /** The groups of the person, each by all its names. Undefined: the provider does not say, and roles stay as they are. */
  groups: readonly string[] | undefined;
}

/** An arrival at a provider, from an address. */
interface Context extends Arrival {
  provider: Provider;
  /** Canonical. */
  email: string;
  grants: Grants | undefined;
  address: string | null;
}

/** Milliseconds for which it is not written down again that a person was seen. */
const seenMillis = 3_600_000;
const maxName = 100;

/** People that an identity provider has recognized, and their accounts. */
@Injectable()
export class IdentityService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UserService,
    private readonly credentials: CredentialsService,
    private readonly granting: GroupGrantService,
    private readonly audit: AuditService,
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
  async arrive(provider: Provider, arrival: Arrival, address: string | null): Promise<User> {
    const email = canonicalEmail(arrival.email ?? '');
    const grants = arrival.groups && grantsOf(provider.groups, arrival.groups);
    const context = { ...arrival, provider, email, grants, address };
    try {
      return (
        (await this.unchanged(context)) ??
        (await this.dataSource.transaction((manager) => this.settle(manager, context)))
      );
    } catch (error) {
      if (error instanceof ArrivalRefusedError) await this.recordRefusal(context, error);
      throw error;
    }
  }

  /** The account, where there is nothing to write: as nearly always. */
  private async unchanged(context: Context): Promise<User | undefined> {
    const { manager } = this.dataSource;
    const found = await this.linked(manager, context);
    if (!found) return undefined;
    const { user, identity } = found;
    if (user.disabledAt) throw new ArrivalRefusedError('account-disabled', user.email);
    const isSeen = this.clock.millis() - identity.lastSeenAt.getTime() < seenMillis;
    const isSame = identity.email === (context.email || identity.email) && namesOf(context, user) === undefined;
    if (!isSeen || !isSame || identity.endedAt) return undefined;
    return isEmpty(await this.plan(manager, context, user.id)) ? user : undefined;
  }

  private async settle(manager: EntityManager, context: Context): Promise<User> {
    const { provider, subject } = context;
    // Of two first sign-ins of a person at the same moment, one makes the account.
    await holdUntilCommit(manager, 'arrival of', `${provider.id} ${subject}`);
    const found = await this.linked(manager, context);
    const existing = found?.user ?? (await this.vouchedFor(manager, context));
    const plan = await this.plan(manager, context, existing?.id);
    await this.granting.lock(manager, plan);
    const user = existing ? await this.locked(manager, existing.id) : await this.create(manager, context);
    if (user.disabledAt) throw new ArrivalRefusedError('account-disabled', user.email);
    const actor = { id: user.id, name: user.email, address: context.address };
    if (found) await this.touch(manager, context, user);
    else await this.link(manager, context, user);
    const current = await this.plan(manager, context, user.id);
    await this.granting.apply(manager, { providerId: provider.id, provider: provider.name, user }, current, actor);
    return manager.findOneByOrFail(User, { id: user.id });
  }

  private async linked(
    manager: EntityManager,
    { provider, subject }: Context,
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

  private async plan(manager: EntityManager, { provider, grants }: Context, userId = 0): Promise<GrantPlan> {
    const none = { joins: [], roles: [], leaves: [], teamJoins: [], teamLeaves: [], root: undefined };
    return grants ? planOf(provider.id, grants, await standingOf(manager, provider.id, userId)) : none;
  }

  /**
   * The account that has the address, if the provider vouches for it.
   *
   * @throws ArrivalRefusedError
   */
  private async vouchedFor(manager: EntityManager, context: Context): Promise<User | undefined> {
    const { provider, email, emailVerified } = context;
    if (!email) throw new ArrivalRefusedError('address-missing', email);
    if (!isEmailAddress(email)) throw new ArrivalRefusedError('address-invalid', email);
    if (!emailVerified) throw new ArrivalRefusedError('address-not-verified', email);
    if (provider.domains.length > 0 && !isDomainOf(provider, email)) {
      throw new ArrivalRefusedError('domain-not-allowed', email);
    }
    const user = await this.users.findByEmail(email, manager);
    if (!user) {
      if (provider.provisioning === 'create') return undefined;
      throw new ArrivalRefusedError('account-missing', email);
    }
    const identity = await manager.findOneBy(UserIdentity, { providerId: provider.id, userId: user.id });
    // The provider has made the account, or taken it on, before the person came.
    if (identity && isProvisional(identity.subject)) return user;
    // A provider on the Internet vouches for its own domains only; a directory is the company's own.
    if (provider.kind !== 'ldap' && !isDomainOf(provider, email)) {
      throw new ArrivalRefusedError('domain-not-allowed', email);
    }
    // A directory that has removed a person and has the address again has the same person again.
    const isBack = provider.kind === 'ldap' && identity?.endedAt;
    if (identity && !isBack) throw new ArrivalRefusedError('identity-taken', email);
    return user;
  }

  private async create(manager: EntityManager, { email, firstName, lastName, address }: Context): Promise<User> {
    const names = { firstName: nameOf(firstName) ?? '', lastName: nameOf(lastName) ?? '' };
    const actor = { id: null, name: email, address };
    const newUser = { email, password: null, ...names, root: false, verified: true };
    return this.users.create(manager, newUser, actor).catch((error: unknown) => {
      // Made by another provider at this very moment.
      throw error instanceof EmailTakenError ? new ArrivalRefusedError('identity-taken', email) : error;
    });
  }

  private async link(manager: EntityManager, context: Context, user: User): Promise<void> {
    const { provider, subject, email, address } = context;
    const actor = { id: user.id, name: user.email, address };
    const now = this.clock.now();
    const link = { providerId: provider.id, userId: user.id };
    const provided = await manager.findOneBy(UserIdentity, link);
    await manager.delete(UserIdentity, link);
    await manager.insert(UserIdentity, {
      ...{ ...link, subject, email, givesRoot: provided?.givesRoot ?? false },
      ...{ createdAt: now, lastSeenAt: now },
    });
    await this.audit.record(manager, actor, {
      action: 'identity.linked',
      targetType: 'user',
      targetId: user.id,
      details: { email, provider: provider.name, subject },
    });
    // An unverified account may have been made by another person than the provider knows.
    if (!user.verifiedAt) await this.credentials.verifyElsewhere(manager, user.id, actor);
    await this.rename(manager, context, user);
  }

  private async touch(manager: EntityManager, context: Context, user: User): Promise<void> {
    const { provider, subject, email } = context;
    const seen = { lastSeenAt: this.clock.now(), endedAt: null, ...(email ? { email } : {}) };
    await manager.update(UserIdentity, { providerId: provider.id, subject }, seen);
    await this.rename(manager, context, user);
  }

  /** The person is called as the provider calls them. */
  private async rename(manager: EntityManager, context: Context, user: User): Promise<void> {
    const names = namesOf(context, user);
    if (!names) return;
    const actor = { id: user.id, name: user.email, address: context.address };
    await this.users.renameIn(manager, user.id, names, actor);
  }

  private async recordRefusal(
    { provider, email, subject, address }: Context,
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

/** Whether an address is of a domain that the provider names. */
export function isDomainOf({ domains }: Pick<Provider, 'domains'>, email: string): boolean {
  return domains.includes(email.slice(email.lastIndexOf('@') + 1));
}

/** The names that differ from those of the account; undefined: none does. */
function namesOf({ firstName, lastName }: Context, user: User): Partial<User> | undefined {
  const first = nameOf(firstName);
  const last = nameOf(lastName);
  const names = {
    ...(first !== undefined && first !== user.firstName && { firstName: first }),
    ...(last !== undefined && last !== user.lastName && { lastName: last }),
  };
  return Object.keys(names).length > 0 ? names : undefined;
}

/** A name as it can be stored: one line. Undefined when the provider gives none. */
function nameOf(name: string | undefined): string | undefined {
  const read = asRead((name ?? '').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')).slice(0, maxName);
  return read === '' ? undefined : read;
}
