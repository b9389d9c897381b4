import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { CredentialsService } from '../auth/password/credentials.service.js';
import { Clock } from '../clock/clock.js';
import { type User } from '../user/user.entity.js';
import { UserService } from '../user/user.service.js';
import { type IdentityProvider } from './identity-provider.entity.js';
import { AddressNotProvidedError } from './identity.errors.js';
import { isDomainOf } from './arrival.js';
import { provisionalSubject, UserIdentity } from './user-identity.entity.js';

/** A person as a provider describes them before they have signed in. */
interface Provided {
  /** Canonical. */
  email: string;
  firstName: string;
  lastName: string;
}

/** Accounts that a provider makes and keeps up to date, before and after their people sign in with it. */
@Injectable()
export class ProvisionedAccounts {
  constructor(
    private readonly users: UserService,
    private readonly credentials: CredentialsService,
    private readonly clock: Clock,
  ) {}

  /**
   * The account of an address: an existing one where the domain is the provider's, or else a new one. It is linked to the provider.
   *
   * @throws AddressNotProvidedError
   */
  async provide(
    manager: EntityManager,
    provider: IdentityProvider,
    { email, firstName, lastName }: Provided,
    actor: Actor,
  ): Promise<User> {
    this.checkAddress(provider, email);
    const existing = await this.users.findByEmail(email, manager);
    if (existing && !isDomainOf(provider, email)) throw new AddressNotProvidedError('address-of-account', email);
    const names = { firstName, lastName };
    const newUser = { email, password: null, ...names, root: false, verified: true };
    const user = existing ?? (await this.users.create(manager, newUser, actor));
    if (existing && !existing.verifiedAt) await this.credentials.verifyElsewhere(manager, user.id, actor);
    if (!(await manager.existsBy(UserIdentity, { providerId: provider.id, userId: user.id }))) {
      const now = this.clock.now();
      const link = { providerId: provider.id, userId: user.id, subject: provisionalSubject(user.id), email };
      await manager.insert(UserIdentity, { ...link, createdAt: now, lastSeenAt: now });
    }
    return user;
  }

  /** @throws AddressNotProvidedError when the provider cannot vouch for the address */
  checkAddress(provider: IdentityProvider, email: string): void {
    if (provider.domains.length > 0 && !isDomainOf(provider, email)) {
      throw new AddressNotProvidedError('address-not-of-provider', email);
    }
  }

  /** The person is called as the provider calls them. */
  async rename(manager: EntityManager, user: User, { firstName, lastName }: Provided, actor: Actor): Promise<void> {
    if (user.firstName === firstName && user.lastName === lastName) return;
    await this.users.renameIn(manager, user.id, { firstName, lastName }, actor);
  }
}
