import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { server } from '../access/actor.js';
import { PeriodicTask } from '../concurrency/periodic-task.js';
import { Clock } from '../clock/clock.js';
import { LOG } from '../log/log.module.js';
import { type Logger } from 'pino';
import { Notifications } from '../database/notifications.js';
import { GroupGrantService } from '../identity/group/group-grant.service.js';
import { type GrantPlan, grantsOf, isEmpty, planOf } from '../identity/group/group-grants.js';
import { standingOf } from '../identity/identity.queries.js';
import { type Provider } from '../identity/identity-providers.js';
import { IdentityGroup } from '../identity/group/identity-group.entity.js';
import { IdentityProvider } from '../identity/identity-provider.entity.js';
import { User } from '../user/user.entity.js';
import { groupsOf, peopleDue, takeDue } from './scim.queries.js';

/** Milliseconds between two looks for roles that a server which has ended left behind. */
const lookMillis = 60_000;

/**
 * Lets the roles of people follow their groups: each person in a transaction of their own, because each needs the locks of their
 * organizations first. The database knows for whom this is due, so a server that ends in between leaves nothing undone.
 */
@Injectable()
export class ScimGrants implements OnModuleInit, OnApplicationShutdown {
  private readonly looking = new PeriodicTask(
    () => this.catchUp(null),
    lookMillis,
    (error) => this.log.warn({ err: error }, 'Roles could not follow the groups of an identity provider'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly granting: GroupGrantService,
    private readonly clock: Clock,
    notifications: Notifications,
    @Inject(LOG) private readonly log: Logger,
  ) {
    // The rules may be others.
    notifications.on('identity_changed', () => void this.looking.run());
  }

  onModuleInit(): void {
    this.looking.startBy(this.clock);
  }

  onApplicationShutdown(): Promise<void> {
    return this.looking.stop();
  }

  /** Does what is due; for all providers when none is given. */
  async catchUp(providerId: number | null): Promise<void> {
    const { manager } = this.dataSource;
    const providers = new Map<number, Provider>();
    for (;;) {
      const due = await peopleDue(manager, providerId);
      for (const person of due) {
        const provider = providers.get(person.providerId) ?? (await this.providerOf(person.providerId));
        providers.set(person.providerId, provider);
        await this.follow(provider, person);
      }
      if (due.length === 0) return;
    }
  }

  private async providerOf(id: number): Promise<Provider> {
    const { manager } = this.dataSource;
    const provider = await manager.findOneByOrFail(IdentityProvider, { id });
    return Object.assign(provider, { groups: await manager.findBy(IdentityGroup, { providerId: id }) });
  }

  private async follow(provider: Provider, { id, userId }: { id: number; userId: number }): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      // From here to the commit, the groups of the person stay as they are read.
      if (!(await takeDue(manager, id))) return;
      const groups = await groupsOf(manager, [id]);
      const names = groups.flatMap(({ displayName, externalId }) =>
        externalId ? [displayName, externalId] : [displayName],
      );
      const grants = grantsOf(provider.groups, names);
      const plan = async (): Promise<GrantPlan> =>
        planOf(provider.id, grants, await standingOf(manager, provider.id, userId));
      await this.granting.lock(manager, await plan());
      const user = await manager.findOneOrFail(User, { where: { id: userId }, lock: { mode: 'for_no_key_update' } });
      const current = await plan();
      if (isEmpty(current)) return;
      await this.granting.apply(manager, { providerId: provider.id, provider: provider.name, user }, current, server);
    });
  }
}
