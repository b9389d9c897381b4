import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ApiDocument } from '../../../scripts/code-samples/described-operation.js';
import { sampleRequest, type SampleRequest, type SampleValues } from '../../../scripts/code-samples/sample-request.js';

const file = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'openapi.json');

/** Samples that no server can be asked for alone, by the address of the route, with the reason. */
const unplayable: [RegExp, string][] = [
  [/^\w+ \/api\/v1\/setup\//, 'the server is set up'],
  [/^\w+ \/auth\/providers\//, 'a browser comes from a provider'],
  [/saml-keys/, 'it is for SAML providers alone'],
  [/passkey|^(POST|DELETE) .*(confirm|second-factor)/, 'an authenticator answers'],
  [/verify-email|reset-password$|invitations\/\{token\}|verification-mail/, 'a mail brings the token'],
  [/sign-out|^(PUT|DELETE|POST|PATCH) .*me\/(password|sessions|email)/, 'it ends what the player signs in with'],
  [/me\/notifications\/\{/, 'nothing needs action'],
  [/\/events$|\/health\/late$/, 'it does not end, or not soon'],
  [
    /^POST .*(server-backups|transfer|transfer-ownership|\{mailId\}\/retry|redeliver|test)$/,
    'it needs more than examples',
  ],
  [
    /^DELETE .*(users\/\{userId\}\/(api-keys|personal-data)|me\/leases|online-licenses|machines|me\/organizations)/,
    'it needs more than examples',
  ],
  [
    /^DELETE \/api\/v1\/(organizations\/\{organizationId\}|licenses\/\{licenseId\}|api-keys\/\{keyId\})$/,
    'others need it',
  ],
];

/** Of a route: its method, in capitals, and its path with placeholders. */
export function isPlayable(method: string, template: string): boolean {
  return !unplayable.some(([each]) => each.test(`${method} ${template}`));
}

/**
 * Plays the code samples of all routes on one server: what they create is what the next ones ask for. Creates first, then reads,
 * changes, and deletes.
 */
export class SamplePlayer {
  private readonly document = JSON.parse(readFileSync(file, 'utf8')) as ApiDocument;
  private readonly created = new Map<string, string | number>();

  /** @param known values of placeholders that are there from the beginning */
  constructor(private readonly known: SampleValues) {}

  /** The playable routes, in the order in which they are played; those that end something come last. */
  routes(): { method: string; template: string; isEnding: boolean }[] {
    const rank = { POST: 0, PUT: 0, GET: 1, PATCH: 2, DELETE: 3 };
    // A SCIM token comes from an identity provider.
    const depth = (template: string): number => template.split('/').length + (template.startsWith('/scim/') ? 10 : 0);
    return Object.entries(this.document.paths)
      .flatMap(([template, methods]) =>
        Object.keys(methods).map((method) => ({ method: method.toUpperCase() as keyof typeof rank, template })),
      )
      .filter(({ method, template }) => isPlayable(method, template))
      .map((route) => ({
        ...route,
        isEnding: route.method === 'DELETE' || /^POST .*\/(remove|revoke)$/.test(`${route.method} ${route.template}`),
      }))
      .sort(
        (a, b) =>
          (a.isEnding ? rank.DELETE : rank[a.method]) - (b.isEnding ? rank.DELETE : rank[b.method]) ||
          (a.isEnding ? -1 : 1) * (depth(a.template) - depth(b.template)) ||
          a.template.localeCompare(b.template),
      );
  }

  /** The request of a route, with the ids of what has been created. */
  request(method: string, template: string): SampleRequest {
    return sampleRequest(this.document, template, method.toLowerCase(), this.valuesFor(template));
  }

  /** Remembers the id of what a request has created. */
  remember(template: string, answer: unknown): void {
    const [first] = Array.isArray(answer) ? (answer as unknown[]) : [answer];
    const { id } = (first ?? {}) as { id?: string | number };
    if (id !== undefined) this.created.set(template, id);
  }

  private valuesFor(template: string): SampleValues {
    const placeholders = [...template.matchAll(/\/\{(\w+)\}/g)];
    return Object.fromEntries(
      placeholders.flatMap(({ 1: name = '', index }) => {
        const id = this.known[name] ?? this.created.get(template.slice(0, index));
        return id === undefined ? [] : [[name, id]];
      }),
    );
  }
}
