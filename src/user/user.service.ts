import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHmac, randomBytes } from 'node:crypto';
import { type Logger } from 'pino';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { boundedCache } from '../concurrency/bounded-cache.js';
import { type Actor, server } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { batchLoader } from '../concurrency/batch-loader.js';
import { Notifications } from '../database/notifications.js';
import { Semaphore, WaitedTooLongError } from '../concurrency/semaphore.js';
import { networksOf } from '../http/client-address.js';
import { canonicalEmail, formerEmail, isEmailAddress } from '../text/email-address.js';
import { NotFoundError } from '../errors/domain-error.js';
import { LOG } from '../log/log.module.js';
import { PasswordHasher } from './password-hasher.js';
import { type OutsideCheck, type OutsidePasswords } from './outside-passwords.js';
import { AcceptedPassword, checkPlainRules, weakPassword } from './password.js';
import { PasswordStrength } from './password-strength.js';
import { User } from './user.entity.js';
import { EmailTakenError, OutsideUnavailableError } from './user.errors.js';
import {
  accountColumns,
  type AccountFacts,
  accountsByEmail,
  accountsOfOtherVersions,
  accountsWithOddAddresses,
  insertAccount,
  namesAround,
  providersWithPasswordOf,
  replaceAddress,
  replacePassword,
} from './user.queries.js';

export interface NewUser {
  email: string;
  /** Null: the account signs in by an identity provider alone. */
  password: AcceptedPassword | null;
  firstName: string;
  lastName: string;
  root: boolean;
  /** Whether the address is proved to be the person's. */
  verified: boolean;
  /** The organization whose link makes the account; the only one that it is good for, while it is unverified. */
  originOrganizationId?: number;
}

/** The account that gets a new password, which may not exist yet. */
export interface PasswordOwner {
  email: string;
  /** Names that the account gets with it. */
  names?: (string | undefined)[];
  /** The organization whose link it is set with. */
  organizationId?: number;
  /** Where the request came from; null: from this machine's command line. */
  address: string | null;
}

/** A new password for an account. */
export interface PasswordChange {
  userId: number;
  password: AcceptedPassword;
  /** For the audit log. */
  action: 'user.password-changed' | 'user.password-reset';
}

/** A guess at a password that may be looked at. */
export interface Guess {
  /** Resolves when it is its turn, if that is not now. */
  turn: (() => Promise<void>) | undefined;
  wasRight(user: User): Promise<void>;
  wasWrong(): Promise<void>;
}

/** Slows down guessing passwords: counts a guess before it is looked at. */
export interface GuessGuard {
  /** Where the client is. A password that was right there is accepted there again without asking the guard. */
  place: string;
  /** The client's address. */
  address: string;
  /** @param email of the account, or the name that was typed where none is known */
  admit(email: string, user: User | undefined): Promise<Guess>;
}

/** Milliseconds for which a password that was right is right again without the costly hash: a working day. */
const rememberPasswordMillis = 12 * 3_600_000;

/**
 * Attempts under way at the same time, which mostly wait for the database to count them. Fewer than guesses are free, for those
 * under way count as wrong; and fewer than there are connections, of which the seats need some.
 */
const attemptsAtOnce = 6;

/**
 * For how long an attempt waits until a directory can be asked: as long as Katalon's clients are made to wait at most. Where all people
 * come at once, they are many more than a directory answers within seconds.
 */
const maxOutsideWaitMillis = 55_000;

/** Places that are remembered with a password. */
const maxPlaces = 50;

/** A password that was sent, the keyed hash that it would be remembered by, and where the client is. */
interface Attempt {
  name: string;
  password: string;
  proof: string;
  guard: GuessGuard;
  /** Checks the password, or checks it where this server's own is wrong. */
  outside: OutsideCheck | undefined;
  /** The account that the name means, as far as is known. */
  user: User | undefined;
  /** It was right before, and is due to be checked again. */
  known: boolean;
}

interface Verified {
  proof: string;
  stored: string;
  credentialsVersion: number;
  /** Where it was right: elsewhere it would tell a stranger at once that a guess is right. */
  places: Set<string>;
  /** When something else than this server has found it right; undefined: it is this server's own. */
  outsideAt: number | undefined;
}

@Injectable()
export class UserService implements OnModuleInit {
  /**
   * Studio signs in again at each renewal, a thousand testers all day long. A password that was verified is remembered as
   * a keyed hash under a key that lives and dies with this process.
   */
  private readonly verified = boundedCache<number, Verified>(20_000, rememberPasswordMillis);
  private facts: AccountFacts = { needsClientPassword: 'false', directoryId: 'NULL::bigint' };
  private readonly byEmail = batchLoader((emails: readonly string[]) => this.loadByEmail(emails));
  private readonly proofKey = randomBytes(32);
  private readonly attempts = new Semaphore(attemptsAtOnce);
  /** Of their own: a directory that answers slowly keeps no local account waiting. */
  private readonly outsideAttempts = new Semaphore(attemptsAtOnce, maxOutsideWaitMillis);
  private outside: OutsidePasswords | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly strength: PasswordStrength,
    private readonly notifications: Notifications,
    @Inject(LOG) private readonly log: Logger,
    private readonly hasher: PasswordHasher,
  ) {
    notifications.on('access_changed', (userId) => this.verified.delete(Number(userId)));
    notifications.onResume(() => void this.forgetChanged());
  }

  /** Hashes the passwords that were set by SQL while the server was down (manual, "Reset a password without mail"). */
  async onModuleInit(): Promise<void> {
    const plain = await this.dataSource.getRepository(User).findBy({ passwordEncrypted: false });
    for (const user of plain) await this.encryptPassword(user);
    if (plain.length > 0) this.log.info({ accounts: plain.length }, 'Passwords that were set by SQL are hashed now');
    await this.repairAddresses();
  }

  /**
   * Former versions have accepted addresses with characters that cannot be seen or typed. They become what their owners read, unless
   * that is the address of another account; such an account signs in with the address as it was copied.
   */
  private async repairAddresses(): Promise<void> {
    for (const { id, email } of await accountsWithOddAddresses(this.dataSource.manager)) {
      const repaired = canonicalEmail(email);
      if (repaired === email || !isEmailAddress(repaired)) continue;
      await this.dataSource.transaction(async (manager) => {
        if (!(await replaceAddress(manager, id, { from: email, to: repaired }))) return;
        const details = { from: email, email: repaired, reason: 'invisible-characters' };
        const event = { action: 'user.email-changed', targetType: 'user', targetId: id, details };
        await this.audit.record(manager, server, event);
        this.log.warn(
          { account: id },
          'An account whose address had invisible characters has the address without them now',
        );
      });
    }
  }

  async findById(id: number): Promise<User | null> {
    return this.dataSource.getRepository(User).findOneBy({ id });
  }

  /**
   * Creates an account, in the transaction of whatever it is created for.
   *
   * @throws EmailTakenError
   */
  async create(manager: EntityManager, newUser: NewUser, actor: Actor): Promise<User> {
    const user = await insertAccount(manager, {
      email: newUser.email,
      password: newUser.password?.hash ?? null,
      firstName: newUser.firstName,
      lastName: newUser.lastName,
      root: newUser.root,
      verifiedAt: newUser.verified ? this.clock.now() : null,
      originOrganizationId: newUser.originOrganizationId ?? null,
      createdAt: this.clock.now(),
    });
    if (!user) throw new EmailTakenError(newUser.email);
    await this.audit.record(manager, actor, {
      action: 'user.created',
      targetType: 'user',
      targetId: user.id,
      details: { email: newUser.email, root: newUser.root, verified: newUser.verified },
    });
    return user;
  }

  /**
   * Checks a new password by the rules. That takes a while, so it happens before the transaction in which the password is set.
   *
   * @param field of the request that it is in
   * @throws InvalidRequestError when the password breaks the rules
   * @throws TooManyPasswordChecksError
   * @throws PasswordCheckUnavailableError
   */
  async acceptPassword(password: string, owner: PasswordOwner, field = 'password'): Promise<AcceptedPassword> {
    checkPlainRules(password, owner.email, field);
    const requester = { account: owner.email, site: networksOf(owner.address ?? '').site };
    const weakness = await this.strength.weaknessOf(password, await this.forbiddenNames(owner), requester);
    if (weakness) throw weakPassword(weakness, field);
    return new AcceptedPassword(await this.hasher.hash(password));
  }

  /** What a password must not be built on: the names of the person and of the organizations, and the address. */
  private async forbiddenNames({ email, names = [], organizationId }: PasswordOwner): Promise<string[]> {
    const known = await namesAround(this.dataSource.manager, email, organizationId);
    return [email, ...names, ...known].filter((name) => name !== undefined);
  }

  async findByEmail(email: string, manager: EntityManager = this.dataSource.manager): Promise<User | null> {
    const [former, canonical] = [formerEmail(email), canonicalEmail(email)];
    const exact = await manager.findOneBy(User, { email: former, service: false });
    return exact ?? (canonical === former ? null : manager.findOneBy(User, { email: canonical, service: false }));
  }

  /** The names of the identity providers that keep the password of an account; none: it is this server's. */
  async passwordKeptBy(id: number): Promise<string[]> {
    return providersWithPasswordOf(this.dataSource.manager, id);
  }

  async isVerified(id: number, manager: EntityManager = this.dataSource.manager): Promise<boolean> {
    return manager.existsBy(User, { id, verifiedAt: Not(IsNull()) });
  }

  /** For modules above, which know more of an account: it is read with each that signs in. */
  addFacts(facts: Partial<AccountFacts>): void {
    this.facts = { ...this.facts, ...facts };
  }

  /** In SQL: what is read of an account `u` that signs in, as the properties of {@link User}. */
  get columnsToSignIn(): string {
    return accountColumns(this.dataSource, this.facts);
  }

  /** The account that a typed or pasted address means. */
  private async signingIn(typed: string): Promise<User | undefined> {
    const [exact, canonical] = [formerEmail(typed), canonicalEmail(typed)];
    return (await this.byEmail(exact)) ?? (canonical === exact ? undefined : this.byEmail(canonical));
  }

  private async loadByEmail(emails: readonly string[]): Promise<Map<string, User>> {
    const accounts = await accountsByEmail(this.dataSource, emails, this.facts);
    return new Map(accounts.map((user) => [user.email, user]));
  }

  /** Changes the names that people see. */
  async rename(id: number, names: { firstName?: string; lastName?: string }, actor: Actor): Promise<void> {
    if (names.firstName === undefined && names.lastName === undefined) return;
    await this.dataSource.transaction((manager) => this.renameIn(manager, id, names, actor));
  }

  /** {@link rename}, as a part of something larger. */
  async renameIn(
    manager: EntityManager,
    id: number,
    names: { firstName?: string; lastName?: string },
    actor: Actor,
  ): Promise<void> {
    await manager.update(User, { id }, names);
    await this.audit.record(manager, actor, {
      action: 'user.renamed',
      targetType: 'user',
      targetId: id,
      details: names,
    });
  }

  /**
   * Sets a new password, and ends everything that was issued to the account before: sessions and tokens, not API keys.
   *
   * @returns the account's new `credentialsVersion`
   */
  async setPassword(
    manager: EntityManager,
    { userId, password, action }: PasswordChange,
    actor: Actor,
  ): Promise<number> {
    const version = await replacePassword(manager, userId, password.hash);
    if (version === undefined) throw new NotFoundError('The account');
    this.notifications.tellAtCommit(manager, 'access_changed', userId);
    await this.audit.record(manager, actor, { action, targetType: 'user', targetId: userId });
    return version;
  }

  /** For the module above, which knows the directories. */
  checkPasswordsWith(outside: OutsidePasswords): void {
    this.outside = outside;
  }

  /** What a directory has found right is checked again. */
  forgetOutsidePasswords(): void {
    for (const [id, { outsideAt }] of this.verified) if (outsideAt !== undefined) this.verified.delete(id);
  }

  /** Whether a name that is no e-mail address may be that of an account. */
  async takesUserNames(): Promise<boolean> {
    return (await this.outside?.takesUserNames()) ?? false;
  }

  /**
   * Checks an e-mail address, or the user name of a directory, and a password.
   *
   * @param guard asked before a password is compared that was not right a moment ago, and told the outcome
   * @returns the account, or undefined; the reason is not told, and the answer takes as long
   * @throws what the guard throws
   * @throws OutsideUnavailableError
   */
  async verifyPassword(name: string, password: string, guard: GuessGuard): Promise<User | undefined> {
    const user = await this.named(name);
    const proof = createHmac('sha256', this.proofKey).update(password).digest('base64');
    const known = user && this.remembered(user, proof, guard.place);
    if (user && known && !this.isStale(known)) return user.disabledAt ? undefined : user;
    const outside = await this.outside?.checkFor(name, user);
    const attempt = { name, password, proof, guard, outside, user, known: known !== undefined };
    if (!outside || hasOwnWay(user)) {
      return this.guess(this.attempts, attempt, (guess, owner) => this.compare(owner, attempt, guess));
    }
    // A local password is good for an account that a directory has not been linked with, also while the directory is away.
    if (!known && !user?.password) outside.checkAvailable();
    try {
      return await this.guess(this.outsideAttempts, attempt, (guess, owner) => this.askOutside(owner, attempt, guess));
    } catch (error) {
      if (!(error instanceof WaitedTooLongError)) throw error;
      if (known && !user.disabledAt) return user;
      throw outside.unavailable();
    }
  }

  /** Counts a guess and looks at it, when it is its turn. */
  private async guess(
    queue: Semaphore,
    { name, guard, user }: Attempt,
    look: (guess: Guess, user: User | undefined) => Promise<User | undefined>,
  ): Promise<User | undefined> {
    const end = await queue.acquire();
    let guess: Guess;
    try {
      guess = await guard.admit(user?.email ?? this.outside?.addressOf(name) ?? name, user);
      if (!guess.turn) return await look(guess, user);
    } finally {
      end();
    }
    await guess.turn();
    return queue.run(async () => look(guess, await this.named(name)));
  }

  /** The account that a typed name means. */
  private async named(name: string): Promise<User | undefined> {
    const user = await this.signingIn(name);
    const address = user ? undefined : this.outside?.addressOf(name);
    return address === undefined ? user : this.signingIn(address);
  }

  private remembered(user: User, proof: string, place: string): Verified | undefined {
    const known = this.verified.get(user.id);
    const isSame = known?.proof === proof && known.places.has(place) && known.stored === (user.password ?? '');
    if (!isSame || !user.passwordEncrypted) return undefined;
    return known.outsideAt === undefined || known.credentialsVersion === user.credentialsVersion ? known : undefined;
  }

  private isStale({ outsideAt }: Verified): boolean {
    return outsideAt !== undefined && this.clock.millis() - outsideAt >= (this.outside?.recheckMillis ?? 0);
  }

  private async askOutside(user: User | undefined, attempt: Attempt, guess: Guess): Promise<User | undefined> {
    const { name, password, proof, guard, outside, known } = attempt;
    try {
      const answer = (await outside?.check({ name, password, address: guard.address })) ?? 'unknown';
      if (answer === 'unknown' && !hasOwnWay(user)) {
        return await this.attempts.run(() => this.compareOwn(user, attempt, guess));
      }
      if (typeof answer !== 'string' && !answer.disabledAt) {
        await guess.wasRight(answer);
        this.remember(answer, proof, guard.place, this.clock.millis());
        return answer;
      }
    } catch (error) {
      // Nobody can say that it has changed: a right password stays right while the directory is away.
      if (!(error instanceof OutsideUnavailableError) || !known || !user || user.disabledAt) throw error;
      await guess.wasRight(user);
      return user;
    }
    if (user) this.verified.delete(user.id);
    await guess.wasWrong();
    return undefined;
  }

  /** Compares with this server's own password, and where that is wrong asks the directory, too. */
  private async compare(user: User | undefined, attempt: Attempt, guess: Guess): Promise<User | undefined> {
    if (!attempt.outside || (await this.matchesOwn(user, attempt.password))) {
      return this.compareOwn(user, attempt, guess);
    }
    return this.askOutside(user, attempt, guess);
  }

  private async compareOwn(
    user: User | undefined,
    { password, proof, guard }: Attempt,
    guess: Guess,
  ): Promise<User | undefined> {
    if (!(await this.matchesOwn(user, password)) || !user?.password || user.disabledAt) {
      await guess.wasWrong();
      return undefined;
    }
    await guess.wasRight(user);
    if (!user.passwordEncrypted) await this.encryptPassword(user);
    this.remember(user, proof, guard.place);
    return user;
  }

  private async matchesOwn(user: User | undefined, password: string): Promise<boolean> {
    return this.hasher.matches(password, user?.password || undefined, user?.passwordEncrypted ?? true);
  }

  private remember(user: User, proof: string, place: string, outsideAt?: number): void {
    const known = this.verified.get(user.id);
    const stored = user.password ?? '';
    const isSame = known?.proof === proof && known.stored === stored && known.places.size < maxPlaces;
    const places = new Set(isSame ? known.places : []).add(place);
    this.verified.set(user.id, { proof, stored, credentialsVersion: user.credentialsVersion, places, outsideAt });
  }

  /**
   * Changes of accounts have not been heard of for a while: drops the passwords of those that have changed. The rest stays, for
   * dropping it would have the whole company's passwords hashed at once. Until the answer is there, or if there is no answer, each
   * sign-in still compares what is remembered with the account's row.
   */
  private async forgetChanged(): Promise<void> {
    const remembered = new Map([...this.verified].map(([id, { credentialsVersion }]) => [id, credentialsVersion]));
    try {
      for (const id of await accountsOfOtherVersions(this.dataSource.manager, remembered)) this.verified.delete(id);
    } catch (error) {
      this.log.warn({ err: error }, 'Remembered passwords could not be compared with the accounts; sign-ins still are');
    }
  }

  /** Hashes a plain password in the row, unless it has been changed meanwhile. */
  private async encryptPassword(user: User): Promise<void> {
    const plain = user.password ?? '';
    const hashed = await this.hasher.hash(plain);
    await this.dataSource.transaction(async (manager) => {
      const { affected } = await manager
        .createQueryBuilder()
        .update(User)
        .set({ password: hashed, passwordEncrypted: true, credentialsVersion: () => 'credentials_version + 1' })
        .where({ id: user.id, password: plain, passwordEncrypted: false })
        .execute();
      if (!affected) return;
      await this.audit.record(manager, server, {
        action: 'user.password-encrypted',
        targetType: 'user',
        targetId: user.id,
        details: { email: user.email },
      });
      user.credentialsVersion += 1;
    });
    user.password = hashed;
    user.passwordEncrypted = true;
  }
}

/** An administrator with a password of this server always has a way in, whatever becomes of the directory. */
function hasOwnWay(user: User | undefined): boolean {
  return user?.root === true && user.password !== null;
}
