import { type Entry } from 'ldapts';
import { OutsideUnavailableError } from '../../user/user.errors.js';
import { parseDistinguishedName } from '../group/distinguished-name.js';
import { type LdapSettings, serversOf } from '../provider-settings.js';
import { ConnectionPool } from './connection-pool.js';
import { describeFailure, type DirectoryConnection, isAnswer } from './directory-connection.js';
import {
  attributesToRead,
  binaryAttributes,
  type DirectoryPerson,
  directoryPersonOf,
  textsOf,
} from './directory-person.js';
import { filterForAll, filterWith } from './search-filter.js';

/** Groups of one person, and people of one directory, that are read at most. */
const maxGroups = 100_000;
const maxPeople = 500_000;
/** Milliseconds in which the groups of one person must be there, however many pages they are on. */
const maxGroupsMillis = 15_000;

/** Several people match the name that was typed; it is nobody's. */
export class AmbiguousNameError extends Error {}

/** What a directory said to a password: right, or why not. */
export type PasswordAnswer = 'right' | 'wrong' | 'disabled' | 'expired' | 'password-expired';

/** A directory, as one provider reaches it. */
export class Directory {
  private readonly searching: ConnectionPool;
  private readonly proving: ConnectionPool;

  constructor(
    readonly name: string,
    private readonly settings: LdapSettings,
    bindPassword: string,
    /** The time, for accounts that expire. */
    private readonly now: () => Date,
  ) {
    const servers = serversOf(settings);
    this.searching = new ConnectionPool(servers, { settings, bindPassword });
    this.proving = new ConnectionPool(servers, { settings, bindPassword: undefined });
  }

  /** Why the directory is away; undefined: as far as is known, it is not. */
  get problem(): string | undefined {
    return this.searching.problem ?? this.proving.problem;
  }

  /** Told once when the directory turns out to be away. */
  whenLost(listener: (error: Error) => void): void {
    this.searching.whenLost(listener);
    this.proving.whenLost(listener);
  }

  close(): void {
    this.searching.close();
    this.proving.close();
  }

  /**
   * The person that a typed name means; undefined when there is none.
   *
   * @throws AmbiguousNameError
   * @throws OutsideUnavailableError
   */
  async find(name: string): Promise<DirectoryPerson | undefined> {
    const [entry, ...others] = await this.use(this.searching, (connection) =>
      findEntries(connection, this.settings, name),
    );
    if (others.length > 0) throw new AmbiguousNameError(`${name} matches several people of ${this.name}`);
    return entry && directoryPersonOf(entry, this.settings, this.now());
  }

  /** @throws OutsideUnavailableError */
  async verify({ dn }: DirectoryPerson, password: string): Promise<PasswordAnswer> {
    if (password === '') return 'wrong';
    return this.use(this.proving, (connection) => answerTo(connection, dn, password));
  }

  /**
   * The groups of a person, each by its DN and its `cn`.
   *
   * @param name as it was typed
   * @throws OutsideUnavailableError
   */
  async groupsOf(person: DirectoryPerson, name: string): Promise<string[]> {
    return this.use(this.searching, (connection) => findGroups(connection, this.settings, person, name));
  }

  /**
   * All people that can sign in, in parts.
   *
   * @throws OutsideUnavailableError
   */
  async eachPerson(take: (people: DirectoryPerson[]) => void): Promise<void> {
    let count = 0;
    await this.use(this.searching, async (connection) => {
      const filter = filterForAll(this.settings.userFilter);
      for await (const entries of connection.pages(this.settings.userBase, {
        ...personSearch(this.settings),
        filter,
      })) {
        count += entries.length;
        if (count > maxPeople) throw new Error(`More than ${maxPeople} people match the filter`);
        take(entries.map((entry) => directoryPersonOf(entry, this.settings, this.now())));
      }
    });
  }

  /** Uses a connection; where it turns out to be lost, once more with a new one. */
  private async use<T>(pool: ConnectionPool, work: (connection: DirectoryConnection) => Promise<T>): Promise<T> {
    try {
      return await pool.use(work);
    } catch (error) {
      throw new OutsideUnavailableError(this.name, { cause: error });
    }
  }
}

/** The entries that a typed name matches, two at most. */
export function findEntries(connection: DirectoryConnection, settings: LdapSettings, name: string): Promise<Entry[]> {
  const filter = filterWith(settings.userFilter, { user: name });
  return connection.search(settings.userBase, { ...personSearch(settings), filter, sizeLimit: 2 });
}

/** Whether there is anybody that can sign in. */
export async function isAnyone(connection: DirectoryConnection, settings: LdapSettings): Promise<boolean> {
  const filter = filterForAll(settings.userFilter);
  const found = await connection.search(settings.userBase, { scope: 'sub', attributes: ['1.1'], filter, sizeLimit: 1 });
  return found.length > 0;
}

function personSearch(settings: LdapSettings): {
  scope: 'sub';
  attributes: string[];
  explicitBufferAttributes: string[];
} {
  return { scope: 'sub', attributes: attributesToRead(settings), explicitBufferAttributes: binaryAttributes };
}

/** The groups of a person, each by its DN and its `cn`. */
export async function findGroups(
  connection: DirectoryConnection,
  { groupBase, groupFilter }: LdapSettings,
  { dn, memberOf }: DirectoryPerson,
  name: string,
): Promise<string[]> {
  const names = memberOf.flatMap((each) => [each, ...commonNameOf(each)]);
  if (groupBase) {
    const filter = filterWith(groupFilter, { dn, user: name });
    const end = performance.now() + maxGroupsMillis;
    for await (const entries of connection.pages(groupBase, { scope: 'sub', filter, attributes: ['cn'] })) {
      for (const entry of entries) names.push(entry.dn, ...textsOf(entry, 'cn').filter(isPlainName));
      if (names.length > maxGroups * 2) throw new Error(`More than ${maxGroups} groups match the filter`);
      if (performance.now() > end) throw new Error('The groups of a person: Operation timed out');
    }
  }
  return [...new Set(names)];
}

/** `testers` of `CN=testers,OU=groups`. */
function commonNameOf(dn: string): string[] {
  const [first = []] = parseDistinguishedName(dn) ?? [];
  return first.filter(([type, name]) => type === 'cn' && isPlainName(name)).map(([, name]) => name);
}

/** A name that could be read as a DN is ignored: anyone who can create groups could give one the DN of another as its name. */
function isPlainName(name: string): boolean {
  return !name.includes('=');
}

/** What Active Directory adds to a refusal of a right password. A wrong one it refuses with 52e whatever else there is. */
const refusals: Readonly<Record<string, PasswordAnswer>> = {
  '533': 'disabled',
  '701': 'expired',
  '532': 'password-expired',
  '773': 'password-expired',
};

export async function answerTo(connection: DirectoryConnection, dn: string, password: string): Promise<PasswordAnswer> {
  try {
    await connection.verify(dn, password);
    return 'right';
  } catch (error) {
    if (!isAnswer(error)) throw error;
    const [, code = ''] = /\bdata ([0-9a-f]+)\b/i.exec(describeFailure(error)) ?? [];
    return refusals[code.toLowerCase()] ?? 'wrong';
  }
}
