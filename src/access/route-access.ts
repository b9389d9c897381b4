import { type ExecutionContext, Injectable, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { Reflector } from '@nestjs/core';
import { WITHOUT_LEASE_TOKENS } from './without-lease-tokens.js';
import { WITHOUT_SECOND_FACTOR } from './without-second-factor.js';
import { ACCESS, type Access } from './access.js';
import { CONFIRMATION, type ConfirmationRule } from './confirmed.js';
import { type ApiKeyScope, KEY_SCOPES, scopesFor } from './key-scopes.js';

/** What a route's decorators declare. */
export interface RouteRules {
  /** Undefined for a route that declares nothing. */
  access: Access | undefined;
  /** An API key needs one of them; none: no key will do. */
  scopes: readonly ApiKeyScope[];
  confirmation: ConfirmationRule | undefined;
  /** Whether a session may call it whose user has to set up a second factor first. */
  withoutSecondFactor: boolean;
  /** Whether a program may not call it that has signed in with a lease token. */
  withoutLeaseTokens: boolean;
}

/** Who may call a route, as its decorators declare it: read once for each, because every request asks. */
@Injectable()
export class RouteAccess {
  private readonly known = new Map<Type, Map<object, RouteRules>>();

  constructor(private readonly reflector: Reflector) {}

  /** @returns undefined for a route that declares nothing */
  of(context: ExecutionContext): Access | undefined {
    return this.rulesOf(context).access;
  }

  rulesOf(context: ExecutionContext): RouteRules {
    return this.rulesFor(context.getClass(), context.getHandler());
  }

  rulesFor(controller: Type, handler: RouteHandler): RouteRules {
    let routes = this.known.get(controller);
    if (!routes) this.known.set(controller, (routes = new Map<object, RouteRules>()));
    let rules = routes.get(handler);
    if (!rules) routes.set(handler, (rules = this.read(controller, handler)));
    return rules;
  }

  private read(controller: Type, handler: RouteHandler): RouteRules {
    const both = [handler, controller];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, both);
    const declared = this.reflector.getAllAndOverride<readonly ApiKeyScope[] | undefined>(KEY_SCOPES, both);
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
    return {
      access,
      scopes: access ? scopesFor(access, method, declared) : [],
      confirmation: this.reflector.get<ConfirmationRule | undefined>(CONFIRMATION, handler),
      withoutSecondFactor: this.reflector.getAllAndOverride<true | undefined>(WITHOUT_SECOND_FACTOR, both) ?? false,
      withoutLeaseTokens: this.reflector.getAllAndOverride<true | undefined>(WITHOUT_LEASE_TOKENS, both) ?? false,
    };
  }
}

/** A controller's method, as Nest has it. */
type RouteHandler = ReturnType<ExecutionContext['getHandler']>;
