import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Logger } from 'pino';
import { Clock } from '../../clock/clock.js';
import { LOG } from '../../log/log.module.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { IdentityProviders, type Provider } from '../identity-providers.js';
import { type LdapSettings, type Secrets } from '../provider-settings.js';
import { Directory } from './directory.js';

/** A directory that people sign in with, and its connections. */
export interface OpenDirectory {
  provider: Provider;
  directory: Directory;
}

/** The directories that are enabled, with their connections; these are made once they are needed. */
@Injectable()
export class Directories implements OnApplicationShutdown {
  /** By provider, with the version of the settings that it was made from. */
  private readonly open = new Map<number, { updatedAt: number; directory: Directory }>();

  constructor(
    private readonly providers: IdentityProviders,
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationShutdown(): void {
    for (const { directory } of this.open.values()) directory.close();
  }

  async enabled(): Promise<OpenDirectory[]> {
    const providers = await this.providers.enabled('ldap');
    for (const [id, { directory }] of this.open) {
      if (providers.some((each) => each.id === id)) continue;
      directory.close();
      this.open.delete(id);
    }
    return providers.map((provider) => ({ provider, directory: this.directoryOf(provider) }));
  }

  /** With what a password of the server's own account at the directory is, which nothing else is told. */
  bindPasswordOf({ secretsSealed }: IdentityProvider): string {
    if (!secretsSealed) return '';
    return (JSON.parse(this.secretKey.open(secretsSealed)) as Secrets).bindPassword ?? '';
  }

  private directoryOf(provider: Provider): Directory {
    const updatedAt = provider.updatedAt.getTime();
    const known = this.open.get(provider.id);
    if (known?.updatedAt === updatedAt) return known.directory;
    known?.directory.close();
    const settings = provider.settings as unknown as LdapSettings;
    const directory = new Directory(provider.name, settings, this.bindPasswordOf(provider), () => this.clock.now());
    directory.whenLost((error) => {
      this.log.warn({ err: error, directory: provider.name }, 'A directory does not answer');
    });
    this.open.set(provider.id, { updatedAt, directory });
    return directory;
  }
}
