import { describe, expect, it } from '@jest/globals';
import { type OpenAPIObject } from '@nestjs/swagger';
import { IsIn, IsInt, IsNumber, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { describeChecks } from './described-checks.js';
import { OneGroupOf } from './field-groups.js';
import { HoldsMatch, Optional, Text } from './fields.js';
import { Nested, NestedList } from './nested.js';
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

class Seats {
  @Text({ max: 20 })
  name!: string;

  @Text({ max: 20 })
  @Matches(/^[A-Z]/)
  code!: string;

  @IsIn(['floating', 'per-user'])
  model: string = 'floating';
}

class WithSeats {
  @NestedList(() => Seats)
  seats!: Seats[];

  @Optional()
  @Nested(() => Seats)
  more?: Seats;
}

class Loose {
  static readonly open = true;

  @Optional()
  @IsString()
  @MaxLength(5)
  name?: string;
}

@OneGroupOf({ names: 'filled', size: 'given' }, { kind: { is: 'all' } })
class Grouped {
  @Optional()
  @HoldsMatch(/[a-z]/, 'names must hold a name')
  @IsString({ each: true })
  names?: string[];

  @Optional()
  @IsInt()
  size?: number;

  @Optional()
  @IsIn(['all', 'some'])
  kind?: string;
}

const number = { type: 'number' };
const whole = { type: 'integer', format: 'int64' };
const small = { type: 'integer', format: 'int32' };

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
              seats: { ...small, minimum: 1, maximum: 9 },
              share: { type: 'number', format: 'double' },
              ids: { items: { type: 'string', format: 'uuid' } },
            },
          },
          Part: { additionalProperties: false, properties: { count: whole } },
        },
      },
    });
  });

  it('says which bodies may be absent, which fields may be null, and that unknown members are passed over', () => {
    const schemas = { Loose: { type: 'object', properties: { name: { type: 'string' } } } };
    expect(described(bodyOf('Loose'), schemas, { body: Loose })).toMatchObject({
      paths: { '/x': { post: { requestBody: { required: false } } } },
      components: {
        schemas: {
          Loose: { additionalProperties: true, properties: { name: { type: ['string', 'null'], maxLength: 5 } } },
        },
      },
    });
  });

  it('has what the classes inside check, without what only JavaScript knows', () => {
    const text = { type: 'string' };
    const inner = {
      type: 'object',
      required: ['name', 'code', 'model'],
      properties: { name: { ...text }, code: { ...text }, model: text },
    };
    const reference = { $ref: '#/components/schemas/Seats' };
    const properties = { seats: { type: 'array', items: reference }, more: { allOf: [reference] } };
    const { components } = described(
      bodyOf('WithSeats'),
      { WithSeats: { type: 'object', properties }, Seats: inner },
      { body: WithSeats },
    ) as unknown as { components: { schemas: Record<string, { properties: Record<string, { pattern?: string }> }> } };
    expect(components.schemas).toMatchObject({
      WithSeats: { properties: { more: { anyOf: [reference, { type: 'null' }] } } },
      Seats: {
        required: ['name', 'code'],
        additionalProperties: false,
        properties: {
          name: { minLength: 1, maxLength: 20 },
          code: { pattern: '^[A-Z]', allOf: [{ pattern: expect.any(String) }] },
          model: { default: 'floating' },
        },
      },
    });
    const pattern = new RegExp(components.schemas.Seats!.properties.name!.pattern!);
    for (const line of ['Nightly tests', ' \u00e4 ', '\tx']) expect([line, pattern.test(line)]).toEqual([line, true]);
    for (const line of ['', ' \u3000', 'two\nlines', '\u0007'])
      expect([line, pattern.test(line)]).toEqual([line, false]);
  });

  it('says which fields have to be there together, in a list of CSV as a whole body, too', () => {
    const names = { type: 'array', items: { type: 'string' } };
    const properties = { names, size: { ...number }, kind: { type: 'string', enum: ['all', 'some'] } };
    const document = described(bodyOf('Grouped'), { Grouped: { type: 'object', properties } }, { body: Grouped });
    expect(document).toMatchObject({
      paths: { '/x': { post: { requestBody: { required: true } } } },
      components: {
        schemas: {
          Grouped: {
            properties: { names: { contains: { pattern: '[a-z]' } } },
            allOf: [
              {
                anyOf: [
                  {
                    title: 'names, size',
                    required: ['names', 'size'],
                    properties: { names: { type: 'array', minItems: 1 }, size: { type: 'integer' } },
                  },
                  { title: 'kind all', required: ['kind'], properties: { kind: { const: 'all' } } },
                ],
              },
            ],
          },
        },
      },
    });
  });

  it('reads a body that is a list, entry by entry', () => {
    const reference = { $ref: '#/components/schemas/Closed' };
    const list = { required: false, content: { 'application/json': { schema: { type: 'array', items: reference } } } };
    const document = described(
      { requestBody: list },
      { Closed: { type: 'object', properties: { seats: { ...number } } } },
      { body: Closed },
    );
    expect(document).toMatchObject({
      paths: { '/x': { post: { requestBody: { required: true } } } },
      components: { schemas: { Closed: { properties: { seats: { ...small, minimum: 1, maximum: 9 } } } } },
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
              { name: 'seats', schema: { ...small, minimum: 1, maximum: 9 } },
              { name: 'Lease-Token' },
            ],
          },
        },
      },
    });
  });
});
