import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { KeptClients } from '../single-sign-on/kept-clients.js';
import { ProviderAddresses } from '../single-sign-on/provider-addresses.js';
import { type SamlClient, type ServiceAddresses } from './saml-client.js';
import { type SamlSettings, type ServiceKeys } from './saml-settings.js';

/** This server as a service of each SAML provider. What is known of a provider is kept until its settings change. */
@Injectable()
export class SamlClients {
  private readonly kept = new KeptClients((provider) => this.fresh(provider));

  constructor(
    private readonly secretKey: SecretKey,
    private readonly addresses: ProviderAddresses,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  of(provider: IdentityProvider): Promise<SamlClient> {
    return this.kept.of(provider);
  }

  /** Without what was known of the provider before. */
  async fresh(provider: IdentityProvider): Promise<SamlClient> {
    // Only where a SAML provider is used: most servers have none, and the library is large.
    const { SamlClient } = await import('./saml-client.js');
    const { id, name, settings } = provider;
    const opened = { id, name, settings: settings as unknown as SamlSettings, keys: this.keysOf(provider) };
    return new SamlClient(opened, this.addressesOf(id), this.clock, this.settings.outgoingProxy);
  }

  keysOf({ secretsSealed }: IdentityProvider): ServiceKeys {
    return JSON.parse(this.secretKey.open(secretsSealed ?? Buffer.alloc(0))) as ServiceKeys;
  }

  addressesOf(providerId: number): ServiceAddresses {
    return {
      metadata: this.addresses.ofProvider(providerId, 'metadata'),
      acs: this.addresses.ofProvider(providerId, 'acs'),
      logout: this.addresses.ofProvider(providerId, 'logout'),
    };
  }
}
