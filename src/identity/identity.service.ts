import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AccessRecord } from '../audit/access-record.js';
import { AuditService } from '../audit/audit.service.js';
import { GroupCommit, isItemError, type Outcome } from '../concurrency/group-commit.js';
import { step, withCommit } from '../database/pool/pipeline.js';
import { poolOf } from '../database/pool/pool-of.js';
import { type Statement } from '../database/pool/preparing-client.js';
import { networksOf } from '../http/client-address.js';
import { canonicalEmail } from '../text/email-address.js';
import { User } from '../user/user.entity.js';
import { EmailTakenError } from '../user/user.errors.js';
import { UserService } from '../user/user.service.js';
import { type Arrival, type ArrivalAt, nameOf, namesOf, arrivalProblemOf, vouchesFor } from './arrival.js';
import { GroupGrantService } from './group/group-grant.service.js';
import { type GrantPlan, grantsOf, isEmpty, planOf, type Standing } from './group/group-grants.js';
import { ArrivalRefusedError } from './identity.errors.js';
import { linkedDirectory, standingOf } from './identity.queries.js';
import { IdentityLinks } from './identity-links.js';
import { type Provider } from './identity-providers.js';
import { type KnownPerson, meet, meetAlone } from './known-people.queries.js';
import { isProvisional } from './user-identity.entity.js';

/** Batches of people who arrive, at the same time: the rest gathers, and leaves the connections to those who hold seats. */
const lanes = 2;

/** People that an identity provider has recognized, and their accounts. */
@Injectable()
export class IdentityService {
  private readonly arrivals: GroupCommit<ArrivalAt, KnownPerson | undefined>;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UserService,
    private readonly links: IdentityLinks,
    private readonly granting: GroupGrantService,
    private readonly audit: AuditService,
    private readonly access: AccessRecord,
  ) {
    users.addFacts({ directoryId: linkedDirectory });
    this.arrivals = new GroupCommit((arrivals) => this.meetAll(arrivals), isItemError, 50, lanes);
  }

  /**
   * The account of a person that a provider has recognized: the one that is linked, or else one with the address that the provider
   * vouches for, or else a new one. It then has what the groups of the person give, and no longer what they do not give.
   *
   * @param address of the client
   * @throws ArrivalRefusedError
   */
  async arrive(provider: Provider, said: Arrival, address: string | null): Promise<User> {
    const grants = said.groups && grantsOf(provider.groups, said.groups);
    // The database keeps no NUL: with this in its place, the address is refused.
    const email = canonicalEmail(said.email ?? '').replaceAll('\0', '\ufffd');
    const arrival = { ...said, provider, email, grants, address };
    try {
      // No provider makes itself at home in an account that another request has provided.
      if (isProvisional(said.subject)) throw new ArrivalRefusedError('identity-taken', '');
      const known = said.isNew ? undefined : await this.arrivals.add(arrival);
      if (known && isAsBefore(known, arrival)) return known.user;
      const settled = await this.dataSource.transaction((manager) => this.settle(manager, arrival));
      return settled();
    } catch (error) {
      if (error instanceof ArrivalRefusedError) await this.recordRefusal(arrival, error);
      throw error;
    }
  }

  private async meetAll(arrivals: readonly ArrivalAt[]): Promise<Outcome<KnownPerson | undefined>[]> {
    const known = await meet(poolOf(this.dataSource), arrivals, this.users.columnsToSignIn);
    return known.map((result) => ({ result }));
  }

  /** @returns to be called after the commit: the account */
  private async settle(manager: EntityManager, arrival: ArrivalAt): Promise<() => User> {
    const { provider, address } = arrival;
    // Of two first sign-ins of a person at the same moment, one makes the account.
    const known = await meetAlone(manager, arrival, this.users.columnsToSignIn);
    const isLinked = known !== undefined && isLinkedWith(known, arrival);
    const existing = isLinked ? known : vouchedFor(known, arrival);
    const events = this.audit.gather(manager);
    const user = existing ? await this.locked(manager, arrival, existing) : await this.create(manager, arrival);
    if (user.disabledAt) throw new ArrivalRefusedError('account-disabled', user.email);
    // No other request can know a new account yet.
    const standing = existing ? await standingOf(manager, provider.id, user.id) : nothingYet;
    const plan = planFor(arrival, standing);
    const last: Statement[] = [];
    if (!existing) last.push(await this.links.first(manager, { user, arrival }, plan.root === true));
    else if (isLinked) await this.links.renew(manager, known.link?.email, { user, arrival });
    else await this.links.make(manager, { user, arrival });
    const actor = { id: user.id, name: user.email, address };
    const grantee = { providerId: provider.id, provider: provider.name, user };
    await this.granting.apply(manager, grantee, plan, actor);
    return this.finish(manager, user.id, [...last, ...events()]);
  }

  /** Writes what is left to write, reads the account as it is now, and commits, all in one round trip. */
  private async finish(manager: EntityManager, id: number, writing: readonly Statement[]): Promise<() => User> {
    let account: object[] = [];
    const reading: Statement = [`SELECT ${this.users.columnsToSignIn} FROM user_account u WHERE u.id = $1`, [id]];
    const last = [...writing.map((statement) => step(statement)), step(reading, (rows) => (account = rows))];
    const committed = await withCommit(manager, last);
    return () => {
      committed();
      return Object.assign(new User(), account[0]);
    };
  }

  /** Takes the locks for what changes: those of the organizations come before that of the account. */
  private async locked(manager: EntityManager, arrival: ArrivalAt, { user, standing }: KnownPerson): Promise<User> {
    await this.granting.lock(manager, planFor(arrival, standing));
    return manager.findOneOrFail(User, { where: { id: user.id }, lock: { mode: 'for_no_key_update' } });
  }

  /** No lock comes before that of a new account: it cannot meet anybody. */
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

const nothingYet: Standing = { root: false, givesRoot: false, memberships: [], teams: [] };

function planFor({ provider, grants }: ArrivalAt, standing: Standing): GrantPlan {
  const none = { joins: [], roles: [], leaves: [], teamJoins: [], teamLeaves: [], root: undefined };
  return grants ? planOf(provider.id, grants, standing) : none;
}

function isLinkedWith({ link }: KnownPerson, { subject }: ArrivalAt): boolean {
  return link?.subject === subject;
}

/**
 * Whether there is nothing to write, as nearly always.
 *
 * @throws ArrivalRefusedError when the account is disabled
 */
function isAsBefore(known: KnownPerson, arrival: ArrivalAt): boolean {
  const { user, link, standing } = known;
  if (!link || !isLinkedWith(known, arrival)) return false;
  if (user.disabledAt) throw new ArrivalRefusedError('account-disabled', user.email);
  const isSame = link.email === (arrival.email || link.email) && namesOf(arrival, user) === undefined;
  return isSame && !link.endedAt && isEmpty(planFor(arrival, standing));
}

/**
 * The account with the address, if the provider vouches for it; undefined: the person gets a new one.
 *
 * @throws ArrivalRefusedError
 */
function vouchedFor(known: KnownPerson | undefined, arrival: ArrivalAt): KnownPerson | undefined {
  const { provider, email } = arrival;
  const problem = arrivalProblemOf(arrival);
  if (problem) throw new ArrivalRefusedError(problem, email);
  if (!known) {
    if (provider.provisioning === 'create') return undefined;
    throw new ArrivalRefusedError('account-missing', email);
  }
  const { link } = known;
  // The provider has made the account, or taken it on, before the person came.
  if (link && isProvisional(link.subject)) return known;
  if (!vouchesFor(provider, email)) throw new ArrivalRefusedError('domain-not-allowed', email);
  // A directory that has removed a person and has the address again has the same person again.
  const isBack = provider.kind === 'ldap' && link?.endedAt;
  if (link && !isBack) throw new ArrivalRefusedError('identity-taken', email);
  return known;
}
