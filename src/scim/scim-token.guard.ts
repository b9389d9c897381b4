import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { NotSignedInError } from '../auth/auth.errors.js';
import { clientAddress } from '../http/client-address.js';
import { type ScimRequest } from './scim-client.js';
import { ScimTokenService } from './scim-token.service.js';

/** Admits identity providers by their tokens. */
@Injectable()
export class ScimTokenGuard implements CanActivate {
  constructor(private readonly tokens: ScimTokenService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ScimRequest>();
    const token = /^Bearer +([\w-]{20,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    const provider = token === undefined ? undefined : await this.tokens.providerOf(token);
    if (!provider)
      throw new NotSignedInError(
        'This SCIM token is missing, wrong or revoked. Create one at the identity provider on the server.',
      );
    const actor = { id: null, name: `${provider.name} (SCIM)`, address: clientAddress(request) };
    request.scimClient = { provider, actor };
    return true;
  }
}
