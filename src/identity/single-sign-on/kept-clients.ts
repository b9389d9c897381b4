import { LRUCache } from 'lru-cache';
import { type IdentityProvider } from '../identity-provider.entity.js';

const maxProviders = 200;

/** What is known of each provider, kept until its settings change. */
export class KeptClients<Client extends object> {
  private readonly known = new LRUCache<number, { client: Client; made: string }>({ max: maxProviders });

  constructor(private readonly make: (provider: IdentityProvider) => Client) {}

  of(provider: IdentityProvider): Client {
    const { updatedAt, settings, secretsSealed } = provider;
    const made = JSON.stringify([updatedAt, settings, secretsSealed?.toString('base64')]);
    const known = this.known.get(provider.id);
    if (known?.made === made) return known.client;
    const client = this.make(provider);
    this.known.set(provider.id, { client, made });
    return client;
  }
}
