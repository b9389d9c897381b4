import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { AccountDeparture } from '../account/account-departure.js';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { EmailChangeService } from '../auth/password/email-change.service.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { holdUntilCommit } from '../database/locks.js';
import { NotFoundError } from '../errors/domain-error.js';
import { ProvisionedAccounts } from '../identity/provisioned-accounts.js';
import { User } from '../user/user.entity.js';
import { type Document, type ScimPerson, scimPersonOf } from './protocol/scim-document.js';
import { conditionOf, userColumns } from './protocol/scim-filter.js';
import { operationsOf, patchedUser } from './protocol/scim-patch.js';
import { type ScimClient } from './scim-client.js';
import { type ScimListQuery } from './dto/scim-list-query.js';
import { checkPrecondition, type WantedResource } from './protocol/scim-precondition.js';
import { listResource, type Resource, selected, userResource, type Versioned } from './protocol/scim-resource.js';
import { ScimUser } from './scim-user.entity.js';
import { ScimError } from './protocol/scim.error.js';
import { groupsOf, isUserNameTaken, peopleCounted, peopleFound, type PersonRow } from './scim.queries.js';

/** People whom an identity provider keeps up to date: it makes their accounts, renames, disables and enables them. */
@Injectable()
export class ScimUserService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: ProvisionedAccounts,
    private readonly departures: AccountDeparture,
    private readonly emails: EmailChangeService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws ScimError */
  async list({ provider }: ScimClient, query: ScimListQuery): Promise<Resource> {
    const { manager } = this.dataSource;
    const condition = conditionOf(query.filter, userColumns);
    const total = await peopleCounted(manager, provider.id, condition);
    const range = { from: query.startIndex - 1, count: query.count };
    const found = query.count === 0 ? [] : await peopleFound(manager, provider.id, condition, range);
    const resources = await this.resourcesOf(manager, found);
    return listResource(
      resources.map((each) => selected(each, query)),
      total,
      query.startIndex,
    );
  }

  /** @throws NotFoundError */
  async get({ provider }: ScimClient, id: number): Promise<Versioned> {
    return this.view(this.dataSource.manager, provider.id, id);
  }

  /** @throws ScimError */
  async create({ provider, actor }: ScimClient, body: Document): Promise<Versioned> {
    const person = scimPersonOf(body);
    return this.dataSource.transaction(async (manager) => {
      // Another provider may want the same account in this moment.
      await holdUntilCommit(manager, 'arrival of', person.email);
      await this.checkName(manager, provider.id, person.userName, 0);
      const user = await this.accounts.provide(manager, provider, person, actor);
      if (await manager.existsBy(ScimUser, { userId: user.id })) {
        throw new ScimError('uniqueness', `The account of ${person.email} belongs to another user already.`);
      }
      const { userName, externalId } = person;
      const now = this.clock.now();
      const times = { createdAt: now, updatedAt: now };
      const saved = await manager.save(ScimUser, {
        providerId: provider.id,
        userId: user.id,
        userName,
        externalId,
        ...times,
      });
      const event = { action: 'scim-user.created', targetType: 'user', targetId: user.id };
      await this.audit.record(manager, actor, {
        ...event,
        details: { email: person.email, userName, provider: provider.name },
      });
      await this.apply(manager, user.id, person, actor);
      return this.view(manager, provider.id, saved.id);
    });
  }

  /**
   * Replaces what the server keeps of a user.
   *
   * @throws NotFoundError
   * @throws ScimError
   */
  async replace(client: ScimClient, wanted: WantedResource, body: Document): Promise<Versioned> {
    return this.change(client, wanted, () => scimPersonOf(body));
  }

  /** @throws NotFoundError @throws ScimError */
  async patch(client: ScimClient, wanted: WantedResource, body: Document): Promise<Versioned> {
    const operations = operationsOf(body);
    return this.change(client, wanted, (resource) => scimPersonOf(patchedUser(resource, operations)));
  }

  /**
   * The person has left: the account is disabled, and no longer kept up to date. What it did stays in the audit log.
   *
   * @throws NotFoundError
   */
  async remove({ provider, actor }: ScimClient, { id, ifMatch }: WantedResource): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const { userId, userName, version } = await this.locked(manager, provider.id, id);
      checkPrecondition(ifMatch, version);
      await this.departures.leave(manager, userId, actor);
      await manager.delete(ScimUser, { id });
      const event = { action: 'scim-user.deleted', targetType: 'user', targetId: userId };
      await this.audit.record(manager, actor, { ...event, details: { userName, provider: provider.name } });
    });
  }

  private async change(
    { provider, actor }: ScimClient,
    { id, ifMatch }: WantedResource,
    changed: (resource: Resource) => ScimPerson,
  ): Promise<Versioned> {
    return this.dataSource.transaction(async (manager) => {
      const row = await this.locked(manager, provider.id, id);
      checkPrecondition(ifMatch, row.version);
      const before = await this.person(manager, provider.id, id);
      const [resource = {}] = await this.resourcesOf(manager, [before]);
      const person = changed(resource);
      await this.checkName(manager, provider.id, person.userName, id);
      if (person.email !== before.email) this.accounts.checkAddress(provider, person.email);
      await this.apply(manager, row.userId, person, actor);
      const { userName, externalId } = person;
      await manager.update(
        ScimUser,
        { id },
        { userName, externalId, version: () => 'version + 1', updatedAt: this.clock.now() },
      );
      return this.view(manager, provider.id, id);
    });
  }

  /** Gives the account what the provider says: the lock of its seats comes first. */
  private async apply(manager: EntityManager, userId: number, person: ScimPerson, actor: Actor): Promise<void> {
    if (person.active) await this.departures.comeBack(manager, userId, actor);
    else await this.departures.leave(manager, userId, actor);
    const user = await manager.findOneByOrFail(User, { id: userId });
    await this.accounts.rename(manager, user, person, actor);
    if (user.email !== person.email) {
      await this.emails.changeFor(manager, user, { email: person.email, isVouched: true }, actor);
    }
  }

  private async checkName(manager: EntityManager, providerId: number, userName: string, except: number): Promise<void> {
    await holdUntilCommit(manager, 'scim names of', providerId);
    if (await isUserNameTaken(manager, { providerId, userName, except })) {
      throw new ScimError('uniqueness', `There is a user with the userName ${userName} already.`);
    }
  }

  /** The row of a person comes before the locks of seats, here and where roles follow groups. */
  private async locked(manager: EntityManager, providerId: number, id: number): Promise<ScimUser> {
    const lock = { mode: 'pessimistic_write' } as const;
    const row = await manager.findOne(ScimUser, { where: { id, providerId }, lock });
    if (!row) throw new NotFoundError('The user');
    return row;
  }

  private async view(manager: EntityManager, providerId: number, id: number): Promise<Versioned> {
    const row = await this.person(manager, providerId, id);
    const [resource = {}] = await this.resourcesOf(manager, [row]);
    return { version: row.version, resource };
  }

  private async person(manager: EntityManager, providerId: number, id: number): Promise<PersonRow> {
    const [row] = await peopleFound(manager, providerId, sql`s.id = ${id}`, { from: 0, count: 1 });
    if (!row) throw new NotFoundError('The user');
    return row;
  }

  private async resourcesOf(manager: EntityManager, rows: readonly PersonRow[]): Promise<Resource[]> {
    const ids = rows.map(({ id }) => id);
    const groups = ids.length === 0 ? [] : await groupsOf(manager, ids);
    const url = this.settings.serverUrl;
    return rows.map((row) =>
      userResource(
        row,
        groups.filter(({ userId }) => userId === row.id),
        url,
      ),
    );
  }
}
