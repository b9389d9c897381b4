import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { writeFileSync } from 'node:fs';
import { pino } from 'pino';
import { AppModule } from '../src/app.module.js';
import { readSettings } from '../src/config/settings.js';
import { apiDocument } from '../src/http/api-description.js';

/** Writes the OpenAPI document to the file that is given; nothing is started for it, no database and no server. */
const [file = 'openapi.json'] = process.argv.slice(2);
const settings = readSettings({});
const module = AppModule.with(settings, '', pino({ enabled: false }));
const app = await NestFactory.create(module, new FastifyAdapter({ skipMiddie: true }), {
  preview: true,
  logger: false,
});
writeFileSync(file, JSON.stringify(apiDocument(app, settings)));
await app.close();
