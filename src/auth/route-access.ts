import { type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access } from './access.js';

/** Who may call a route, as its decorators declare it: read once for each, because every request asks. */
@Injectable()
export class RouteAccess {
  private readonly known = new Map<Type, Map<object, Access | undefined>>();

  constructor(private readonly reflector: Reflector) {}

  /** @returns undefined for a route that declares nothing */
  of(context: ExecutionContext): Access | undefined {
    const controller = context.getClass();
    const handler = context.getHandler();
    let routes = this.known.get(controller);
    if (!routes) this.known.set(controller, (routes = new Map<object, Access | undefined>()));
    if (!routes.has(handler)) {
      routes.set(handler, this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, controller]));
    }
    return routes.get(handler);
  }
}
