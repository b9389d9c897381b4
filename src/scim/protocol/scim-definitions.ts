import { type ApiBodyOptions } from '@nestjs/swagger';
import { maxResults } from '../dto/scim-list-query.js';
import { schemas } from './scim-document.js';
import { type Resource, scimPath } from './scim-resource.js';

type SchemaObject = Extract<Extract<ApiBodyOptions, { schema: unknown }>['schema'], { type?: unknown }>;

const text: SchemaObject = { type: 'string', maxLength: 255 };

/** A user, for the API description. Attributes that the server does not keep are passed over. */
export const userSchema: SchemaObject = {
  type: 'object',
  additionalProperties: true,
  required: ['userName'],
  properties: {
    schemas: { type: 'array', items: { type: 'string' }, example: [schemas.user] },
    userName: { ...text, example: 'ada@example.com' },
    externalId: { ...text, example: '7f2c8f0e' },
    name: { type: 'object', properties: { givenName: text, familyName: text } },
    emails: {
      type: 'array',
      items: { type: 'object', properties: { value: text, type: text, primary: { type: 'boolean' } } },
      example: [{ value: 'ada@example.com', type: 'work', primary: true }],
    },
    active: { type: 'boolean', default: true },
  },
};

/** A group, for the API description. */
export const groupSchema: SchemaObject = {
  type: 'object',
  additionalProperties: true,
  required: ['displayName'],
  properties: {
    schemas: { type: 'array', items: { type: 'string' }, example: [schemas.group] },
    displayName: { ...text, example: 'Testers' },
    externalId: text,
    members: { type: 'array', items: { type: 'object', properties: { value: { type: 'string', example: '7' } } } },
  },
};

/** A change, for the API description. */
export const patchSchema: SchemaObject = {
  type: 'object',
  required: ['schemas', 'Operations'],
  properties: {
    schemas: { type: 'array', items: { type: 'string' }, example: [schemas.patch] },
    Operations: {
      type: 'array',
      items: {
        type: 'object',
        required: ['op'],
        properties: {
          op: { type: 'string', example: 'replace' },
          path: { type: 'string', example: 'active' },
          value: {},
        },
      },
    },
  },
};

/** What this server can do (RFC 7643, 5). */
export function serviceProviderConfig(serverUrl: string): Resource {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'SCIM token',
        description: 'A token that an administrator of the server creates at the identity provider.',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${serverUrl}${scimPath}/ServiceProviderConfig` },
  };
}

/** RFC 7643, 6. */
export function resourceTypes(serverUrl: string): Resource[] {
  return (['User', 'Group'] as const).map((name) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    endpoint: `/${name}s`,
    schema: name === 'User' ? schemas.user : schemas.group,
    meta: { resourceType: 'ResourceType', location: `${serverUrl}${scimPath}/ResourceTypes/${name}` },
  }));
}

/** The attributes that this server keeps (RFC 7643, 7). */
export function schemaResources(serverUrl: string): Resource[] {
  const name = attribute('name', {
    type: 'complex',
    subAttributes: [
      attribute('givenName'),
      attribute('familyName'),
      attribute('formatted', { mutability: 'readOnly' }),
    ],
  });
  const user = [
    attribute('userName', { required: true, uniqueness: 'server' }),
    name,
    attribute('displayName', { mutability: 'readOnly' }),
    attribute('emails', {
      ...{ type: 'complex', multiValued: true },
      subAttributes: [attribute('value'), attribute('type'), attribute('primary', { type: 'boolean' })],
    }),
    attribute('active', { type: 'boolean' }),
    attribute('groups', {
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: [attribute('value'), attribute('display')],
    }),
  ];
  const group = [
    attribute('displayName', { required: true, uniqueness: 'server' }),
    attribute('members', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', { mutability: 'immutable' }),
        attribute('display', { mutability: 'readOnly' }),
      ],
    }),
  ];
  return [
    { id: schemas.user, name: 'User', attributes: user },
    { id: schemas.group, name: 'Group', attributes: group },
  ].map((each) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    ...each,
    meta: { resourceType: 'Schema', location: `${serverUrl}${scimPath}/Schemas/${each.id}` },
  }));
}

function attribute(name: string, more: Resource = {}): Resource {
  return {
    name,
    type: 'string',
    multiValued: false,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...more,
  };
}
