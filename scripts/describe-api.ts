import 'reflect-metadata';
import { DiscoveryService, MetadataScanner, ModulesContainer, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { AccessDeclarations } from '../src/access/access-declarations.js';
import { RouteAccess } from '../src/access/route-access.js';
import { AppModule } from '../src/app.module.js';
import { readSettings } from '../src/config/settings.js';
import { apiDocument } from '../src/http/api-description.js';
import { type ApiDocument } from './code-samples/described-operation.js';
import { addExamples } from './code-samples/described-examples.js';
import { packageFolder } from '../src/http/pages/server-package.js';
import { describeRefusals } from './errors-manual/described-refusals.js';
import { type RefusalFile } from './errors-manual/route-refusals.js';

/** Writes the OpenAPI document to the file that is given; nothing is started for it, no database and no server. */
const [file = 'openapi.json'] = process.argv.slice(2);
const settings = readSettings({});
const module = AppModule.with(settings, '', pino({ enabled: false }));
const app = await NestFactory.create(module, new FastifyAdapter({ skipMiddie: true }), {
  preview: true,
  logger: false,
});
// Nest's preview makes no providers.
const discovery = new DiscoveryService(app.get(ModulesContainer));
const declarations = new AccessDeclarations(discovery, new MetadataScanner(), new RouteAccess(new Reflector()));
declarations.describe();
const refusals = JSON.parse(
  readFileSync(path.join(packageFolder, 'scripts', 'errors-manual', 'refusals.json'), 'utf8'),
) as RefusalFile;
const document = describeRefusals(apiDocument(app), declarations.byOperation(), refusals);
addExamples(document as unknown as ApiDocument);
writeFileSync(file, JSON.stringify(document));
await app.close();
