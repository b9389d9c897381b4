import { Injectable, type OnModuleInit, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import { RouteAccess, type RouteRules } from './route-access.js';

/** Refuses to start with a route that does not declare who may call it. */
@Injectable()
export class AccessDeclarations implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly routes: RouteAccess,
  ) {}

  /** @throws Error that names every route without a declaration */
  onModuleInit(): void {
    const undeclared = this.routesOf()
      .filter(({ rules }) => rules.access === undefined)
      .map(({ controller, name }) => `${controller.name}.${name}`);
    if (undeclared.length > 0) {
      throw new Error(`These routes do not declare who may call them: ${undeclared.join(', ')}`);
    }
  }

  /** Writes into the API description, which the build makes, which API keys may call each route. */
  describe(): void {
    for (const { controller, name, rules } of this.routesOf()) {
      const prototype = controller.prototype as object;
      const property = Object.getOwnPropertyDescriptor(prototype, name);
      if (rules.access && rules.access.kind !== 'public' && property)
        ApiExtension('x-scope', rules.scopes)(prototype, name, property);
    }
  }

  /** The rules of each route, by the operation id that the description gives it. */
  byOperation(): Map<string, RouteRules> {
    return new Map(this.routesOf().map(({ controller, name, rules }) => [`${controller.name}_${name}`, rules]));
  }

  private routesOf(): { controller: Type; name: string; rules: RouteRules }[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (!metatype) return [];
      const controller = metatype as Type;
      const prototype = controller.prototype as Record<string, object>;
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((name) => Reflect.getMetadata(METHOD_METADATA, prototype[name] ?? {}) in RequestMethod)
        .map((name) => ({ controller, name, rules: this.routes.rulesFor(controller, prototype[name] as never) }));
    });
  }
}
