import { InvalidRequestError } from '../http/validation/validation.js';
import { holdsCertificates } from '../network/certificates.js';
import { type ProviderFields } from './dto/identity-provider.js';
import { type ProviderKind, providerKinds } from './identity-provider.entity.js';
import { checkMetadata } from './openid/provider-metadata.js';
import { type SamlSettings } from './saml/saml-settings.js';
import { SingleSignOnError } from './single-sign-on/single-sign-on.errors.js';

/** How a directory is reached and searched. An empty text: not set. */
export interface LdapSettings {
  /** Addresses, separated by blanks. */
  url: string;
  startTls: boolean;
  caCertificate: string;
  bindDn: string;
  userBase: string;
  userFilter: string;
  attributes: { email: string; firstName: string; lastName: string };
  groupBase: string;
  groupFilter: string;
}

/** How an OpenID provider is reached. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  /** Separated by blanks. */
  scopes: string;
  groupsClaim: string;
  caCertificate: string;
  /** The discovery document, for networks from which it cannot be fetched; may hold the keys as `jwks`. */
  metadata: string;
}

export type ProviderSettings = LdapSettings | OidcSettings | SamlSettings;
export type Secrets = Readonly<Record<string, string>>;

const ldapDefaults: LdapSettings = {
  ...{ url: '', startTls: false, caCertificate: '', bindDn: '', userBase: '' },
  userFilter: '(&(objectClass=person)(|(mail={user})(userPrincipalName={user})(sAMAccountName={user})(uid={user})))',
  attributes: { email: 'mail', firstName: 'givenName', lastName: 'sn' },
  ...{ groupBase: '', groupFilter: '(|(member={dn})(uniqueMember={dn}))' },
};

const oidcDefaults: OidcSettings = {
  ...{ issuer: '', clientId: '', scopes: 'openid email profile', groupsClaim: 'groups' },
  ...{ caCertificate: '', metadata: '' },
};

const samlDefaults: SamlSettings = {
  ...{ metadataUrl: '', metadata: '', caCertificate: '' },
  attributes: { email: '', firstName: '', lastName: '' },
  ...{ groupsAttribute: 'groups', allowIdpInitiated: false },
};

/** What a kind of provider needs. */
interface KindRules {
  defaults: ProviderSettings;
  /** Fields that must not be empty. */
  needed: readonly string[];
  /** Absent: an administrator enters none. */
  secret?: 'bindPassword' | 'clientSecret';
  /** Fields that say to whom the secret goes: for another one it has to be given again. */
  boundTo: readonly string[];
  check(settings: Record<string, unknown>): void | Promise<void>;
}

const kinds: Readonly<Record<ProviderKind, KindRules>> = {
  ldap: {
    defaults: ldapDefaults,
    needed: ['url', 'userBase', 'userFilter'],
    secret: 'bindPassword',
    boundTo: ['url', 'bindDn'],
    check: (settings) => checkLdap(settings as unknown as LdapSettings),
  },
  oidc: {
    defaults: oidcDefaults,
    needed: ['issuer', 'clientId'],
    secret: 'clientSecret',
    boundTo: ['issuer', 'clientId', 'metadata'],
    check: (settings) => checkOidc(settings as unknown as OidcSettings),
  },
  saml: {
    defaults: samlDefaults,
    needed: [],
    boundTo: [],
    check: (settings) => checkSaml(settings as unknown as SamlSettings),
  },
};

/** Fields that each kind has, and those of all kinds together. */
function fieldsOf(kind: ProviderKind): string[] {
  const { defaults, secret } = kinds[kind];
  return [...Object.keys(defaults), ...(secret ? [secret] : [])];
}
const ofKinds = new Set(providerKinds.flatMap(fieldsOf));

export function kindRulesOf(kind: ProviderKind): KindRules {
  return kinds[kind];
}

/**
 * The settings of a provider after a change.
 *
 * @throws InvalidRequestError
 */
export async function changedSettings(
  kind: ProviderKind,
  before: Record<string, unknown> | undefined,
  change: ProviderFields,
): Promise<Record<string, unknown>> {
  const rules = kindRulesOf(kind);
  const given = Object.entries(change).filter(([field, value]) => ofKinds.has(field) && value !== undefined);
  const foreign = given.find(([field]) => !fieldsOf(kind).includes(field));
  if (foreign) refuse(foreign[0], `${foreign[0]} is not a field of the kind ${kind}`, 'kind');
  const settings: Record<string, unknown> = { ...rules.defaults, ...before };
  for (const [field, value] of given)
    if (field !== rules.secret) settings[field] = valueOf(rules.defaults, field, value);
  for (const field of rules.needed) if (!settings[field]) refuse(field, `${field} is missing`, 'isMissing');
  await rules.check(settings);
  return settings;
}

/** Attributes that are not named keep their usual names. */
function valueOf(defaults: ProviderSettings, field: string, value: unknown): unknown {
  const usual = (defaults as unknown as Record<string, unknown>)[field];
  return value instanceof Object ? { ...(usual as object), ...withoutEmpty(value) } : value;
}

function withoutEmpty(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value));
}

/** The addresses of a directory's servers, in the order in which they are tried. */
export function serversOf({ url }: Pick<LdapSettings, 'url'>): string[] {
  return url.split(/\s+/).filter(Boolean);
}

/** What is accepted and should be changed. */
export function warningsAbout(kind: ProviderKind, settings: Record<string, unknown>): string[] {
  const { url, startTls, issuer, metadataUrl, metadata } = settings as Partial<
    LdapSettings & OidcSettings & SamlSettings
  >;
  if (kind === 'ldap' && !startTls && serversOf({ url: url ?? '' }).some((each) => /^ldap:/i.test(each))) {
    return ['Passwords travel unencrypted to ldap:// addresses. Use ldaps://, or turn on StartTLS.'];
  }
  if (kind === 'oidc' && issuer?.startsWith('http:')) {
    return ['The issuer is reached without encryption (http://). Use https:// in production.'];
  }
  if (kind === 'saml' && metadataUrl?.startsWith('http:') && !metadata) {
    return [
      'The metadata is fetched without encryption (http://): anyone in between could change its keys. Use https://.',
    ];
  }
  return [];
}

async function checkLdap(settings: LdapSettings): Promise<void> {
  const servers = serversOf(settings);
  if (servers.length === 0) refuse('url', 'url is missing', 'isMissing');
  if (servers.length > 10) refuse('url', 'url can name at most 10 servers', 'servers');
  for (const each of servers) {
    if (!isServer(each))
      refuse('url', 'url must be addresses such as ldaps://dc1.example.com, separated by blanks', 'ldap-url');
  }
  checkCertificates(settings);
  await checkFilter('userFilter', settings.userFilter, ['{user}']);
  if (settings.groupBase) await checkFilter('groupFilter', settings.groupFilter, ['{dn}', '{user}']);
  for (const [name, attribute] of Object.entries(settings.attributes)) {
    if (!/^[A-Za-z][\w.;-]*$/.test(attribute)) {
      refuse(`attributes.${name}`, `attributes.${name} must be the name of an attribute, such as mail`, 'attribute');
    }
  }
}

function checkCertificates({ caCertificate }: { caCertificate: string }): void {
  if (caCertificate.trim() && !holdsCertificates(caCertificate)) {
    refuse('caCertificate', 'caCertificate must hold certificates in PEM form', 'certificates');
  }
}

function isServer(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return !!url && /^ldaps?:$/.test(url.protocol) && !!url.hostname && /^\/?$/.test(url.pathname) && !/[@?#]/.test(text);
}

async function checkFilter(field: string, filter: string, placeholders: readonly string[]): Promise<void> {
  // Only where a directory is set up: most servers have none.
  const { isFilter } = await import('./ldap/search-filter.js');
  if (!placeholders.some((each) => filter.includes(each))) {
    refuse(field, `${field} must contain ${placeholders.join(' or ')}`, 'ldap-placeholder');
  }
  if (!isFilter(filter)) refuse(field, `${field} must be an LDAP filter such as (mail={user})`, 'ldap-filter');
}

function checkOidc(settings: OidcSettings): void {
  const { issuer, scopes, metadata } = settings;
  if (!isWebAddress(issuer) || new URL(issuer).search) {
    refuse('issuer', 'issuer must be an address that begins with https://', 'issuer');
  }
  if (!scopes.split(/\s+/).includes('openid')) refuse('scopes', 'scopes must contain openid', 'openid-scope');
  checkCertificates(settings);
  if (metadata.trim()) checkEntered(() => checkMetadata(settings), 'openid-metadata');
}

async function checkSaml({ metadataUrl, metadata, ...settings }: SamlSettings): Promise<void> {
  if (!metadataUrl && !metadata.trim()) refuse('metadataUrl', 'metadataUrl or metadata is missing', 'isMissing');
  if (metadataUrl && !isWebAddress(metadataUrl)) {
    refuse('metadataUrl', 'metadataUrl must be an address that begins with https://', 'web-address');
  }
  checkCertificates(settings);
  if (!metadata.trim()) return;
  const { readMetadata } = await import('./saml/provider-metadata.js');
  checkEntered(() => readMetadata(metadata), 'saml-metadata');
}

/** @throws InvalidRequestError when entered metadata cannot be read */
function checkEntered(read: () => unknown, rule: string): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof SingleSignOnError)) throw error;
    // The answer puts a full stop behind it.
    refuse('metadata', `metadata cannot be used: ${error.reason.replace(/\.$/, '')}`, rule);
  }
}

function isWebAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return !!url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash;
}

function refuse(field: string, message: string, rule: string): never {
  throw new InvalidRequestError([{ field, message, rule }]);
}
