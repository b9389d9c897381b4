import { readFileSync } from 'node:fs';
import path from 'node:path';

interface DescribedResponse {
  content?: Record<string, { examples?: Record<string, unknown> }>;
}

type Responses = Record<string, DescribedResponse | undefined>;

interface Route {
  pattern: RegExp;
  /** By method, in lower case. */
  responses: Record<string, Responses>;
}

let known: Route[] | undefined;

/** From the document that the server answers with; addresses without parameters first. */
function routes(): Route[] {
  if (known) return known;
  const file = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'openapi.json');
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as {
    paths: Record<string, Record<string, { responses: Responses }>>;
  };
  known = Object.entries(paths)
    .sort(([one], [other]) => one.split('{').length - other.split('{').length)
    .map(([template, methods]) => ({
      pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{[^}]*\}/g, '[^/]+')}$`),
      responses: Object.fromEntries(Object.entries(methods).map(([method, { responses }]) => [method, responses])),
    }));
  return known;
}

/**
 * Every answer of a test is held against the OpenAPI document: a program that goes by it must know each code that can come.
 *
 * @param address path and query; one that the document does not have is passed over
 * @throws Error when the document does not name the code for the operation and the status
 */
export function checkDocumented(
  method: string,
  address: string,
  { status, code }: { status: number; code: string },
): void {
  const place = address.split('?')[0] ?? '';
  const responses = routes().find(({ pattern }) => pattern.test(place))?.responses[method.toLowerCase()];
  const content = responses && (responses[status] ?? responses.default)?.content;
  if (!content) return;
  const codes = Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples));
  if (codes.includes(code)) return;
  throw new Error(
    `${method} ${place} answered ${status} "${code}", which the OpenAPI document does not say. Run "npm run docs"; if that finds ` +
      'no way to it, see scripts/errors-manual.',
  );
}
