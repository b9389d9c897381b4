import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { clientAddress } from '../http/client-address.js';
import { type Access } from '../access/access.js';
import { ForbiddenError, NotSignedInError, PersonRequiredError, ScopeMissingError } from './auth.errors.js';
import { Authenticator } from './authenticator.js';
import { type AuthenticatedRequest, type Principal } from '../access/caller.js';
import { type ApiKeyScope } from '../access/key-scopes.js';
import { KeyUse } from './api-key/key-use.js';
import { SecondFactorRequiredError } from './second-factor/second-factor.errors.js';
import { RouteAccess, type RouteRules } from '../access/route-access.js';

type DeclaredRules = RouteRules & { access: Access };

/** Says who is calling, and refuses callers that may not call at all. Roles in organizations come after. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly routes: RouteAccess,
    private readonly authenticator: Authenticator,
    private readonly keyUse: KeyUse,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Answers without a promise where the credential is known, as in nearly all requests. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rules = this.routes.rulesOf(context);
    if (!isDeclared(rules)) throw new ForbiddenError();
    const { access } = rules;
    if (access.kind === 'public' && !access.known) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (access.kind === 'root' && access.metricsToken && this.isMetricsToken(request)) return true;
    const principal = access.kind === 'public' ? this.strangerOr(request) : this.authenticator.byRequest(request);
    return principal instanceof Promise
      ? principal.then((found) => this.admit(request, rules, found))
      : this.admit(request, rules, principal);
  }

  private admit(
    request: AuthenticatedRequest,
    rules: DeclaredRules,
    principal: Principal | undefined,
  ): boolean | Promise<boolean> {
    const { access, withoutSecondFactor, withoutLeaseTokens } = rules;
    if (!principal) return true;
    // A public route is open to a key, too, which does not speak for its owner there.
    if (principal.scopes && access.kind === 'public') return true;
    if (principal.secondFactorMissing && !withoutSecondFactor) {
      // Nor does a session that is not whole speak for its user there.
      if (access.kind === 'public') return true;
      request.caller = { ...principal, name: principal.email, address: clientAddress(request) };
      throw new SecondFactorRequiredError();
    }
    const caller = { ...principal, name: principal.email, address: clientAddress(request) };
    request.caller = caller;
    if (principal.leaseId !== undefined && withoutLeaseTokens) {
      throw new ForbiddenError(
        'A lease token signs Runtime Engine in, for the seat that it is of. Use an API key here.',
      );
    }
    const noted = this.keyUse.note(caller);
    return noted ? noted.then(() => checkCaller(principal, rules)) : checkCaller(principal, rules);
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

  private isMetricsToken({ headers: { authorization = '' } }: AuthenticatedRequest): boolean {
    const { metricsToken } = this.settings;
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
    return metricsToken !== undefined && timingSafeEqual(digest(authorization), digest(`Bearer ${metricsToken}`));
  }
}

function isDeclared(rules: RouteRules): rules is DeclaredRules {
  return rules.access !== undefined;
}

function checkCaller({ root, scopes: held }: Principal, { access, scopes }: DeclaredRules): boolean {
  if (held) checkScopes(held, scopes);
  if (access.kind === 'root' && !root) throw new ForbiddenError("Only the server's administrator may do this.");
  return true;
}

/**
 * @param held the key's scopes
 * @param wanted any of them will do
 */
function checkScopes(held: readonly ApiKeyScope[], wanted: readonly ApiKeyScope[]): void {
  if (wanted.length === 0) throw new PersonRequiredError();
  if (!wanted.some((scope) => held.includes(scope))) throw new ScopeMissingError(wanted, held);
}
