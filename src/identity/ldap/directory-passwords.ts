import { Inject, Injectable } from '@nestjs/common';
import { type Logger } from 'pino';
import { boundedCache } from '../../concurrency/bounded-cache.js';
import { SignInService } from '../../auth/sign-in/sign-in.service.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { LOG } from '../../log/log.module.js';
import { canonicalEmail, hasEmailForm } from '../../text/email-address.js';
import { foldCase } from '../../text/fold-case.js';
import {
  type OutsideAnswer,
  type OutsideCheck,
  type OutsidePasswords,
  type TypedCredentials,
} from '../../user/outside-passwords.js';
import { type User } from '../../user/user.entity.js';
import { OutsideUnavailableError } from '../../user/user.errors.js';
import { isDomainOf } from '../arrival.js';
import { ArrivalRefusedError, DirectoryAccountClosedError } from '../identity.errors.js';
import { IdentityProviders } from '../identity-providers.js';
import { IdentityService } from '../identity.service.js';
import { Directories, type OpenDirectory } from './directories.js';
import { AmbiguousNameError } from './directory.js';
import { type DirectoryPerson } from './directory-person.js';

/** User names that are remembered, each with the address of its person. */
const maxUserNames = 50_000;

const closedCodes = {
  disabled: 'directory-account-disabled',
  expired: 'directory-account-expired',
  'password-expired': 'directory-password-expired',
} as const;

/** Has the directories check the passwords of their people. */
@Injectable()
export class DirectoryPasswords implements OutsidePasswords {
  readonly recheckMillis: number;
  /** Addresses of people, by the user names that directories have found them by. */
  private readonly addresses = boundedCache<string, string>(maxUserNames);

  constructor(
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
      this.addresses.clear();
      signIns.forgetOutsidePasswords();
    });
  }

  async takesUserNames(): Promise<boolean> {
    return (await this.directories.enabled()).length > 0;
  }

  addressOf(name: string): string | undefined {
    return this.addresses.get(foldCase(name));
  }

  /** Name and password of a name without an account are a directory's to check, too: the person may be new here. */
  async checkFor(name: string, user: User | undefined): Promise<OutsideCheck | undefined> {
    const responsible = await this.responsible(name, user);
    if (responsible.length === 0) return undefined;
    return {
      checkAvailable: () => checkAvailable(responsible),
      unavailable: () => new OutsideUnavailableError(responsible.map(({ provider }) => provider.name).join(', ')),
      check: (credentials) => this.check(responsible, credentials, user),
    };
  }

  private async check(
    responsible: readonly OpenDirectory[],
    credentials: TypedCredentials,
    user: User | undefined,
  ): Promise<OutsideAnswer> {
    let away: OutsideUnavailableError | undefined;
    for (const open of responsible) {
      try {
        const answer = await this.checkWith(open, credentials, user);
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
    const linked = user?.directoryId ?? undefined;
    if (linked !== undefined) return all.filter(({ provider }) => provider.id === linked);
    const email = user?.email ?? canonicalEmail(name);
    return all.filter(
      ({ provider }) => provider.domains.length === 0 || !email.includes('@') || isDomainOf(provider, email),
    );
  }

  private async checkWith(
    open: OpenDirectory,
    { name, password, address }: TypedCredentials,
    user: User | undefined,
  ): Promise<OutsideAnswer> {
    const { provider, directory } = open;
    const person = await this.find(open, name);
    if (!person) return 'unknown';
    // Whatever the password is: guesses at a person are counted together, by whichever name.
    if (person.email) this.remember(name, person.email);
    const answer = await directory.verify(person, password);
    if (answer === 'wrong') return 'wrong';
    const closed = answer === 'right' ? person.closed : answer;
    if (closed) throw new DirectoryAccountClosedError(closedCodes[closed], provider.name);
    const { subject, email, firstName, lastName } = person;
    const groups = provider.groups.length > 0 ? await directory.groupsOf(person, name) : [];
    try {
      const isNew = user === undefined && email !== undefined && canonicalEmail(name) === canonicalEmail(email);
      const arrival = { subject, email, emailVerified: true, firstName, lastName, groups, isNew };
      const arrived = await this.identities.arrive(provider, arrival, address);
      this.remember(name, arrived.email);
      return arrived;
    } catch (error) {
      if (error instanceof ArrivalRefusedError && error.code === 'account-disabled') return 'wrong';
      throw error;
    }
  }

  private remember(name: string, address: string): void {
    const email = canonicalEmail(address);
    // A directory may hold anything as an address, also what the database cannot look for.
    if (hasEmailForm(email) && canonicalEmail(name) !== email) this.addresses.set(foldCase(name), email);
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

/** @throws OutsideUnavailableError when none of the directories answers, as far as is known */
function checkAvailable(responsible: readonly OpenDirectory[]): void {
  const [away] = responsible;
  if (away && responsible.every(({ directory }) => directory.problem !== undefined)) {
    throw new OutsideUnavailableError(away.provider.name);
  }
}
