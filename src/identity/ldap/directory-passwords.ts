import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { SignInService } from '../../auth/sign-in/sign-in.service.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { LOG } from '../../log/log.module.js';
import { canonicalEmail } from '../../text/email-address.js';
import { foldCase } from '../../text/fold-case.js';
import { type OutsideAnswer, type OutsidePasswords, type TypedCredentials } from '../../user/outside-passwords.js';
import { type User } from '../../user/user.entity.js';
import { OutsideUnavailableError } from '../../user/user.errors.js';
import { ArrivalRefusedError, DirectoryAccountClosedError } from '../identity.errors.js';
import { linkedDirectory } from '../identity.queries.js';
import { IdentityProviders } from '../identity-providers.js';
import { IdentityService, isDomainOf } from '../identity.service.js';
import { Directories, type OpenDirectory } from './directories.js';
import { AmbiguousNameError } from './directory.js';
import { type DirectoryPerson } from './directory-person.js';

/** User names that are remembered, each with its account. */
const maxAliases = 50_000;

const closedCodes = {
  disabled: 'directory-account-disabled',
  expired: 'directory-account-expired',
  'password-expired': 'directory-password-expired',
} as const;

/** Has the directories check the passwords of their people. */
@Injectable()
export class DirectoryPasswords implements OutsidePasswords {
  readonly recheckMillis: number;
  /** Accounts by the user name that they were signed in to with. */
  private readonly aliases = new LRUCache<string, number>({ max: maxAliases });

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly directories: Directories,
    private readonly identities: IdentityService,
    providers: IdentityProviders,
    signIns: SignInService,
    @Inject(SETTINGS) settings: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.recheckMillis = settings.directoryRecheckMinutes * 60_000;
    signIns.checkPasswordsWith(this);
    providers.whenChanged(() => {
      this.aliases.clear();
      signIns.forgetOutsidePasswords();
    });
  }

  /** Name and password of a name without an account are a directory's to check, too: the person may be new here. */
  async decidesAbout(name: string, user: User | undefined): Promise<boolean> {
    return (await this.responsible(name, user)).length > 0;
  }

  accountOf(name: string): number | undefined {
    return this.aliases.get(foldCase(name));
  }

  async checkAvailable(user: User | undefined): Promise<void> {
    const responsible = await this.responsible('', user);
    const away = responsible.find(({ directory }) => directory.problem !== undefined);
    if (away && responsible.every(({ directory }) => directory.problem !== undefined)) {
      throw new OutsideUnavailableError(away.provider.name);
    }
  }

  async check(credentials: TypedCredentials, user: User | undefined): Promise<OutsideAnswer> {
    let away: OutsideUnavailableError | undefined;
    for (const open of await this.responsible(credentials.name, user)) {
      try {
        const answer = await this.checkWith(open, credentials);
        if (answer !== 'unknown') return answer;
      } catch (error) {
        if (!(error instanceof OutsideUnavailableError)) throw error;
        away ??= error;
      }
    }
    // An account that no directory is linked with may have a password here.
    if (away && user?.password == null) throw away;
    return 'unknown';
  }

  /**
   * The directory that an account is linked with; or else those that may know the person: that have no domains, or this one. A user name
   * can be known to any.
   */
  private async responsible(name: string, user: User | undefined): Promise<OpenDirectory[]> {
    const all = await this.directories.enabled();
    if (all.length === 0) return [];
    const linked = user && (await linkedDirectory(this.dataSource.manager, user.id));
    if (linked !== undefined) return all.filter(({ provider }) => provider.id === linked);
    const email = user?.email ?? canonicalEmail(name);
    return all.filter(
      ({ provider }) => provider.domains.length === 0 || !email.includes('@') || isDomainOf(provider, email),
    );
  }

  private async checkWith(open: OpenDirectory, { name, password, address }: TypedCredentials): Promise<OutsideAnswer> {
    const { provider, directory } = open;
    const person = await this.find(open, name);
    if (!person) return 'unknown';
    const answer = await directory.verify(person, password);
    if (answer === 'wrong') return 'wrong';
    const closed = answer === 'right' ? person.closed : answer;
    if (closed) throw new DirectoryAccountClosedError(closedCodes[closed], provider.name);
    const { subject, email, firstName, lastName } = person;
    const groups = provider.groups.length > 0 ? await directory.groupsOf(person, name) : [];
    try {
      const arrival = { subject, email, emailVerified: true, firstName, lastName, groups };
      const user = await this.identities.arrive(provider, arrival, address);
      if (canonicalEmail(name) !== user.email) this.aliases.set(foldCase(name), user.id);
      return user;
    } catch (error) {
      if (error instanceof ArrivalRefusedError && error.code === 'account-disabled') return 'wrong';
      throw error;
    }
  }

  private async find({ provider, directory }: OpenDirectory, name: string): Promise<DirectoryPerson | undefined> {
    try {
      return await directory.find(name);
    } catch (error) {
      if (!(error instanceof AmbiguousNameError)) throw error;
      this.log.warn({ directory: provider.name }, 'A name matches several people of a directory, so it is nobody’s');
      return undefined;
    }
  }
}
