import { type INestApplication, type PipeTransform, type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ListPipe } from './validation.js';

/** What a route takes, and the classes that check it. */
export interface RouteArguments {
  /** The DTO class of its body, or of the entries where the body is a list. */
  body?: Type;
  /** The DTO class of its query. */
  query?: Type;
  /** The pipes of each parameter in its path. */
  pathPipes: Map<string, (Type<PipeTransform> | PipeTransform)[]>;
}

interface Declared {
  index: number;
  data?: unknown;
  pipes?: (Type<PipeTransform> | PipeTransform)[];
}

/** What all routes take, by the operation ids that the OpenAPI document gives them. */
export function routeArguments(app: INestApplication): Map<string, RouteArguments> {
  const scanner = new MetadataScanner();
  const found = new Map<string, RouteArguments>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype: controller } of module.controllers.values()) {
      if (!controller) continue;
      const prototype = controller.prototype as object;
      for (const method of scanner.getAllMethodNames(prototype)) {
        found.set(`${controller.name}_${method}`, argumentsOf(controller, prototype, method));
      }
    }
  }
  return found;
}

function argumentsOf(controller: object, prototype: object, method: string): RouteArguments {
  const declared = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<string, Declared>;
  const types = (Reflect.getMetadata('design:paramtypes', prototype, method) ?? []) as Type[];
  const found: RouteArguments = { pathPipes: new Map() };
  for (const [key, { index, data, pipes = [] }] of Object.entries(declared)) {
    const isOf = (kind: RouteParamtypes): boolean => key.startsWith(`${kind}:`);
    const isWhole = data === undefined || data === null;
    const list = pipes.find((pipe) => pipe instanceof ListPipe);
    if (isOf(RouteParamtypes.BODY) && isWhole) found.body = list?.entry ?? types[index];
    if (isOf(RouteParamtypes.QUERY) && isWhole) found.query = types[index];
    if (isOf(RouteParamtypes.PARAM) && typeof data === 'string') found.pathPipes.set(data, pipes);
  }
  found.body ??= describedBody(prototype, method);
  return found;
}

/** The class of a body that the route reads by itself, as `@ApiBody` names it. */
function describedBody(prototype: object, method: string): Type | undefined {
  const handler = (prototype as Record<string, object>)[method] ?? {};
  const described = (Reflect.getMetadata('swagger/apiParameters', handler) ?? []) as { in: string; type?: unknown }[];
  const type = described.find((each) => each.in === 'body')?.type;
  return typeof type === 'function' ? (type as Type) : undefined;
}
