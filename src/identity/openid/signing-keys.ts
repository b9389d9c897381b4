import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { type Clock } from '../../clock/clock.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { type Fetch } from './provider-metadata.js';

/** Milliseconds after which keys are fetched again in any case: a withdrawn key is not good for longer. */
const maxAgeMillis = 3_600_000;

/** Milliseconds between two fetches for tokens that anyone may send with the name of a key that does not exist. */
const strangersPauseMillis = 30_000;

interface KnownKeys {
  keys: JSONWebKeySet;
  find: ReturnType<typeof createLocalJWKSet>;
  fetchedAt: number;
}

/** The public keys of a provider. A key that is not known yet is fetched, so a rotation needs no restart. */
export class SigningKeys {
  private known: KnownKeys | undefined;
  private fetching: Promise<KnownKeys> | undefined;

  constructor(
    private readonly address: string | undefined,
    private readonly fixed: JSONWebKeySet | undefined,
    private readonly fetch: Fetch,
    private readonly clock: Clock,
  ) {}

  /** @throws SingleSignOnError when they cannot be had */
  async all(): Promise<JSONWebKeySet> {
    return (await this.refreshOlderThan(maxAgeMillis)).keys;
  }

  /** @param trusted whether the token came from the provider itself, over the connection to its token endpoint */
  finder(trusted: boolean): JWTVerifyGetKey {
    return async (header, token) => {
      const known = await this.refreshOlderThan(maxAgeMillis);
      try {
        return await known.find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        const fresh = await this.refreshOlderThan(trusted ? -1 : strangersPauseMillis);
        return fresh.find(header, token);
      }
    };
  }

  private async refreshOlderThan(millis: number): Promise<KnownKeys> {
    const { known } = this;
    if (known && (this.fixed || Math.abs(this.clock.millis() - known.fetchedAt) <= millis)) return known;
    this.fetching ??= this.load().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async load(): Promise<KnownKeys> {
    const keys = this.fixed ?? (await this.fetched());
    this.known = { keys, find: createLocalJWKSet(keys), fetchedAt: this.clock.millis() };
    return this.known;
  }

  private async fetched(): Promise<JSONWebKeySet> {
    const response = await this.fetch(this.address ?? '');
    const answer = response.status === 200 ? await response.json().catch((): unknown => undefined) : undefined;
    const { keys } = (answer ?? {}) as Partial<JSONWebKeySet>;
    if (!Array.isArray(keys)) {
      throw new SingleSignOnError(
        'provider-misconfigured',
        `${this.address} answered ${response.status} without keys.`,
      );
    }
    return { keys };
  }
}
