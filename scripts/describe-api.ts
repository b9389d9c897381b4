import 'reflect-metadata';
import { DiscoveryService, MetadataScanner, ModulesContainer, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { writeFileSync } from 'node:fs';
import { pino } from 'pino';
import { AccessDeclarations } from '../src/access/access-declarations.js';
import { RouteAccess } from '../src/access/route-access.js';
import { AppModule } from '../src/app.module.js';
import { readSettings } from '../src/config/settings.js';
import { apiDocument } from '../src/http/api-description.js';
import { type ApiDocument } from './code-samples/described-operation.js';
import { addExamples } from './code-samples/described-examples.js';

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
new AccessDeclarations(discovery, new MetadataScanner(), new RouteAccess(new Reflector())).describe();
const document = apiDocument(app);
addExamples(document as unknown as ApiDocument);
writeFileSync(file, JSON.stringify(document));
await app.close();
