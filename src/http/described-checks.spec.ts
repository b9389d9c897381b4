import { describe, expect, it } from '@jest/globals';
import { type OpenAPIObject } from '@nestjs/swagger';
import { IsInt, IsNumber, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { describeChecks } from './described-checks.js';
import { Optional } from './fields.js';
import { type RouteArguments } from './route-arguments.js';
import { IdPipe, UuidPipe } from './validation.js';

class Closed {
  @IsInt()
  @Min(1)
  @Max(9)
  seats!: number;

  @IsNumber()
  share!: number;

  @IsUUID('all', { each: true })
  ids!: string[];
}

class Loose {
  static readonly open = true;

  @Optional()
  @IsString()
  @MaxLength(5)
  name?: string;
}

const number = { type: 'number' };
const whole = { type: 'integer', format: 'int64' };

/** A document with one operation, as the decorators alone describe it. */
function described(operation: object, schemas: object, route: Partial<RouteArguments>): Record<string, never> {
  const document = { paths: { '/x': { post: { operationId: 'X_y', ...operation } } }, components: { schemas } };
  const routes = new Map([['X_y', { pathPipes: new Map(), ...route }]]);
  return describeChecks(document as unknown as OpenAPIObject, routes) as never;
}

const bodyOf = (name: string): object => ({
  requestBody: {
    required: true,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
  },
});

describe('The OpenAPI document', () => {
  it('has the bounds that the class of a body checks, and says that unknown members are refused, inside too', () => {
    const part = { type: 'object', properties: { count: { ...number } } };
    const properties = {
      ...{ seats: { ...number }, share: { ...number }, ids: { type: 'array', items: { type: 'string' } } },
      part: { allOf: [{ $ref: '#/components/schemas/Part' }] },
    };
    const document = described(
      bodyOf('Closed'),
      { Closed: { type: 'object', properties }, Part: part },
      { body: Closed },
    );
    expect(document).toMatchObject({
      paths: { '/x': { post: { requestBody: { required: true } } } },
      components: {
        schemas: {
          Closed: {
            additionalProperties: false,
            properties: {
              seats: { ...whole, minimum: 1, maximum: 9 },
              share: { type: 'number', format: 'double' },
              ids: { items: { type: 'string', format: 'uuid' } },
            },
          },
          Part: { additionalProperties: false, properties: { count: whole } },
        },
      },
    });
  });

  it('says which bodies may be absent, and that unknown members are passed over', () => {
    const schemas = { Loose: { type: 'object', properties: { name: { type: 'string' } } } };
    expect(described(bodyOf('Loose'), schemas, { body: Loose })).toMatchObject({
      paths: { '/x': { post: { requestBody: { required: false } } } },
      components: { schemas: { Loose: { additionalProperties: true, properties: { name: { maxLength: 5 } } } } },
    });
  });

  it('tells ids from UUIDs in a path, bounds a query, and names a header once', () => {
    const parameters = [
      { name: 'id', in: 'path', schema: { ...number } },
      { name: 'leaseId', in: 'path', schema: { type: 'string' } },
      { name: 'seats', in: 'query', schema: { ...number } },
      { name: 'lease-token', in: 'header', schema: { type: 'string' } },
      { name: 'Lease-Token', in: 'header', description: 'The token.', schema: { type: 'string' } },
    ];
    const pathPipes: RouteArguments['pathPipes'] = new Map([
      ['id', [IdPipe]],
      ['leaseId', [UuidPipe]],
    ]);
    const document = described({ parameters }, {}, { query: Closed, pathPipes });
    expect(document).toMatchObject({
      paths: {
        '/x': {
          post: {
            parameters: [
              { name: 'id', schema: { ...whole, minimum: 1, maximum: Number.MAX_SAFE_INTEGER } },
              { name: 'leaseId', schema: { type: 'string', format: 'uuid' } },
              { name: 'seats', schema: { ...whole, minimum: 1, maximum: 9 } },
              { name: 'Lease-Token' },
            ],
          },
        },
      },
    });
  });
});
