import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { IdentityProviders, type Provider } from '../identity-providers.js';
import { OpenidClient } from './openid-client.js';
import { type OpenidSettings } from './openid-settings.js';

interface Known {
  client: OpenidClient;
  /** What it was made of. */
  made: string;
}

/** This server as the client of each OpenID provider. What is known of a provider is kept until its settings change. */
@Injectable()
export class OpenidClients {
  private readonly known = new LRUCache<number, Known>({ max: 200 });

  constructor(
    private readonly providers: IdentityProviders,
    private readonly secretKey: SecretKey,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws NotFoundError when there is no such provider, or people cannot sign in with it */
  async provider(id: number): Promise<Provider> {
    const provider = (await this.providers.enabled('oidc')).find((each) => each.id === id);
    if (!provider) throw new NotFoundError('The identity provider');
    return provider;
  }

  of(provider: IdentityProvider): OpenidClient {
    const made = `${provider.updatedAt.toISOString()} ${JSON.stringify(provider.settings)}`;
    const known = this.known.get(provider.id);
    if (known?.made === made) return known.client;
    const client = this.fresh(provider);
    this.known.set(provider.id, { client, made });
    return client;
  }

  /** Without what was known of the provider before. */
  fresh({ id, name, settings, secretsSealed }: IdentityProvider): OpenidClient {
    const secrets = secretsSealed ? (JSON.parse(this.secretKey.open(secretsSealed)) as { clientSecret?: string }) : {};
    const { clientSecret } = secrets;
    const provider = { id, name, settings: settings as unknown as OpenidSettings, clientSecret };
    return new OpenidClient(provider, this.callbackOf(id), this.clock);
  }

  /** Where a browser begins to sign in with a provider. */
  signInAddressOf(id: number): string {
    return this.addressOf(`/auth/providers/${id}/sign-in`);
  }

  /** Where a provider sends browsers back to; it has to be registered there. */
  callbackOf(id: number): string {
    return this.addressOf(`/auth/providers/${id}/callback`);
  }

  /** An address of this server, as browsers and providers know it. */
  addressOf(path: string): string {
    return `${this.settings.serverUrl.replace(/\/$/, '')}${path}`;
  }
}
