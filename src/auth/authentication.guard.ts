import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access } from './access.js';
import { ForbiddenError, NotSignedInError } from './auth.errors.js';
import { Authenticator } from './authenticator.js';
import { type AuthenticatedRequest, type Principal } from './caller.js';

/** Says who is calling, and turns away whoever may not call at all. Roles in organizations come after. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!access) throw new ForbiddenError();
    if (access.kind === 'public' && !access.known) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const principal =
      access.kind === 'public' ? await this.strangerOr(request) : await this.authenticator.byRequest(request);
    if (!principal) return true;
    request.caller = { ...principal, name: principal.email, address: request.ip };
    if (access.kind === 'root' && !principal.root) {
      throw new ForbiddenError("Only the server's administrator may do this.");
    }
    return true;
  }

  /** Credentials that have ended make a stranger. */
  private async strangerOr(request: AuthenticatedRequest): Promise<Principal | undefined> {
    try {
      return await this.authenticator.byRequest(request);
    } catch (error) {
      if (error instanceof NotSignedInError) return undefined;
      throw error;
    }
  }
}
