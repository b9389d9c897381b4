import { type Type } from '@nestjs/common';
import { type OpenAPIObject } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';
import { type RouteArguments } from './route-arguments.js';
import { IdPipe, mayBeAbsent, type OpenBody, UuidPipe } from './validation.js';

/** The parts of a schema that are read or written here. */
interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: boolean | Schema;
  [more: string]: unknown;
}

interface Operation {
  operationId?: string;
  parameters?: { name: string; in: string; description?: string; schema?: Schema }[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: Schema }> };
}

/** What a rule of class-validator says in JSON Schema. */
const inSchema: Partial<Record<string, (limit: unknown) => Partial<Schema>>> = {
  isInt: () => ({ type: 'integer', format: 'int64' }),
  isNumber: () => ({ type: 'number', format: 'double' }),
  isUuid: () => ({ format: 'uuid' }),
  min: (minimum) => ({ minimum }),
  max: (maximum) => ({ maximum }),
  minLength: (minLength) => ({ minLength }),
  maxLength: (maxLength) => ({ maxLength }),
  arrayMinSize: (minItems) => ({ minItems }),
  arrayMaxSize: (maxItems) => ({ maxItems }),
};

const id = { type: 'integer', format: 'int64', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };

/**
 * Makes the OpenAPI document say what is checked: the bounds of each field, which bodies may be absent or have unknown
 * members, and that numbers are whole ones unless they are declared as `double`. All of it comes from the classes that do the checks.
 */
export function describeChecks(document: OpenAPIObject, routes: ReadonlyMap<string, RouteArguments>): OpenAPIObject {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods) as Operation[]);
  for (const operation of operations) {
    const route = routes.get(operation.operationId ?? '');
    if (!route) continue;
    describeParameters(operation, route);
    if (route.body) describeBody(operation, route.body, schemas);
  }
  describeWholeNumbers(document.components?.schemas);
  describeWholeNumbers(document.paths);
  return document;
}

function describeParameters(operation: Operation, { pathPipes, query }: RouteArguments): void {
  // A header that is described in words is also found as an argument, under its name in lower case.
  const all = operation.parameters ?? [];
  operation.parameters = all.filter(
    (each) => each.description ?? !all.some((other) => other !== each && isSameHeader(other, each)),
  );
  for (const parameter of operation.parameters) {
    const pipes = parameter.in === 'path' ? (pathPipes.get(parameter.name) ?? []) : [];
    if (pipes.some((pipe) => pipe === IdPipe || pipe instanceof IdPipe)) parameter.schema = { ...id };
    if (pipes.some((pipe) => pipe === UuidPipe || pipe instanceof UuidPipe)) {
      parameter.schema = { type: 'string', format: 'uuid' };
    }
  }
  if (!query) return;
  const inQuery = operation.parameters.filter((each) => each.in === 'query');
  describeRules(Object.fromEntries(inQuery.map(({ name, schema = {} }) => [name, schema])), query);
}

function isSameHeader(one: { name: string; in: string }, other: { name: string; in: string }): boolean {
  return one.in === 'header' && other.in === 'header' && one.name.toLowerCase() === other.name.toLowerCase();
}

function describeBody({ requestBody }: Operation, body: Type & OpenBody, schemas: Record<string, Schema>): void {
  const schema = requestBody?.content['application/json']?.schema;
  if (!requestBody || !schema?.$ref) return;
  requestBody.required = !mayBeAbsent(body);
  describeRules(schemas[nameIn(schema.$ref)]?.properties ?? {}, body);
  setOpenness(schema, body.open ?? false, schemas);
}

/** Of a body and all objects in it. */
function setOpenness(schema: Schema, isOpen: boolean, schemas: Record<string, Schema>): void {
  const target = schema.$ref ? schemas[nameIn(schema.$ref)] : schema;
  if (!target) return;
  if (target.properties && target.additionalProperties === undefined) {
    target.additionalProperties = isOpen;
    for (const inner of Object.values(target.properties)) setOpenness(inner, isOpen, schemas);
  }
  const parts = [target.items, ...((target.allOf ?? []) as Schema[])].filter((part) => part !== undefined);
  for (const part of parts) setOpenness(part, isOpen, schemas);
}

function nameIn(ref: string): string {
  return ref.split('/').pop() ?? '';
}

function describeRules(properties: Record<string, Schema>, dto: Type): void {
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false)) {
    const schema = properties[rule.propertyName];
    const target = rule.each ? schema?.items : schema;
    const constraints = rule.constraints as unknown[] | undefined;
    if (target && !target.$ref && !target.enum) Object.assign(target, inSchema[rule.name ?? '']?.(constraints?.[0]));
  }
}

/** TypeScript has one type for all numbers; nearly all here are ids, counts and sizes. */
function describeWholeNumbers(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  const schema = part as Schema;
  if (schema.type === 'number' && schema.format === undefined)
    Object.assign(schema, { type: 'integer', format: 'int64' });
  for (const inner of Object.values(part)) describeWholeNumbers(inner);
}
