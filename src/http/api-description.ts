import { type INestApplication } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Settings } from '../config/settings.js';
import { describeChecks } from './validation/described-checks.js';
import { describeListsAsCsv } from './csv/lists-as-csv.js';
import { basePathOf } from './pages/base-path.js';
import { Problem } from './problem/problem.js';
import { routeArguments } from './validation/route-arguments.js';
import { packageFolder, serverVersion } from './pages/server-package.js';

const tokenPath = '/oauth/token';

/** Where the build puts the document: describing all routes takes a second of a core, for which everybody else would wait. */
const file = path.join(packageFolder, 'dist', 'openapi.json');

/**
 * Swagger UI at /api, the OpenAPI document at /api-json.
 *
 * @returns what reads the document, once
 */
export function describeApi(app: NestFastifyApplication, settings: Settings): () => OpenAPIObject {
  let document: OpenAPIObject | undefined;
  const read = (): OpenAPIObject => (document ??= documentAt(basePathOf(settings.serverUrl)));
  SwaggerModule.setup('api', app as never, read, {
    customSiteTitle: 'License server API',
    swaggerOptions: { persistAuthorization: false, tagsSorter: 'alpha' },
  });
  return read;
}

/** The document of a server whose addresses begin with a path. */
function documentAt(prefix: string): OpenAPIObject {
  const document = JSON.parse(readFileSync(file, 'utf8')) as OpenAPIObject;
  const { password } = document.components?.securitySchemes ?? {};
  const flow = password && 'flows' in password ? password.flows?.password : undefined;
  // Relative, for the page may be open under another name of this server than the Server URL.
  if (flow) flow.tokenUrl = `${prefix}${tokenPath}`;
  return { ...document, servers: [{ url: prefix || '/' }] };
}

/** The OpenAPI document, made from the routes; the console's types are made from it too. */
export function apiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('License server')
    .setDescription(
      'Hands out seats of Katalon Studio Enterprise and Katalon Runtime Engine inside your network. ' +
        'Every refusal is a problem detail (RFC 9457) with a `message` for people and a `code` for programs. ' +
        'Authorize with an API key, with an access token, or by signing in.\n\n' +
        '[API reference](reference), with examples in curl, TypeScript, Python and Java · [Try requests](api) · ' +
        '[OpenAPI document](api-json)',
    )
    .setOpenAPIVersion('3.1.0')
    .setVersion(serverVersion)
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key or an access token.' }, 'bearer')
    .addOAuth2(
      {
        type: 'oauth2',
        description: 'E-mail and password. Client id and secret may be anything.',
        flows: { password: { tokenUrl: tokenPath, scopes: {} } },
      },
      'password',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A SCIM token of an identity provider.' }, 'scim')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'A pair of client id and secret.' }, 'basic')
    .addCookieAuth('session', { type: 'apiKey', description: 'Set by signing in.' }, 'session')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Setup-Token' }, 'setup-token')
    .addGlobalResponse({
      status: 'default',
      description:
        'Any other refusal: a request that is not well-formed, too large or too early, or trouble in the server.',
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } },
    })
    .build();
  const document = SwaggerModule.createDocument(app as never, config, { deepScanRoutes: true });
  return describeListsAsCsv(
    withScopes(withScimRefusals(withOpenRoutes(describeChecks(document, routeArguments(app))))),
  );
}

/** SCIM has a form of its own for every refusal, but for those before the route is known: of headers that are too large. */
function withScimRefusals(document: OpenAPIObject): OpenAPIObject {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const { responses } of path.startsWith('/scim/') ? (Object.values(methods) as Operation[]) : []) {
      if (responses?.default && responses['401'])
        responses.default.content = { ...responses['401'].content, ...responses.default.content };
    }
  }
  return document;
}

/** Says of the routes that anybody may call that they are so on purpose. */
function withOpenRoutes(document: OpenAPIObject): OpenAPIObject {
  for (const operation of operationsOf(document)) operation.security ??= [];
  return document;
}

function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.values(document.paths).flatMap((methods) => Object.values(methods) as Operation[]);
}

/** Says in words what `x-scope` says to programs, and `x-confirmation`. */
function withScopes(document: OpenAPIObject): OpenAPIObject {
  for (const operation of operationsOf(document)) {
    const scopes = operation['x-scope'];
    if (!scopes) continue;
    const sentences = [
      scopes.length > 0
        ? `Scope of an API key: ${scopes.map((scope) => `\`${scope}\``).join(' or ')}.`
        : 'Not for API keys.',
      ...(operation['x-confirmation'] ? ['Asks browsers for a confirmation (`POST /api/v1/auth/confirm`).'] : []),
    ];
    operation.description = [operation.description, ...sentences].filter(Boolean).join(' ');
  }
  return document;
}

interface Operation {
  description?: string;
  security?: Record<string, string[]>[];
  responses?: Record<string, { content?: object }>;
  'x-scope'?: string[];
  'x-confirmation'?: boolean;
}
