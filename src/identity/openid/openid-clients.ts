import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { KeptClients } from '../single-sign-on/kept-clients.js';
import { ProviderAddresses } from '../single-sign-on/provider-addresses.js';
import { OpenidClient } from './openid-client.js';
import { type OpenidSettings } from './openid-settings.js';

/** This server as the client of each OpenID provider. What is known of a provider is kept until its settings change. */
@Injectable()
export class OpenidClients {
  private readonly kept = new KeptClients((provider) => this.fresh(provider));

  constructor(
    private readonly secretKey: SecretKey,
    private readonly addresses: ProviderAddresses,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  of(provider: IdentityProvider): OpenidClient {
    return this.kept.of(provider);
  }

  /** Without what was known of the provider before. */
  fresh({ id, name, settings, secretsSealed }: IdentityProvider): OpenidClient {
    const secrets = secretsSealed ? (JSON.parse(this.secretKey.open(secretsSealed)) as { clientSecret?: string }) : {};
    const { clientSecret } = secrets;
    const provider = { id, name, settings: settings as unknown as OpenidSettings, clientSecret };
    const redirectUri = this.addresses.ofProvider(id, 'callback');
    return new OpenidClient(provider, redirectUri, this.clock, this.settings.outgoingProxy);
  }
}
