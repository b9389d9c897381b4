import { Injectable } from '@nestjs/common';
import { type SignInMethods } from './dto/sign-in-methods.js';
import { IdentityProviders } from './identity-providers.js';

/** The ways to sign in, for the sign-in page. */
@Injectable()
export class SignInMethodsService {
  constructor(private readonly providers: IdentityProviders) {}

  async get(): Promise<SignInMethods> {
    const directories = await this.providers.enabled('ldap');
    return {
      password: true,
      passkey: false,
      directories: directories.map(({ id, name }) => ({ id, name })),
      providers: [],
    };
  }
}
