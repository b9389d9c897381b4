import { type ApiDocument, type Operation, type Parameter, type Schema } from './described-operation.js';
import { sampleBodies } from './sample-bodies.js';

/** A request that an operation takes, with a value for all that it needs. */
export interface SampleRequest {
  /** In capitals. */
  method: string;
  /** Such as `/api/v1/organizations/{organizationId}`. */
  template: string;
  path: Record<string, string | number>;
  query: Record<string, string | number>;
  credential?: Credential;
  body?: SampleBody;
  answer: Answer;
  /** Where a `file` is saved. */
  file: string;
}

/** Which environment variable holds what the request signs in with. */
export interface Credential {
  variable: string;
  header: 'Authorization' | 'X-Setup-Token';
}

export type SampleBody =
  { kind: 'json'; value: unknown } | { kind: 'form'; fields: Record<string, string> } | { kind: 'file'; file: string };

/** `events` never end; a `redirect` leads a browser on. */
export type Answer = 'json' | 'text' | 'file' | 'events' | 'redirect' | 'nothing';

export type SampleValues = Record<string, string | number>;

const uuid = '0b5e8f7c-6d0e-4e7a-8f64-2f5d1c0a9b3e';

/** What stands in the place of parameters that have no example of their own. */
const exampleValues: SampleValues = {
  arrival: 'ARRIVAL',
  feature: 'KSE',
  jobId: 'pipeline-4711',
  machineId: '0cc175b9c0f1b6a831c399e269772661',
  sessionId: 'run-1',
  token: 'TOKEN',
};

/** What files are called, by the end of their address. */
const files = [
  ['/archive', 'plugins.zip'],
  ['/download', 'plugin.jar'],
  ['/file', 'offline-license.lic'],
  ['/logo', 'logo.png'],
] as const;

/** What files that are sent are called, by the end of the address; others are licenses. */
const uploads = [
  ['/plugins', 'plugin.jar'],
  ['/logo', 'logo.png'],
] as const;

/** Ids of SCIM resources and schemas are texts. */
const exampleIds: SampleValues = {
  '/scim/v2/ResourceTypes/{id}': 'User',
  '/scim/v2/Schemas/{id}': 'urn:ietf:params:scim:schemas:core:2.0:User',
};

/**
 * @param method in lower case, as in the document
 * @param values of parameters of the path and the query, in place of the examples
 */
export function sampleRequest(
  document: ApiDocument,
  template: string,
  method: string,
  values: SampleValues = {},
): SampleRequest {
  const operation = document.paths[template]?.[method];
  if (!operation) throw new Error(`The document has no ${method} ${template}`);
  const of = (place: string): SampleValues =>
    Object.fromEntries(
      (operation.parameters ?? [])
        .filter((each) => each.in === place && (place === 'path' || each.required))
        .map((each) => [each.name, values[each.name] ?? exampleOf(each, template)]),
    );
  return {
    method: method.toUpperCase(),
    template,
    path: of('path'),
    query: of('query'),
    credential: credentialOf(operation),
    body: bodyOf(document, operation, `${method} ${template}`),
    answer: answerOf(operation),
    file: files.find(([end]) => template.endsWith(end))?.[1] ?? 'download',
  };
}

/** The path and the query of the address, with all values in them. */
export function addressOf({ template, path, query }: SampleRequest): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const parameters = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return parameters.size > 0 ? `${filled}?${parameters.toString()}` : filled;
}

function exampleOf({ name, example, schema }: Parameter, template: string): string | number {
  const given = example ?? schema?.example ?? schema?.examples?.[0] ?? exampleIds[template] ?? exampleValues[name];
  if (typeof given === 'string' || typeof given === 'number') return given;
  if (schema?.format === 'uuid') return uuid;
  return schema?.type === 'string' ? '1' : 1;
}

function credentialOf({ security = [], 'x-scope': scopes }: Operation): Credential | undefined {
  const schemes = new Set(security.flatMap((each) => Object.keys(each)));
  if (schemes.has('setup-token')) return { variable: 'LICENSE_SERVER_SETUP_TOKEN', header: 'X-Setup-Token' };
  if (schemes.has('scim')) return { variable: 'LICENSE_SERVER_SCIM_TOKEN', header: 'Authorization' };
  if (!schemes.has('bearer')) return undefined;
  const forPeople = scopes?.length === 0;
  return { variable: forPeople ? 'LICENSE_SERVER_ACCESS_TOKEN' : 'LICENSE_SERVER_API_KEY', header: 'Authorization' };
}

function bodyOf(document: ApiDocument, { requestBody }: Operation, name: string): SampleBody | undefined {
  if (!requestBody) return undefined;
  const types = Object.keys(requestBody.content);
  if (types.includes('multipart/form-data'))
    return { kind: 'file', file: uploads.find(([end]) => name.endsWith(end))?.[1] ?? 'company.lic' };
  const [type = ''] = types;
  const value = valueOf(document, requestBody.content[type]?.schema ?? {}, name);
  if (type !== 'application/x-www-form-urlencoded') return { kind: 'json', value };
  return { kind: 'form', fields: value as Record<string, string> };
}

/** An example written by hand, or of each field that is required or has an example. */
function valueOf(document: ApiDocument, schema: Schema, name: string): unknown {
  const type = schema.$ref?.split('/').pop();
  const written = sampleBodies[name] ?? (type && sampleBodies[type]);
  if (written !== undefined) return written;
  const { properties = {}, required = [] } = (type ? document.components.schemas[type] : undefined) ?? schema;
  const fields = Object.entries(properties).filter(
    ([field, { example, examples }]) => required.includes(field) || example !== undefined || examples !== undefined,
  );
  return Object.fromEntries(fields.map(([field, each]) => [field, fieldOf(field, each)]));
}

function fieldOf(field: string, { example, examples, enum: choices, format, type }: Schema): unknown {
  const given = example ?? examples?.[0] ?? choices?.[0] ?? exampleValues[field];
  if (given !== undefined) return given;
  if (format === 'uuid') return uuid;
  if (type === 'boolean') return true;
  return type === 'integer' ? 1 : field;
}

function answerOf({ responses }: Operation): Answer {
  const statuses = Object.keys(responses);
  const success = statuses.find((status) => status.startsWith('2') && responses[status]?.content);
  if (!success) return statuses.some((status) => status.startsWith('3')) ? 'redirect' : 'nothing';
  const [type = ''] = Object.keys(responses[success]?.content ?? {});
  if (type === 'text/event-stream') return 'events';
  if (type.endsWith('json')) return 'json';
  return type.startsWith('text/') || type.endsWith('xml') || type.includes('pem') ? 'text' : 'file';
}
