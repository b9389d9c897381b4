import { Injectable } from '@nestjs/common';
import { PasskeyService } from '../auth/second-factor/passkey.service.js';
import { type SignInMethods } from './dto/sign-in-methods.js';
import { IdentityProviders, type Provider } from './identity-providers.js';
import { ProviderAddresses } from './single-sign-on/provider-addresses.js';

type SingleSignOn = Provider & { kind: 'oidc' | 'saml' };

/** The ways to sign in, for the sign-in page. */
@Injectable()
export class SignInMethodsService {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly addresses: ProviderAddresses,
    private readonly passkeys: PasskeyService,
  ) {}

  /** @param domain of an address: only the providers that vouch for it; absent: all */
  async get(domain?: string): Promise<SignInMethods> {
    const directories = await this.providers.enabled('ldap');
    const providers = (await this.providers.enabled()).filter(isSingleSignOn);
    const wanted = domain?.toLowerCase();
    return {
      password: true,
      passkey: this.passkeys.areAvailable,
      directories: directories.map(({ id, name }) => ({ id, name })),
      providers: providers
        .filter(({ domains }) => wanted === undefined || domains.includes(wanted))
        .map(({ id, name, kind }) => ({ id, name, kind, url: this.addresses.signIn(id) })),
    };
  }
}

function isSingleSignOn(provider: Provider): provider is SingleSignOn {
  return provider.kind !== 'ldap';
}
