import type { GroupRuleView, IdentityProviderView, NewIdentityProvider } from '../../generated/api';
import type { VersionedForm } from '../forms/use-versioned-form';

/** Kinds of providers that can be connected. */
export type Kind = 'oidc' | 'ldap' | 'saml';

const ownFields = {
  oidc: ['issuer', 'clientId', 'scopes', 'groupsClaim', 'caCertificate', 'metadata'],
  ldap: ['url', 'bindDn', 'userBase', 'userFilter', 'groupBase', 'groupFilter', 'caCertificate'],
  saml: ['metadataUrl', 'metadata', 'caCertificate', 'groupsAttribute'],
} as const;

type TextField = (typeof ownFields)[Kind][number];

/** What the form holds: fields of all kinds, of which one kind's are shown and sent. */
export interface ProviderValues extends Record<TextField, string> {
  name: string;
  enabled: boolean;
  provisioning: 'create' | 'existing';
  /** As they are typed: separated by blanks or commas. */
  domains: string;
  groups: GroupRuleView[];
  startTls: boolean;
  /** Of SAML; empty: those that most providers use. */
  attributes: { email: string; firstName: string; lastName: string };
  allowIdpInitiated: boolean;
  clientSecret: string;
  bindPassword: string;
}

/** A provider that is not connected yet. */
export type Draft = Pick<IdentityProviderView, 'kind'> & Partial<IdentityProviderView>;

export type ProviderFormState = VersionedForm<Draft, ProviderValues>;

/** What most people leave as it is. */
const usual: Partial<Record<TextField, string>> = {
  scopes: 'openid email profile',
  groupsClaim: 'groups',
  groupsAttribute: 'groups',
};

export function providerValuesOf(provider: Draft): ProviderValues {
  const text = (field: TextField): string => provider[field] ?? (provider.id === undefined ? usual[field] : '') ?? '';
  const fields = Object.values(ownFields)
    .flat()
    .map((field) => [field, text(field)]);
  const { email, firstName, lastName } = provider.attributes ?? {};
  return {
    ...(Object.fromEntries(fields) as Record<TextField, string>),
    name: provider.name ?? '',
    enabled: provider.enabled ?? true,
    provisioning: provider.provisioning ?? 'create',
    domains: (provider.domains ?? []).join(', '),
    groups: provider.groups ?? [],
    startTls: provider.startTls ?? false,
    attributes: { email: email ?? '', firstName: firstName ?? '', lastName: lastName ?? '' },
    allowIdpInitiated: provider.allowIdpInitiated ?? false,
    clientSecret: '',
    bindPassword: '',
  };
}

/** What is sent; a secret that was not typed stays as it is. What the kind needs and was left empty, the server names. */
export function bodyOf(kind: Kind, values: ProviderValues): Omit<NewIdentityProvider, 'kind'> {
  const { name, enabled, provisioning, domains, groups, startTls, clientSecret, bindPassword } = values;
  const { attributes, allowIdpInitiated } = values;
  const own = ownFields[kind]
    // The server knows filters that fit most directories.
    .filter((field) => values[field] !== '' || !field.endsWith('Filter'))
    .map((field) => [field, values[field]]);
  return {
    ...{ name, enabled, provisioning, groups },
    domains: domains.split(/[\s,;]+/).filter(Boolean),
    ...(Object.fromEntries(own) as Partial<Record<TextField, string>>),
    ...(kind === 'ldap' ? { startTls } : {}),
    ...(kind === 'saml' ? { attributes, allowIdpInitiated } : {}),
    ...(kind === 'oidc' && clientSecret !== '' ? { clientSecret } : {}),
    ...(kind === 'ldap' && bindPassword !== '' ? { bindPassword } : {}),
  } as Omit<NewIdentityProvider, 'kind'>;
}
