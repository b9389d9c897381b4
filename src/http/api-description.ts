import { type INestApplication } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type Settings } from '../config/settings.js';
import { describeChecks } from './described-checks.js';
import { basePathOf } from './pages/base-path.js';
import { Problem } from './problem/problem.js';
import { routeArguments } from './route-arguments.js';
import { serverVersion } from './pages/server-package.js';

/** Swagger UI at /api, the OpenAPI document at /api-json. */
export function describeApi(app: NestFastifyApplication, settings: Settings): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('api', app as never, () => (document ??= apiDocument(app, settings)), {
    customSiteTitle: 'License server API',
    swaggerOptions: { persistAuthorization: false, tagsSorter: 'alpha' },
  });
}

/** The OpenAPI document; the console's types are made from it too. */
export function apiDocument(app: INestApplication, settings: Settings): OpenAPIObject {
  const prefix = basePathOf(settings.serverUrl);
  const config = new DocumentBuilder()
    .setTitle('License server')
    .setDescription(
      'Hands out seats of Katalon Studio Enterprise and Katalon Runtime Engine inside your network. ' +
        'Every refusal is a problem detail (RFC 9457) with a `message` for people and a `code` for programs. ' +
        'Authorize with an API key, with an access token, or by signing in.',
    )
    .setVersion(serverVersion)
    .addServer(prefix || '/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key or an access token.' }, 'bearer')
    .addOAuth2(
      {
        type: 'oauth2',
        description: 'E-mail and password. Client id and secret may be anything.',
        // Relative, for the page may be open under another name of this server than the Server URL.
        flows: { password: { tokenUrl: `${prefix}/oauth/token`, scopes: {} } },
      },
      'password',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A SCIM token of an identity provider.' }, 'scim')
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
  return withScopes(describeChecks(document, routeArguments(app)));
}

/** Says in words what `x-scope` says to programs, and `x-confirmation`. */
function withScopes(document: OpenAPIObject): OpenAPIObject {
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods) as Operation[])) {
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
  'x-scope'?: string[];
  'x-confirmation'?: boolean;
}
