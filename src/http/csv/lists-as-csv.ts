import { Injectable } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { attachment, byteOrderMark, csvLine, wantsCsv } from './csv.js';

/** The most entries that a page of a list may have. */
const pageSize = 500;

/**
 * @param request for the first page of the list, answered
 * @param rows entries of the list; null: they were not counted
 */
export type ListExportListener = (request: FastifyRequest, rows: number | null) => Promise<void>;

/** Where modules above hear of lists that are exported as CSV, before any of them is sent. */
@Injectable()
export class ListExportListeners {
  private readonly listeners: ListExportListener[] = [];

  add(listener: ListExportListener): void {
    this.listeners.push(listener);
  }

  async tell(request: FastifyRequest, rows: number | null): Promise<void> {
    for (const listener of this.listeners) await listener(request, rows);
  }
}

/** What the OpenAPI document says of a value. */
interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  allOf?: Schema[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Operation {
  description?: string;
  responses?: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** Where a cell's value is in an entry: `['user', 'email']`. */
type Column = readonly string[];

/** A list as it is written as CSV. */
interface List {
  columns: readonly Column[];
  /** Each page says how many entries there are on all of them. */
  isCounted: boolean;
}

/** A page of a list, or of one whose pages have cursors. */
interface ListPage {
  content: Record<string, unknown>[];
  totalElements: number | null;
  next?: string | null;
}

/**
 * Says of each list in the document that it is there as CSV, too. In words: with a second media type, generated clients would have to
 * tell text from entries at every list.
 */
export function describeListsAsCsv(document: OpenAPIObject): OpenAPIObject {
  for (const [route, { get }] of Object.entries(document.paths)) {
    const operation = get as Operation | undefined;
    if (!operation || !listOf(document, route)) continue;
    const sentence = 'With `Accept: text/csv` all entries as CSV, as filtered and sorted.';
    operation.description = [operation.description, sentence].filter(Boolean).join(' ');
  }
  return document;
}

/**
 * Answers `Accept: text/csv` on every list with all of its entries, as filtered and sorted; a column is named as in JSON, with a dot
 * within an object. Each page is asked for as JSON from this server itself, so who may read what is decided where it always is.
 *
 * @param document of the API
 * @param exports hear of each list before any of it is sent
 */
export function answerListsAsCsv(
  app: NestFastifyApplication,
  document: () => OpenAPIObject,
  exports: ListExportListeners,
): void {
  const fastify = app.getHttpAdapter().getInstance();
  // Requests of the server to itself. Only they have been through the guards, which say who is calling.
  const own = new WeakMap<object, FastifyRequest>();
  const ask = async (request: FastifyRequest, place: Record<string, string>): Promise<Answered> => {
    const url = new URL(request.originalUrl, 'http://here');
    url.searchParams.delete('page');
    for (const [name, value] of Object.entries({ size: String(pageSize), ...place })) url.searchParams.set(name, value);
    const headers = { ...request.headers, accept: 'application/json', 'x-request-id': request.id };
    delete headers['accept-encoding'];
    const remoteAddress = request.socket.remoteAddress ?? '';
    return fastify.inject({ method: 'GET', url: `${url.pathname}${url.search}`, headers, remoteAddress });
  };
  const tell = async (answered: Answered, rows: number | null): Promise<void> => {
    const request = own.get(answered.raw.req);
    if (!request) throw new Error('A page was answered that was not asked for');
    await exports.tell(request, rows);
  };
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    if (!(request.raw instanceof IncomingMessage)) own.set(request.raw, request);
    const wanted = request.method === 'GET' && wantsCsv(request.headers.accept);
    const list = wanted ? listOf(document(), describedRoute(request)) : undefined;
    if (!list) done();
    else
      void answer(reply, list, { ask: (place) => ask(request, place), tell }).catch(
        (error: unknown) => void reply.send(error),
      );
  });
}

/** The route of a request as the document writes it. */
function describedRoute({ routeOptions }: FastifyRequest): string {
  return routeOptions.url?.replaceAll(/:(\w+)/g, '{$1}') ?? '';
}

interface Answered {
  statusCode: number;
  headers: Record<string, string | string[] | number | undefined>;
  body: string;
  raw: { req: object };
}

/** The pages of a list, as this server answers them. */
interface ListPages {
  ask: (place: Record<string, string>) => Promise<Answered>;
  /** Tells of the export whose first page this is. */
  tell: (first: Answered, rows: number | null) => Promise<void>;
}

async function answer(reply: FastifyReply, { columns, isCounted }: List, { ask, tell }: ListPages): Promise<void> {
  // Where all entries are read, counting them first costs little.
  const first = await ask(isCounted ? {} : { count: 'true' });
  if (first.statusCode !== 200) {
    reply.status(first.statusCode);
    await reply.type(String(first.headers['content-type'])).send(first.body);
    return;
  }
  const page = JSON.parse(first.body) as ListPage;
  await tell(first, page.totalElements);
  const name = reply.request.routeOptions.url?.split('/').at(-1) ?? 'list';
  const { organizationId } = reply.request.params as { organizationId?: string };
  reply.header('content-disposition', attachment(`${[name, organizationId].filter(Boolean).join('_')}.csv`));
  await reply.type('text/csv; charset=utf-8').send(Readable.from(linesOf(columns, page, ask)));
}

/** @throws Error when a later page is refused: the answer breaks off, so that a part cannot pass for the whole list */
async function* linesOf(columns: readonly Column[], first: ListPage, ask: ListPages['ask']): AsyncGenerator<string> {
  yield byteOrderMark + csvLine(columns.map((column) => column.join('.')));
  let { content, next } = first;
  for (let page = 1; ; page++) {
    yield content.map((entry) => csvLine(columns.map((column) => cellOf(entry, column)))).join('');
    const hasCursor = next !== undefined;
    if (hasCursor ? next === null : content.length < pageSize) return;
    const answered = await ask(hasCursor ? { after: next ?? '', count: 'false' } : { page: String(page) });
    if (answered.statusCode !== 200) throw new Error(`Page ${page} of a list was refused: ${answered.statusCode}`);
    ({ content, next } = JSON.parse(answered.body) as ListPage);
  }
}

function cellOf(entry: unknown, [name, ...rest]: Column): string | number | null {
  const value = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>)[name ?? ''] : null;
  if (rest.length > 0) return cellOf(value, rest);
  if (Array.isArray(value)) return value.map((each) => textOf(each)).join('; ');
  return typeof value === 'number' ? value : textOf(value);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** @returns undefined: it is no list, or has a CSV of its own */
function listOf(document: OpenAPIObject, route: string): List | undefined {
  if (document.paths[`${route}.csv`]) return undefined;
  const operation = document.paths[route]?.get as Operation | undefined;
  const schema = resolve(document, operation?.responses?.['200']?.content?.['application/json']?.schema);
  const { content, totalElements, next } = schema?.properties ?? {};
  const entry = totalElements && resolve(document, content?.items);
  return entry?.properties && { columns: columnsIn(document, entry.properties), isCounted: !next };
}

function columnsIn(document: OpenAPIObject, properties: Record<string, Schema>): Column[] {
  return Object.entries(properties).flatMap(([name, schema]): Column[] => {
    // Files are passed on: a secret is in none.
    if (schema.format === 'password') return [];
    const within = resolve(document, schema)?.properties;
    return within ? columnsIn(document, within).map((column) => [name, ...column]) : [[name]];
  });
}

function resolve(document: OpenAPIObject, schema: Schema | undefined): Schema | undefined {
  const target = schema?.$ref ?? (schema?.allOf ?? schema?.anyOf)?.[0]?.$ref;
  const name = target?.split('/').at(-1);
  return name === undefined ? schema : (document.components?.schemas?.[name] as Schema | undefined);
}
