import { isEmailAddress } from '../text/email-address.js';
import { asRead } from '../text/invisible.js';
import { type User } from '../user/user.entity.js';
import { type Grants } from './group/group-grants.js';
import { type ArrivalProblem } from './identity.errors.js';
import { type Provider } from './identity-providers.js';

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
  /** No account has the address, as far as is known: nothing is looked for but in the transaction that makes one. */
  isNew?: boolean;
}

/** An arrival at a provider, from an address. */
export interface ArrivalAt extends Arrival {
  provider: Provider;
  /** Canonical; empty when the provider says none. */
  email: string;
  grants: Grants | undefined;
  /** Of the client. */
  address: string | null;
}

const maxName = 100;

/** Why the address that a provider says cannot be that of an account; undefined: it can. */
export function arrivalProblemOf({ provider, email, emailVerified }: ArrivalAt): ArrivalProblem | undefined {
  if (!email) return 'address-missing';
  if (!isEmailAddress(email)) return 'address-invalid';
  if (!emailVerified) return 'address-not-verified';
  // SAML does not say whether an address is verified, so only the domain does.
  const isBounded = provider.domains.length > 0 || provider.kind === 'saml';
  return isBounded && !isDomainOf(provider, email) ? 'domain-not-allowed' : undefined;
}

/** A provider on the Internet vouches for its own domains only; a directory is the company's own. */
export function vouchesFor(provider: Provider, email: string): boolean {
  return provider.kind === 'ldap' || isDomainOf(provider, email);
}

/** Whether an address is of a domain that the provider names. */
export function isDomainOf({ domains }: Pick<Provider, 'domains'>, email: string): boolean {
  return domains.includes(email.slice(email.lastIndexOf('@') + 1));
}

/** The names that differ from those of the account; undefined: none does. */
export function namesOf({ firstName, lastName }: ArrivalAt, user: User): Partial<User> | undefined {
  const first = nameOf(firstName);
  const last = nameOf(lastName);
  const names = {
    ...(first !== undefined && first !== user.firstName && { firstName: first }),
    ...(last !== undefined && last !== user.lastName && { lastName: last }),
  };
  return Object.keys(names).length > 0 ? names : undefined;
}

/** A name as it can be stored: one line. Undefined when the provider gives none. */
export function nameOf(name: string | undefined): string | undefined {
  const read = asRead((name ?? '').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')).slice(0, maxName);
  return read === '' ? undefined : read;
}
