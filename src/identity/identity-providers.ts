import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Notifications } from '../database/notifications.js';
import { NotFoundError } from '../errors/domain-error.js';
import { IdentityGroup } from './group/identity-group.entity.js';
import { IdentityProvider, type ProviderKind } from './identity-provider.entity.js';

/** A provider and what its groups give. */
export interface Provider extends IdentityProvider {
  groups: readonly IdentityGroup[];
}

/** The providers that people can sign in with. Kept in memory, and read again when the database tells of a change. */
@Injectable()
export class IdentityProviders {
  private known: Promise<readonly Provider[]> | undefined;

  private readonly changeListeners: (() => void)[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly notifications: Notifications,
  ) {
    notifications.on('identity_changed', () => this.forget());
    notifications.onResume(() => this.forget());
  }

  /** Called whenever a provider may have changed. */
  whenChanged(listener: () => void): void {
    this.changeListeners.push(listener);
  }

  private forget(): void {
    this.known = undefined;
    for (const listener of this.changeListeners) listener();
  }

  /** Those that are enabled, of one kind or of all, in the order in which they were made. */
  async enabled(kind?: ProviderKind): Promise<readonly Provider[]> {
    const all = await this.all();
    return all.filter((each) => each.enabled && (kind === undefined || each.kind === kind));
  }

  /** @throws NotFoundError when there is no such provider of these kinds, or people cannot sign in with it */
  async find(id: number, ...kinds: readonly ProviderKind[]): Promise<Provider> {
    const provider = await this.findAny(id, ...kinds);
    if (!provider.enabled) throw new NotFoundError('The identity provider');
    return provider;
  }

  /** @throws NotFoundError when there is no such provider of these kinds, whether people can sign in with it or not */
  async findAny(id: number, ...kinds: readonly ProviderKind[]): Promise<Provider> {
    const provider = (await this.all()).find((each) => each.id === id && kinds.includes(each.kind));
    if (!provider) throw new NotFoundError('The identity provider');
    return provider;
  }

  private all(): Promise<readonly Provider[]> {
    if (!this.notifications.isListening) return this.read();
    if (this.known) return this.known;
    const reading = this.read();
    this.known = reading;
    reading.catch(() => {
      if (this.known === reading) this.known = undefined;
    });
    return reading;
  }

  private async read(): Promise<readonly Provider[]> {
    const { manager } = this.dataSource;
    const providers = await manager.find(IdentityProvider, { order: { id: 'ASC' } });
    if (providers.length === 0) return [];
    const groups = await manager.find(IdentityGroup, { order: { id: 'ASC' } });
    return providers.map((each) =>
      Object.assign(each, { groups: groups.filter(({ providerId }) => providerId === each.id) }),
    );
  }
}
