import { type JSONWebKeySet } from 'jose';
import { type ServerMetadata } from 'openid-client';
import { type BoundedRequest } from '../single-sign-on/bounded-fetch.js';
import { SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';
import { type OpenidSettings } from './openid-settings.js';

/** Signatures with a key of the provider's own. `none` proves nothing, and with `HS…` the client secret would be the key. */
export const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** What a provider says about itself, and its keys where they came along. */
export interface ProviderMetadata {
  server: ServerMetadata;
  /** From the entered metadata; undefined: they are at `jwks_uri`. */
  jwks: JSONWebKeySet | undefined;
}

export type Fetch = (address: string, request?: BoundedRequest) => Promise<Response>;

/** Where an issuer keeps its discovery document. */
export function discoveryAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** @throws SingleSignOnError */
export async function loadMetadata({ issuer, metadata }: OpenidSettings, fetch: Fetch): Promise<ProviderMetadata> {
  const document = metadata ? parse(metadata, 'The entered metadata') : await discovered(issuer, fetch);
  return checkedMetadata(document, issuer);
}

/** @throws SingleSignOnError when entered metadata cannot be used */
export function checkMetadata({ issuer, metadata }: { issuer: string; metadata: string }): void {
  checkedMetadata(parse(metadata, 'It'), issuer);
}

/** @throws SingleSignOnError */
function checkedMetadata(document: object, issuer: string): ProviderMetadata {
  const { jwks, ...server } = document as Partial<ServerMetadata> & { jwks?: JSONWebKeySet };
  // Issuers differ in whether they end with a slash, and people do not see it.
  if (typeof server.issuer !== 'string' || withoutSlash(server.issuer) !== withoutSlash(issuer)) {
    throw misconfigured(`The metadata is of the issuer ${JSON.stringify(server.issuer)}, not of ${issuer}.`);
  }
  checkAddresses(server as ServerMetadata, issuer, Array.isArray(jwks?.keys));
  const algorithms = server.id_token_signing_alg_values_supported;
  const accepted = Array.isArray(algorithms)
    ? algorithms.filter((each) => typeof each === 'string' && signatureAlgorithms.includes(each))
    : ['RS256'];
  if (accepted.length === 0) throw misconfigured('The provider offers no signature that this server accepts.');
  return {
    server: { ...(server as ServerMetadata), id_token_signing_alg_values_supported: accepted },
    jwks: Array.isArray(jwks?.keys) ? jwks : undefined,
  };
}

async function discovered(issuer: string, fetch: Fetch): Promise<object> {
  const address = discoveryAddress(issuer);
  const response = await fetch(address);
  if (response.status !== 200) throw misconfigured(`${address} answered with status ${response.status}.`);
  return parse(await response.text(), address);
}

function parse(text: string, what: string): object {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = undefined;
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw misconfigured(`${what} is not a JSON object.`);
  }
  return document;
}

/** With an encrypted issuer, all that follows is encrypted. */
function checkAddresses(server: ServerMetadata, issuer: string, hasKeys: boolean): void {
  const needed = ['authorization_endpoint', 'token_endpoint', ...(hasKeys ? [] : ['jwks_uri'])];
  const optional = ['userinfo_endpoint', 'end_session_endpoint'];
  for (const name of [...needed, ...optional]) {
    const value = server[name];
    if (value === undefined && !needed.includes(name)) continue;
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
    if (url?.protocol === 'https:' || (url?.protocol === 'http:' && issuer.startsWith('http:'))) continue;
    throw misconfigured(`The metadata has no usable ${name}: ${JSON.stringify(value)}.`);
  }
}

function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

function misconfigured(reason: string): SingleSignOnError {
  return new SingleSignOnError('provider-misconfigured', reason);
}
