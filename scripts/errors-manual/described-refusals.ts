import { type OpenAPIObject } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import { mayDo, type OrganizationPermission, roles } from '../../src/access/role.js';
import { type RouteRules } from '../../src/access/route-access.js';
import { type KnownCode } from './errors-manual.js';
import { type CodesByStatus, type RefusalFile } from './route-refusals.js';

interface Operation {
  operationId: string;
  parameters?: unknown[];
  requestBody?: unknown;
  responses: Record<string, Response>;
}

interface Response {
  description: string;
  content?: Record<string, { schema: object; examples?: Record<string, { $ref: string }> }>;
}

const problemType = 'application/problem+json';
const scimType = 'application/scim+json';

/** What can happen to any request, before its route is asked or in spite of it. */
const everywhere: CodesByStatus = {
  400: ['bad-request', 'https-required', 'invalid-url'],
  408: ['request-timeout'],
  414: ['uri-too-long'],
  417: ['expectation-failed'],
  431: ['headers-too-large'],
  500: ['internal-error'],
  503: ['database-unavailable', 'disk-full', 'setup-required', 'unavailable'],
  507: ['disk-full'],
};

/** What can happen to a request with a body, on top: also where none is described, for a body is read before its route is asked. */
const withBody: CodesByStatus = {
  400: ['invalid-json', 'invalid-request'],
  413: ['too-large'],
  415: ['unsupported-encoding', 'unsupported-media-type'],
};

/**
 * Names the codes of each refusal in the OpenAPI document: as examples of the response, each with what it means. SDKs must not take
 * them for all that there will ever be, so no schema closes the list.
 *
 * @param rules of each operation, by its id
 */
export function describeRefusals(
  document: OpenAPIObject,
  rules: ReadonlyMap<string, RouteRules>,
  { codes, routes }: RefusalFile,
): OpenAPIObject {
  const examples = new Examples(codes);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods) as unknown as [string, Operation][]) {
      // What a decorator says of several operations or responses is one object until here.
      operation.responses = JSON.parse(JSON.stringify(operation.responses)) as Operation['responses'];
      const id = operation.operationId.replace(/\[\d+\]$/, '');
      const own = merged(routes[id] ?? {}, byStatus(codesOfAccess(rules.get(id)), codes), codesOfRequest(operation));
      const isScim = path.startsWith('/scim/');
      const common = merged(
        everywhere,
        method === 'get' ? {} : withBody,
        method === 'get' || isScim ? {} : { 403: ['cross-site-request'] },
      );
      describe(operation, { own: chosen(own, operation), common }, isScim ? scimType : problemType, examples);
    }
  }
  document.components = { ...document.components, examples: examples.all() };
  return document;
}

/** A code with several statuses has here those that the route declares, if it declares any of them. */
function chosen(own: CodesByStatus, { responses }: Operation): CodesByStatus {
  const declared = (code: string): string[] =>
    Object.keys(own).filter((status) => own[status]?.includes(code) && responses[status]);
  return Object.fromEntries(
    Object.entries(own).map(([status, codes]) => [
      status,
      codes.filter((code) => declared(code).length === 0 || responses[status]),
    ]),
  );
}

function describe(
  { responses }: Operation,
  { own, common }: { own: CodesByStatus; common: CodesByStatus },
  type: string,
  examples: Examples,
): void {
  for (const [status, codes] of Object.entries(own)) {
    if (codes.length === 0 || responses[status]) continue;
    responses[status] = { description: codes.map((code) => examples.sentence(code)).join(' '), ...emptyAnswer(type) };
  }
  const { default: other, ...declared } = responses;
  for (const [status, response] of Object.entries(declared)) {
    const content = response.content?.[type];
    if (!/^[45]/.test(status) || !content) continue;
    const named = own[status] ?? [];
    content.examples = examples.of([...named, ...(common[status] ?? [])], status, type);
    const unsaid = named.filter((code) => !response.description.includes(`\`${code}\``));
    if (unsaid.length > 0)
      response.description += ` ${unsaid.length > 1 ? 'Codes' : 'Code'}: ${unsaid.map((code) => `\`${code}\``).join(', ')}.`;
  }
  if (!other) return;
  const rest = new Map<string, string>();
  for (const [status, codes] of Object.entries(common))
    for (const code of declared[status] ? [] : codes) if (!rest.has(code)) rest.set(code, status);
  for (const [answerType, content] of Object.entries(other.content ?? {})) {
    const all = [...rest].map(([code, status]) => examples.of([code], status, answerType));
    content.examples = Object.fromEntries(all.flatMap((each) => Object.entries(each)));
  }
}

function emptyAnswer(type: string): Pick<Response, 'content'> {
  const schema = type === scimType ? 'ScimProblem' : 'Problem';
  return { content: { [type]: { schema: { $ref: `#/components/schemas/${schema}` } } } };
}

/** What the guards of all routes refuse. */
function codesOfAccess(rules: RouteRules | undefined): string[] {
  const { access, scopes = [], confirmation, withoutSecondFactor, withoutLeaseTokens } = rules ?? {};
  if (!access || access.kind === 'public') return [];
  const isOfOrganization = access.kind === 'organization';
  const needsRole =
    isOfOrganization && !roles.every((role) => mayDo(role, access.permission as OrganizationPermission));
  return [
    'not-signed-in',
    scopes.length > 0 ? 'scope-missing' : 'person-required',
    ...(withoutSecondFactor ? [] : ['second-factor-required']),
    ...(access.kind === 'root' || needsRole || withoutLeaseTokens ? ['forbidden'] : []),
    ...(isOfOrganization ? ['not-found'] : []),
    ...(confirmation ? ['confirmation-required'] : []),
  ];
}

/** What the checks of parameters and bodies refuse. */
function codesOfRequest({ parameters = [], requestBody }: Operation): CodesByStatus {
  return parameters.length > 0 || requestBody !== undefined ? { 400: ['invalid-request'] } : {};
}

function byStatus(own: readonly string[], codes: RefusalFile['codes']): CodesByStatus {
  return merged(
    ...own.map((code) => Object.fromEntries((codes[code]?.statuses ?? []).map((status) => [status, [code]]))),
  );
}

function merged(...all: CodesByStatus[]): CodesByStatus {
  const sum: Record<string, string[]> = {};
  for (const [status, codes] of all.flatMap((each) => Object.entries(each)))
    sum[status] = [...new Set([...(sum[status] ?? []), ...codes])].sort();
  return sum;
}

/** The examples that the responses refer to: each stands in the document once. */
class Examples {
  private readonly used = new Map<string, object>();

  constructor(private readonly codes: RefusalFile['codes']) {}

  /** What a response without words of its own says of a code. */
  sentence(code: string): string {
    return `\`${code}\`: ${this.known(code).meaning}`;
  }

  of(codes: readonly string[], status: string, type: string): Record<string, { $ref: string }> {
    return Object.fromEntries(
      codes.map((code) => {
        const name = [code, status, ...(type === scimType ? ['scim'] : [])].join('.');
        const value = type === scimType ? this.scimProblem(code, status) : this.problem(code, Number(status));
        this.used.set(name, { summary: this.known(code).meaning, value });
        return [code, { $ref: `#/components/examples/${name}` }];
      }),
    );
  }

  all(): Record<string, object> {
    return Object.fromEntries(this.used);
  }

  private problem(code: string, status: number): object {
    const { message, meaning } = this.known(code);
    const said = message ?? meaning;
    return {
      type: 'about:blank',
      title: STATUS_CODES[status] ?? '',
      status,
      code,
      detail: said,
      message: said,
      requestId: '4f8c3a52-1f0e-4d0b-9a57-1c1f6f1f7d11',
    };
  }

  /** RFC 7644, 3.12. */
  private scimProblem(code: string, status: string): object {
    const { message, meaning } = this.known(code);
    const said = message ?? meaning;
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
    return { schemas, status, detail: said, code, message: said };
  }

  private known(code: string): KnownCode {
    const known = this.codes[code];
    if (!known) throw new Error(`Nothing is known of the code ${code}: npm run docs`);
    return known;
  }
}
