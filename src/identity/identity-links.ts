import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AccessRecord } from '../audit/access-record.js';
import { AuditService } from '../audit/audit.service.js';
import { CredentialsService } from '../auth/password/credentials.service.js';
import { EmailChangeService } from '../auth/password/email-change.service.js';
import { Clock } from '../clock/clock.js';
import { afterCommit } from '../database/after-commit.js';
import { type Statement } from '../database/pool/preparing-client.js';
import { type User } from '../user/user.entity.js';
import { UserService } from '../user/user.service.js';
import { type ArrivalAt, namesOf, arrivalProblemOf, vouchesFor } from './arrival.js';
import { linking } from './known-people.queries.js';
import { UserIdentity } from './user-identity.entity.js';

/** An account, and what a provider says of its person. */
interface Recognized {
  user: User;
  arrival: ArrivalAt;
}

/** Links accounts with the people of providers: they are called as the provider calls them, by name and address. */
@Injectable()
export class IdentityLinks {
  constructor(
    private readonly users: UserService,
    private readonly credentials: CredentialsService,
    private readonly emails: EmailChangeService,
    private readonly audit: AuditService,
    private readonly access: AccessRecord,
    private readonly clock: Clock,
  ) {}

  /**
   * The link of an account that this transaction has made for a person.
   *
   * @returns the statement that writes it, for the end of the transaction: nothing in it asks for the link
   */
  async first(manager: EntityManager, { user, arrival }: Recognized, givesRoot: boolean): Promise<Statement> {
    await this.recordLink(manager, { user, arrival });
    const { provider, subject, email } = arrival;
    const link = { providerId: provider.id, subject, userId: user.id, email, givesRoot };
    return linking({ ...link, createdAt: this.clock.now() });
  }

  /** Links an account that was there before with a person, for the first time or in place of another one. */
  async make(manager: EntityManager, { user, arrival }: Recognized): Promise<void> {
    const { provider, subject, email } = arrival;
    const now = this.clock.now();
    const link = { providerId: provider.id, userId: user.id };
    const provided = await manager.findOneBy(UserIdentity, link);
    if (provided) await manager.delete(UserIdentity, link);
    await manager.insert(UserIdentity, {
      ...{ ...link, subject, email, givesRoot: provided?.givesRoot ?? false },
      ...{ createdAt: now, lastSeenAt: now },
    });
    await this.recordLink(manager, { user, arrival });
    // An unverified account may have been made by another person than the provider knows.
    if (!user.verifiedAt) await this.credentials.verifyElsewhere(manager, user.id, actorOf(user, arrival));
    await this.rename(manager, { user, arrival });
  }

  private async recordLink(manager: EntityManager, { user, arrival }: Recognized): Promise<void> {
    const { provider, subject, email } = arrival;
    await this.audit.record(manager, actorOf(user, arrival), {
      action: 'identity.linked',
      targetType: 'user',
      targetId: user.id,
      details: { email, provider: provider.name, subject },
    });
  }

  /**
   * The person of a link has come again.
   *
   * @param known the address that the provider has given last
   */
  async renew(manager: EntityManager, known: string | undefined, { user, arrival }: Recognized): Promise<void> {
    const { provider, subject, email } = arrival;
    const isNew = email !== '' && email !== known;
    // An address that the account cannot have is tried again at the next sign-in.
    const isSettled = isNew && (await this.follow(manager, { user, arrival }));
    const back = { endedAt: null, ...(isSettled && { email }) };
    await manager.update(UserIdentity, { providerId: provider.id, subject }, back);
    await this.rename(manager, { user, arrival });
  }

  /**
   * The provider says another address than before: the account gets it, under the same conditions as when it was linked.
   *
   * @returns whether the account has it now
   */
  private async follow(manager: EntityManager, { user, arrival }: Recognized): Promise<boolean> {
    const { provider, email } = arrival;
    if (user.email === email) return true;
    const actor = actorOf(user, arrival);
    const reason = await this.obstacle(manager, arrival);
    if (reason === undefined) {
      return this.emails.changeFor(manager, user, { email, isVouched: true, provider: provider.name }, actor);
    }
    const change = { action: 'identity.address-kept', targetType: 'user', targetId: user.id };
    const event = { actor, change: { ...change, details: { email, provider: provider.name, reason } } };
    afterCommit(manager, () => void this.access.daily(`address-kept ${user.id} ${email}`, () => event));
    return false;
  }

  private async obstacle(manager: EntityManager, arrival: ArrivalAt): Promise<string | undefined> {
    const { provider, email } = arrival;
    const problem = arrivalProblemOf(arrival) ?? (vouchesFor(provider, email) ? undefined : 'domain-not-allowed');
    if (problem) return problem;
    return (await this.users.findByEmail(email, manager)) ? 'address-taken' : undefined;
  }

  private async rename(manager: EntityManager, { user, arrival }: Recognized): Promise<void> {
    const names = namesOf(arrival, user);
    if (!names) return;
    await this.users.renameIn(manager, user.id, names, actorOf(user, arrival));
  }
}

function actorOf({ id, email }: User, { address }: ArrivalAt): Actor {
  return { id, name: email, address };
}
