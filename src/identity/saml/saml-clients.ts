import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../clock/clock.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { ProviderAddresses } from '../single-sign-on/provider-addresses.js';
import { type SamlClient, type ServiceAddresses } from './saml-client.js';
import { type SamlSettings, type ServiceKey } from './saml-settings.js';

interface Known {
  client: Promise<SamlClient>;
  /** What it was made of. */
  made: string;
}

/** This server as a service of each SAML provider. What is known of a provider is kept until its settings change. */
@Injectable()
export class SamlClients {
  private readonly known = new LRUCache<number, Known>({ max: 200 });

  constructor(
    private readonly secretKey: SecretKey,
    private readonly addresses: ProviderAddresses,
    private readonly clock: Clock,
  ) {}

  of(provider: IdentityProvider): Promise<SamlClient> {
    const made = `${provider.updatedAt.toISOString()} ${JSON.stringify(provider.settings)}`;
    const known = this.known.get(provider.id);
    if (known?.made === made) return known.client;
    const client = this.fresh(provider);
    this.known.set(provider.id, { client, made });
    return client;
  }

  /** Without what was known of the provider before. */
  async fresh(provider: IdentityProvider): Promise<SamlClient> {
    // Only where a SAML provider is used: most servers have none, and the library is large.
    const { SamlClient } = await import('./saml-client.js');
    const { id, name, settings } = provider;
    const opened = { id, name, settings: settings as unknown as SamlSettings, key: this.keyOf(provider) };
    return new SamlClient(opened, this.addressesOf(id), this.clock);
  }

  keyOf({ secretsSealed }: IdentityProvider): ServiceKey {
    return JSON.parse(this.secretKey.open(secretsSealed ?? Buffer.alloc(0))) as ServiceKey;
  }

  addressesOf(providerId: number): ServiceAddresses {
    return {
      metadata: this.addresses.ofProvider(providerId, 'metadata'),
      acs: this.addresses.ofProvider(providerId, 'acs'),
      logout: this.addresses.ofProvider(providerId, 'logout'),
    };
  }
}
