import { type Entry } from 'ldapts';
import { type LdapSettings } from '../provider-settings.js';

/** A person in a directory. */
export interface DirectoryPerson {
  dn: string;
  /** What the directory calls the person for good. */
  subject: string;
  email: string | undefined;
  firstName: string | undefined;
  lastName: string | undefined;
  /** DNs of groups, as the entry itself names them. */
  memberOf: readonly string[];
  /** Why the directory does not let the person in; undefined: it does. */
  closed: 'disabled' | 'expired' | undefined;
}

/** Attributes that are read of each person, beside those that the settings name. */
const ownAttributes = [
  ...['objectGUID', 'entryUUID', 'memberOf', 'userAccountControl', 'accountExpires'],
  ...['nsAccountLock', 'pwdAccountLockedTime'],
];

/** As Active Directory keeps them: 100 nanoseconds since 1601. */
const fileTimeEpochMillis = 11_644_473_600_000n;
const disabledBit = 2;
/** Locked by an administrator, until one unlocks it (draft-behera-ldap-password-policy). */
const lockedForGood = '000001010000Z';

export function attributesToRead({ attributes }: LdapSettings): string[] {
  return [...new Set([...Object.values(attributes), ...ownAttributes])];
}

/** Attributes that are bytes, not text. */
export const binaryAttributes = ['objectGUID'];

export function directoryPersonOf(entry: Entry, { attributes }: LdapSettings, now: Date): DirectoryPerson {
  const text = (name: string): string | undefined => textsOf(entry, name)[0]?.trim() || undefined;
  return {
    dn: entry.dn,
    subject: subjectOf(entry),
    email: text(attributes.email),
    firstName: text(attributes.firstName),
    lastName: text(attributes.lastName),
    memberOf: textsOf(entry, 'memberOf'),
    closed: closedBy(entry, now),
  };
}

/** The number that the directory gave the entry, which a new name or place does not change; without one, its DN. */
function subjectOf(entry: Entry): string {
  const guid = valuesOf(entry, 'objectGUID')[0];
  if (Buffer.isBuffer(guid) && guid.length > 0) return `guid:${guid.toString('hex')}`;
  const uuid = textsOf(entry, 'entryUUID')[0];
  return uuid ? `uuid:${uuid.toLowerCase()}` : `dn:${entry.dn.toLowerCase()}`;
}

function closedBy(entry: Entry, now: Date): DirectoryPerson['closed'] {
  const control = Number(textsOf(entry, 'userAccountControl')[0] ?? 0);
  const isLocked =
    textsOf(entry, 'nsAccountLock')[0]?.toLowerCase() === 'true' ||
    textsOf(entry, 'pwdAccountLockedTime')[0] === lockedForGood;
  if ((control & disabledBit) !== 0 || isLocked) return 'disabled';
  return hasExpired(textsOf(entry, 'accountExpires')[0], now) ? 'expired' : undefined;
}

/** 0 and 2^63 - 1 both say "never". */
export function hasExpired(accountExpires: string | undefined, now: Date): boolean {
  if (!accountExpires || !/^\d{1,19}$/.test(accountExpires)) return false;
  const time = BigInt(accountExpires);
  if (time === 0n || time >= 0x7fffffffffffffffn) return false;
  return time / 10_000n - fileTimeEpochMillis <= BigInt(now.getTime());
}

/** The values of an attribute; directories spell names as they like. */
function valuesOf(entry: Entry, name: string): (string | Buffer)[] {
  const key = Object.keys(entry).find((each) => each.toLowerCase() === name.toLowerCase());
  const values = key === undefined ? [] : entry[key];
  return Array.isArray(values) ? values : values === undefined ? [] : [values];
}

export function textsOf(entry: Entry, name: string): string[] {
  return valuesOf(entry, name).map((value) => (typeof value === 'string' ? value : value.toString('utf8')));
}
