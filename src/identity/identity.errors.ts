import { DomainError } from '../errors/domain-error.js';

/** Why a person that a provider has recognized cannot sign in here. Never said before the provider has proved who it is. */
const messages = {
  'address-missing': () => 'The identity provider sent no e-mail address. Ask an administrator to have it sent.',
  'address-invalid': () => 'The identity provider sent an e-mail address that this server cannot use.',
  'address-not-verified': (email: string) =>
    `The identity provider does not confirm that ${email} is your address. Verify the address there, then sign in again.`,
  'domain-not-allowed': (email: string) =>
    `This server does not accept ${email} from this identity provider. Ask an administrator to add the domain to the provider.`,
  'account-missing': (email: string) =>
    `There is no account for ${email} on this server. Ask an administrator to invite you.`,
  'identity-taken': (email: string) =>
    `The account of ${email} is linked to another person of the identity provider. Ask an administrator of the server.`,
  'account-disabled': (email: string) => `The account of ${email} is disabled. Ask an administrator of the server.`,
} as const;

export type ArrivalProblem = keyof typeof messages;

/** A provider vouches for a person, and still they cannot sign in. */
export class ArrivalRefusedError extends DomainError {
  readonly kind = 'forbidden';
  override readonly refusesAccess = true;
  override readonly details: { email: string };

  constructor(
    readonly code: ArrivalProblem,
    email: string,
  ) {
    super(messages[code](email));
    this.details = { email };
  }
}

const closedMessages = {
  'directory-account-disabled': (name: string) =>
    `Your account in ${name} is disabled. Ask the administrator of ${name}.`,
  'directory-account-expired': (name: string) =>
    `Your account in ${name} has expired. Ask the administrator of ${name}.`,
  'directory-password-expired': (name: string) =>
    `Your password in ${name} has expired. Change it there, for example when you sign in to your computer, then try again.`,
} as const;

/** The password is right, and the directory does not let the person in. */
export class DirectoryAccountClosedError extends DomainError {
  readonly kind = 'forbidden';
  override readonly refusesAccess = true;
  override readonly details: { provider: string };

  constructor(
    readonly code: keyof typeof closedMessages,
    provider: string,
  ) {
    super(closedMessages[code](provider));
    this.details = { provider };
  }
}

/** Two providers cannot share a name: people choose by it. */
export class ProviderNameTakenError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'provider-name-taken';
  override readonly details: { name: string };

  constructor(name: string) {
    super(`There is already an identity provider called ${name}.`);
    this.details = { name };
  }
}

const keyMessages = {
  'saml-key-exists': 'There is a second key already. Use it, or remove one, before you create another.',
  'saml-key-in-use': 'This key is in use. Use another key before you remove it.',
} as const;

/** The keys of this server for a SAML provider do not allow it. */
export class SamlKeyError extends DomainError {
  readonly kind = 'conflict';

  constructor(readonly code: keyof typeof keyMessages) {
    super(keyMessages[code]);
  }
}

const addressMessages = {
  'address-not-of-provider': (email: string) =>
    `${email} is in none of the domains of this identity provider. Add the domain to the provider on the server.`,
  'address-of-account': (email: string) =>
    `There is an account for ${email} already. Add its domain to the identity provider on the server, so that the provider may keep it up to date.`,
} as const;

/** A provider wants to make or change an account whose address is not its own. */
export class AddressNotProvidedError extends DomainError {
  readonly kind = 'conflict';

  constructor(
    readonly code: keyof typeof addressMessages,
    email: string,
  ) {
    super(addressMessages[code](email));
  }
}
