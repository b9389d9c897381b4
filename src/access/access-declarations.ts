import { Injectable, type OnModuleInit, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import { RouteAccess } from './route-access.js';

/** Refuses to start with a route that does not declare who may call it; writes into the API description which API keys may. */
@Injectable()
export class AccessDeclarations implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly routes: RouteAccess,
  ) {}

  /** @throws Error that names every route without a declaration */
  onModuleInit(): void {
    const undeclared = this.discovery.getControllers().flatMap(({ metatype }) => {
      if (!metatype) return [];
      const prototype = metatype.prototype as Record<string, object>;
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((name) => Reflect.getMetadata(METHOD_METADATA, prototype[name] ?? {}) in RequestMethod)
        .filter((name) => !this.describe(metatype as Type, prototype, name))
        .map((name) => `${metatype.name}.${name}`);
    });
    if (undeclared.length > 0) {
      throw new Error(`These routes do not declare who may call them: ${undeclared.join(', ')}`);
    }
  }

  /** @returns whether the route declares who may call it */
  private describe(controller: Type, prototype: Record<string, object>, name: string): boolean {
    const { access, scopes } = this.routes.rulesFor(controller, prototype[name] as never);
    const property = Object.getOwnPropertyDescriptor(prototype, name);
    if (access && access.kind !== 'public' && property) ApiExtension('x-scope', scopes)(prototype, name, property);
    return access !== undefined;
  }
}
