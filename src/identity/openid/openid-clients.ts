import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../clock/clock.js';
import { SecretKey } from '../../secret/secret-key.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { ProviderAddresses } from '../single-sign-on/provider-addresses.js';
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
    private readonly secretKey: SecretKey,
    private readonly addresses: ProviderAddresses,
    private readonly clock: Clock,
  ) {}

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
    return new OpenidClient(provider, this.addresses.ofProvider(id, 'callback'), this.clock);
  }
}
