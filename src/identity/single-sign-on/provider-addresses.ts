import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';

/** Addresses of this server, as browsers and providers know them. */
@Injectable()
export class ProviderAddresses {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** @param path with a slash at its beginning */
  of(path: string): string {
    return `${this.settings.serverUrl.replace(/\/$/, '')}${path}`;
  }

  /** Where a browser begins to sign in with a provider. */
  signIn(providerId: number): string {
    return this.ofProvider(providerId, 'sign-in');
  }

  /** An address for one provider; those that a provider calls have to be registered there. */
  ofProvider(providerId: number, name: string): string {
    return this.of(`/auth/providers/${providerId}/${name}`);
  }
}
