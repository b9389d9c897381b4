import { type ApiDocument, type Schema } from './described-operation.js';
import { fieldExamples } from './field-examples.js';
import { sampleBodies } from './sample-bodies.js';
import { type SampleRequest, sampleRequest } from './sample-request.js';

const uuid = '0b5e8f7c-6d0e-4e7a-8f64-2f5d1c0a9b3e';

/** Gives each body of a request and each field of an answer an example: bodies are those of the code samples, which tests send. */
export function addExamples(document: ApiDocument): void {
  for (const [template, methods] of Object.entries(document.paths)) {
    for (const [method, { requestBody }] of Object.entries(methods)) {
      const content = Object.entries(requestBody?.content ?? {}).find(([type]) => takesExample(type))?.[1];
      if (content) content.example = exampleOfBody(content.schema, sampleRequest(document, template, method));
    }
  }
  const requested = schemasOfRequests(document);
  for (const [name, { properties = {} }] of Object.entries(document.components.schemas)) {
    // The code samples take what has an example for what matters in a request.
    if (requested.has(name)) continue;
    for (const [field, schema] of Object.entries(properties)) addExample(schema, name, field);
  }
}

/** In place of a file, which the code samples send, the text of it may be sent. */
function exampleOfBody({ $ref = '' }: Schema, { body }: SampleRequest): unknown {
  if (body?.kind === 'json') return body.value;
  return body?.kind === 'form' ? body.fields : sampleBodies[$ref.split('/').pop() ?? ''];
}

/** Bodies of requests and fields of answers for which {@link addExamples} has none. */
export function fieldsWithoutExample({ paths, components }: ApiDocument): string[] {
  const bodies = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods)
      .filter(([, { requestBody }]) => requestBody && Object.keys(requestBody.content).some(takesExample))
      .filter(([, { requestBody }]) =>
        Object.values(requestBody?.content ?? {}).every(({ example }) => example === undefined),
      )
      .map(([method]) => `${method} ${template}`),
  );
  const requested = schemasOfRequests({ paths, components });
  const fields = Object.entries(components.schemas)
    .filter(([name]) => !requested.has(name))
    .flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).flatMap(([field, schema]) => (needsExample(schema) ? [`${name}.${field}`] : [])),
    );
  return [...bodies, ...fields];
}

/** Of a file there is none. */
function takesExample(mediaType: string): boolean {
  return mediaType.endsWith('json') || mediaType.endsWith('urlencoded');
}

function schemasOfRequests(document: ApiDocument): Set<string> {
  const found = new Set<string>();
  for (const { requestBody } of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    noteSchemas(requestBody, document, found);
  }
  return found;
}

function noteSchemas(part: unknown, document: ApiDocument, found: Set<string>): void {
  if (typeof part !== 'object' || part === null) return;
  const name = '$ref' in part && typeof part.$ref === 'string' ? part.$ref.split('/').pop() : undefined;
  if (name && !found.has(name)) {
    found.add(name);
    noteSchemas(document.components.schemas[name], document, found);
  }
  for (const inner of Object.values(part)) noteSchemas(inner, document, found);
}

function addExample(schema: Schema, name: string, field: string): void {
  if (!needsExample(schema)) return;
  const example = schema.format === 'uuid' ? uuid : (fieldExamples[`${name}.${field}`] ?? fieldExamples[field]);
  if (example !== undefined) schema.example = example;
}

/** Of times, choices, and what has a schema of its own, viewers make an example themselves. */
function needsExample(schema: Schema): boolean {
  const { example, examples, format, type, items = {} } = schema;
  if (example !== undefined || examples || format === 'date-time' || [type].flat().includes('boolean')) return false;
  return ![schema, items].some((each) =>
    ['enum', '$ref', 'allOf', 'anyOf', 'oneOf', 'const'].some((key) => key in each),
  );
}
