import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { createHash, timingSafeEqual } from 'node:crypto';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { clientAddress } from '../http/client-address.js';
import { ACCESS, type Access } from './access.js';
import { ForbiddenError, NotSignedInError } from './auth.errors.js';
import { Authenticator } from './authenticator.js';
import { type AuthenticatedRequest, type Principal } from './caller.js';
import { sessionCookie } from './session.service.js';

/** Says who is calling, and turns away whoever may not call at all. Roles in organizations come after. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!access) throw new ForbiddenError();
    if (access.kind === 'public' && !access.known) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (access.kind === 'root' && access.metricsToken && this.isMetricsToken(request)) return true;
    const principal = access.kind === 'public' ? await this.strangerOr(request) : await this.principalOf(request);
    if (!principal) return true;
    request.caller = { ...principal, name: principal.email, address: clientAddress(request) };
    if (access.kind === 'root' && !principal.root) {
      throw new ForbiddenError("Only the server's administrator may do this.");
    }
    return true;
  }

  /** Credentials that have ended make a stranger. */
  private async strangerOr(request: AuthenticatedRequest): Promise<Principal | undefined> {
    try {
      return await this.principalOf(request);
    } catch (error) {
      if (error instanceof NotSignedInError) return undefined;
      throw error;
    }
  }

  private isMetricsToken({ headers: { authorization = '' } }: AuthenticatedRequest): boolean {
    const { metricsToken } = this.settings;
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
    return metricsToken !== undefined && timingSafeEqual(digest(authorization), digest(`Bearer ${metricsToken}`));
  }

  private async principalOf(request: AuthenticatedRequest): Promise<Principal> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const bearer = /^Bearer +([\w.~+/=-]{1,4096}) *$/i.exec(authorization)?.[1];
      if (!bearer)
        throw new NotSignedInError('The Authorization header must be "Bearer" and an API key or access token.');
      const principal = await this.authenticator.byBearer(bearer);
      if (!principal) throw new NotSignedInError('The API key or access token is not valid (any more). Sign in again.');
      return principal;
    }
    const token = request.cookies[sessionCookie];
    if (!token) throw new NotSignedInError();
    const principal = await this.authenticator.bySession(token);
    if (!principal) throw new NotSignedInError('Your session has ended. Sign in again.');
    return principal;
  }
}
