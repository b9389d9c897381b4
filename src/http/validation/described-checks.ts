import { type Type } from '@nestjs/common';
import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';
import { type FieldGroup, fieldGroupsOf, type FieldNeed } from './field-groups.js';
import { type RouteArguments } from './route-arguments.js';
import { nestedClass } from './nested.js';
import { type DeclaredBody, IdPipe, mayBeAbsent, UuidPipe } from './validation.js';

/** The parts of a schema that are read or written here. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  minimum?: unknown;
  maximum?: unknown;
  enum?: unknown[];
  required?: string[];
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
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number', format: 'double' }),
  isUuid: () => ({ format: 'uuid' }),
  isUrl: () => ({ format: 'uri' }),
  isIso8601: () => ({ format: 'date-time' }),
  isNotEmpty: () => ({ minLength: 1 }),
  matches: (pattern) => ({ pattern: portable(pattern as RegExp) }),
  min: (minimum) => ({ minimum }),
  max: (maximum) => ({ maximum }),
  minLength: (minLength) => ({ minLength }),
  maxLength: (maxLength) => ({ maxLength }),
  arrayMinSize: (minItems) => ({ minItems }),
  arrayMaxSize: (maxItems) => ({ maxItems }),
  arrayNotEmpty: () => ({ minItems: 1 }),
  holdsMatch: (pattern) => ({ contains: { type: 'string', pattern: portable(pattern as RegExp) } }),
  arrayUnique: () => ({ uniqueItems: true }),
};

/** Without classes of characters that few programs but JavaScript know. */
function portable({ source }: RegExp): string {
  return source
    .replaceAll('\\P{Cc}', `[^${controls}]`)
    .replaceAll('\\p{Cc}', controls)
    .replaceAll('\\p{Zs}', ' \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000');
}

const controls = '\\u0000-\\u001f\\u007f-\\u009f';

const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };

/**
 * Makes the OpenAPI document say what is checked: the bounds of each field, what may be absent, null or unknown, and that numbers
 * are whole ones unless they are declared as `double`. All of it comes from the classes that do the checks.
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
  describeRules({ properties: Object.fromEntries(inQuery.map(({ name, schema = {} }) => [name, schema])) }, query, {});
}

function isSameHeader(one: { name: string; in: string }, other: { name: string; in: string }): boolean {
  return one.in === 'header' && other.in === 'header' && one.name.toLowerCase() === other.name.toLowerCase();
}

function describeBody({ requestBody }: Operation, body: Type & DeclaredBody, schemas: Record<string, Schema>): void {
  if (!requestBody) return;
  for (const [mediaType, content] of Object.entries(requestBody.content)) {
    const dto: Type & DeclaredBody = mediaType === 'multipart/form-data' ? (body.form ?? body) : body;
    if (dto !== body) content.schema = { $ref: getSchemaPath(dto) };
    if (!content.schema) continue;
    if (mediaType === 'text/csv') content.schema = csvSchema(dto);
    else if (mediaType.endsWith('json')) describeClass(content.schema.items ?? content.schema, dto, schemas);
    else describeForm(content.schema, dto, schemas);
    setOpenness(content.schema, dto.open ?? false, schemas);
  }
  const json = requestBody.content['application/json']?.schema;
  if (json) requestBody.required = json.type === 'array' || !mayBeAbsent(body);
}

/** A whole body of CSV stands for the field `csv`. */
function csvSchema(dto: Type): Schema {
  const csv: Schema = { type: 'string' };
  describeRules({ properties: { csv } }, dto, {});
  return csv;
}

/** @param schema a reference to what the document says of the class */
function describeClass(schema: Schema, dto: Type, schemas: Record<string, Schema>): void {
  const described = schemas[nameIn(schema.$ref ?? '')];
  if (!described?.properties) return;
  describeRules(described, dto, schemas);
  for (const name of nullableFields(dto)) allowNull(described.properties, name);
  describeDefaults(described, dto);
  const { properties } = described;
  const groups = fieldGroupsOf(dto).map((group) => describeGroup(group, properties));
  // Beside the fields: generators of types take `anyOf` for what can stand in place of them.
  if (groups.length > 0) described.allOf = [{ anyOf: groups }];
}

function describeGroup(group: FieldGroup, properties: Record<string, Schema>): Schema {
  const needs = Object.entries(group);
  const fields = needs.map(([name, need]): [string, Schema] => [name, describeNeed(need, properties[name] ?? {})]);
  const title = needs.map(([name, need]) => (typeof need === 'string' ? name : `${name} ${need.is}`)).join(', ');
  return { title, required: Object.keys(group), properties: Object.fromEntries(fields) };
}

/** What a group asks of a field beyond what the field is anyway: that it is not null, and not empty. */
function describeNeed(need: FieldNeed, { type, $ref, ...schema }: Schema): Schema {
  if (typeof need !== 'string') return { const: need.is };
  const [reference] = $ref ? [{ $ref }] : referencesOf(schema);
  if (reference) return reference;
  const [kind] = [type].flat();
  if (need === 'given') return { type: kind };
  return kind === 'array' ? { type: kind, minItems: 1 } : { type: kind, pattern: '\\S' };
}

/** A form has texts alone, and no null. */
function describeForm({ $ref = '' }: Schema, dto: Type, schemas: Record<string, Schema>): void {
  describeRules(schemas[nameIn($ref)] ?? {}, dto, schemas);
}

/** What has a value from the beginning may be absent. */
function describeDefaults(schema: Schema, Dto: Type): void {
  const defaults = new Dto() as Record<string, unknown>;
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (defaults[name] === undefined) continue;
    field.default = defaults[name];
    schema.required = schema.required?.filter((each) => each !== name);
  }
}

/** What is optional may be null: that says the same. */
function nullableFields(dto: Type): string[] {
  return getMetadataStorage()
    .getTargetValidationMetadatas(dto, '', false, false)
    .filter(({ name }) => name === 'isOptional')
    .map(({ propertyName }) => propertyName);
}

function allowNull(properties: Record<string, Schema>, name: string): void {
  const { type, ...schema } = properties[name] ?? {};
  // Another operation with the same body has said so.
  if (Array.isArray(type)) return;
  if (typeof type === 'string') {
    properties[name] = { ...schema, type: [type, 'null'], ...(schema.enum && { enum: [...schema.enum, null] }) };
  } else if (schema.$ref ?? schema.allOf) {
    const { $ref, allOf, ...rest } = schema;
    const [reference] = (allOf ?? [{ $ref }]) as Schema[];
    properties[name] = { ...rest, anyOf: [reference, { type: 'null' }] };
  }
}

/** Of a body and all objects in it. */
function setOpenness(schema: Schema, isOpen: boolean, schemas: Record<string, Schema>): void {
  const target = schema.$ref ? schemas[nameIn(schema.$ref)] : schema;
  if (!target) return;
  if (target.properties && target.additionalProperties === undefined) {
    target.additionalProperties = isOpen;
    for (const inner of Object.values(target.properties)) setOpenness(inner, isOpen, schemas);
  }
  const parts = [target.items, ...referencesOf(target)].filter((part) => part !== undefined);
  for (const part of parts) setOpenness(part, isOpen, schemas);
}

function referencesOf(schema: Schema): Schema[] {
  return ((schema.allOf ?? schema.anyOf ?? []) as Schema[]).filter(({ $ref }) => $ref);
}

function nameIn(ref: string): string {
  return ref.split('/').pop() ?? '';
}

function describeRules({ properties = {} }: Schema, dto: Type, schemas: Record<string, Schema>): void {
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false)) {
    const schema = properties[rule.propertyName];
    const target = rule.each ? schema?.items : schema;
    if (!schema || !target) continue;
    const nested = rule.type === 'nestedValidation' ? nestedClass(dto, rule.propertyName) : undefined;
    if (nested) describeClass(rule.each ? target : (referencesOf(target)[0] ?? target), nested, schemas);
    const constraints = rule.constraints as unknown[] | undefined;
    if (!target.$ref && !target.enum && !target.oneOf)
      describeRule(target, inSchema[rule.name ?? '']?.(constraints?.[0]) ?? {});
  }
}

function describeRule(schema: Schema, { type, ...rule }: Partial<Schema>): void {
  const { pattern, ...others } = rule;
  Object.assign(schema, others, type && { type: Array.isArray(schema.type) ? [type as string, 'null'] : type });
  if (pattern === undefined || schema.pattern === pattern) return;
  // A schema has one pattern; what else a text has to match stands beside it.
  const more = (schema.allOf ?? []) as Schema[];
  if (schema.pattern === undefined) schema.pattern = pattern;
  else if (!more.some((each) => each.pattern === pattern)) schema.allOf = [...more, { pattern }];
}

/** TypeScript has one type for all numbers; nearly all here are ids, counts and sizes. */
function describeWholeNumbers(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  const schema = part as Schema;
  const types = [schema.type].flat();
  if (types.includes('number') && schema.format === undefined) describeRule(schema, { type: 'integer' });
  if ([schema.type].flat().includes('integer')) schema.format = isSmall(schema) ? 'int32' : 'int64';
  for (const inner of Object.values(part)) describeWholeNumbers(inner);
}

function isSmall({ minimum, maximum }: Schema): boolean {
  return Number(minimum ?? -Infinity) >= -(2 ** 31) && Number(maximum ?? Infinity) < 2 ** 31;
}
