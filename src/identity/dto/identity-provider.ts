import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsString, Matches, MaxLength } from 'class-validator';
import { type AssignableRole, assignableRoles } from '../../access/role.js';
import { OneGroupOf } from '../../http/validation/field-groups.js';
import { Choice, Flag, IdField, Optional, Text, Verbatim, VersionField } from '../../http/validation/fields.js';
import { Nested, NestedList } from '../../http/validation/nested.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { asRead } from '../../text/invisible.js';
import { type ProviderKind, providerKinds, type Provisioning, provisionings } from '../identity-provider.entity.js';

/** Groups that a provider can have here. */
export const maxGroups = 500;

/** What a group gives: a role in an organization, with a team or without; or the whole server. */
@OneGroupOf({ organizationId: 'given' }, { root: { is: true } })
export class GroupRule {
  @Text({
    max: 1000,
    example: 'testers',
    description:
      'The name of the group at the provider, without case. Of a directory: its `cn`, or its whole DN, which it must be where the `cn` has an equals sign.',
  })
  group!: string;

  @IdField({ optional: true, description: 'Its people are members of this organization.' })
  organizationId?: number;

  @Choice(assignableRoles, {
    optional: true,
    example: 'USER',
    description: 'Their role in the organization; `USER` when absent. The owner changes by transfer alone.',
  })
  role?: AssignableRole;

  @IdField({ optional: true, description: 'They are in this team of the organization, too.' })
  teamId?: number;

  @Flag({ optional: true, description: 'They administer the server; then without an organization.' })
  root?: boolean;
}

/** The names of attributes of a person: in a directory, or in what a SAML provider says. */
export class PersonAttributes {
  @Text({ max: 300, min: 0, optional: true, example: 'mail' })
  email?: string;

  @Text({ max: 300, min: 0, optional: true, example: 'givenName' })
  firstName?: string;

  @Text({ max: 300, min: 0, optional: true, example: 'sn' })
  lastName?: string;
}

/** What can be set of a provider. The fields of another kind are refused. */
export class ProviderFields {
  @Flag({ optional: true, description: 'Whether people can sign in with it.' })
  enabled?: boolean;

  @Choice(provisionings, {
    optional: true,
    description: '`create`: people get an account at their first sign-in; `existing`: only existing accounts sign in.',
  })
  provisioning?: Provisioning;

  @ApiPropertyOptional({
    type: [String],
    example: ['example.com'],
    description:
      'Domains of the addresses that the provider vouches for. Empty, of a directory: of all addresses. A SAML provider needs one.',
  })
  @Optional()
  @Transform(({ value }: { value: unknown }) =>
    Array.isArray(value)
      ? value.map((each: unknown) => (typeof each === 'string' ? asRead(each).replace(/^@/, '').toLowerCase() : each))
      : value,
  )
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(253, { each: true })
  @Matches(/^[^\s@,;]+$/u, { each: true, message: 'domains must be domain names, such as example.com' })
  domains?: string[];

  @ApiPropertyOptional({ type: [GroupRule] })
  @Optional()
  @ArrayMaxSize(maxGroups)
  @NestedList(() => GroupRule)
  groups?: GroupRule[];

  @Text({
    max: 2000,
    optional: true,
    example: 'ldaps://dc1.example.com ldaps://dc2.example.com',
    description: 'ldap: addresses of the servers, separated by blanks; the next one is used when one is away.',
  })
  url?: string;

  @Flag({ optional: true, description: 'ldap: encrypt connections to `ldap://` addresses with StartTLS.' })
  startTls?: boolean;

  @Verbatim({ max: 100_000, min: 0, optional: true, description: 'Certificates of a private authority, in PEM.' })
  caCertificate?: string;

  @Text({ max: 1000, min: 0, optional: true, example: 'cn=license-server,ou=services,dc=example,dc=com' })
  bindDn?: string;

  @Verbatim({
    max: 1000,
    min: 0,
    optional: true,
    description: 'Never shown again. Absent: the one that is stored stays, as long as url and bindDn stay.',
  })
  bindPassword?: string;

  @Text({ max: 1000, optional: true, example: 'ou=people,dc=example,dc=com' })
  userBase?: string;

  @Text({
    max: 2000,
    optional: true,
    example: '(&(objectClass=person)(mail={user}))',
    description: 'ldap: finds a person; `{user}` is what was typed, escaped.',
  })
  userFilter?: string;

  @ApiPropertyOptional({ type: PersonAttributes })
  @Optional()
  @Nested(() => PersonAttributes)
  attributes?: PersonAttributes;

  @Text({ max: 1000, min: 0, optional: true, example: 'ou=groups,dc=example,dc=com' })
  groupBase?: string;

  @Text({
    max: 2000,
    min: 0,
    optional: true,
    example: '(member={dn})',
    description:
      'ldap: finds the groups of a person; `{dn}` is the DN of the person, `{user}` what was typed, escaped.',
  })
  groupFilter?: string;

  @Text({ max: 2000, optional: true, example: 'https://login.example.com/realms/company' })
  issuer?: string;

  @Text({ max: 500, optional: true, description: 'oidc: the id of this server at the provider.' })
  clientId?: string;

  @Verbatim({
    max: 10_000,
    min: 0,
    optional: true,
    description:
      'Or a private key in PEM form (`private_key_jwt`). Never shown again. Absent: the one that is stored stays, as long as issuer, clientId and metadata stay.',
  })
  clientSecret?: string;

  @Text({
    max: 1000,
    min: 0,
    optional: true,
    example: 'openid email profile',
    description: 'oidc: separated by blanks.',
  })
  scopes?: string;

  @Text({
    max: 200,
    min: 0,
    optional: true,
    example: 'groups',
    description: 'oidc: the claim that lists the groups. Empty: the provider does not decide about roles.',
  })
  groupsClaim?: string;

  @Verbatim({
    max: 150_000,
    min: 0,
    optional: true,
    description:
      'oidc: the discovery document as JSON, for networks from which it cannot be fetched; may hold the keys as `jwks`. saml: the metadata as XML, for the same networks.',
  })
  metadata?: string;

  @Text({
    max: 2000,
    min: 0,
    optional: true,
    example: 'https://login.example.com/federationmetadata.xml',
    description: 'saml: where the provider publishes its metadata. It is read again every hour.',
  })
  metadataUrl?: string;

  @Text({
    max: 300,
    min: 0,
    optional: true,
    example: 'groups',
    description: 'saml: the attribute that lists the groups. Empty: the provider does not decide about roles.',
  })
  groupsAttribute?: string;

  @Flag({
    optional: true,
    description: 'saml: accept sign-ins that begin at the provider, which no request of this server has asked for.',
  })
  allowIdpInitiated?: boolean;
}

@OneGroupOf(
  { kind: { is: 'ldap' }, url: 'given', userBase: 'given' },
  { kind: { is: 'oidc' }, issuer: 'given', clientId: 'given' },
  { kind: { is: 'saml' }, domains: 'filled', metadataUrl: 'filled' },
  { kind: { is: 'saml' }, domains: 'filled', metadata: 'filled' },
)
export class NewIdentityProvider extends ProviderFields {
  @Choice(providerKinds, { example: 'ldap' })
  kind!: ProviderKind;

  @Text({ max: 100, example: 'Active Directory', description: 'What people see on the sign-in page.' })
  name!: string;
}

/** What is absent stays; an empty text removes what is stored. */
export class IdentityProviderChange extends ProviderFields {
  @Choice(providerKinds, { optional: true, description: 'It cannot change.' })
  kind?: ProviderKind;

  @Text({ max: 100, optional: true })
  name?: string;

  @VersionField()
  version?: number;
}

export class GroupRuleView {
  @ApiProperty()
  group!: string;

  @ApiPropertyOptional()
  organizationId?: number;

  @ApiPropertyOptional({ enum: [...assignableRoles] })
  role?: AssignableRole;

  @ApiPropertyOptional()
  teamId?: number;

  @ApiPropertyOptional({ description: 'True, or absent.' })
  root?: boolean;
}

export class SyncOutcomeView {
  @ApiProperty({ description: 'People of the directory that have an account here.' })
  linked!: number;

  @ApiProperty({
    description: 'Of them, those that lost what they had because the directory has disabled or removed them.',
  })
  removed!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Why no account was changed; null: it was completed.' })
  problem!: string | null;
}

/** A provider, with the fields of its kind; secrets are never shown. */
export class IdentityProviderView {
  @ApiProperty()
  id!: number;

  @ApiProperty({ enum: [...providerKinds] })
  kind!: ProviderKind;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({ enum: [...provisionings] })
  provisioning!: Provisioning;

  @ApiProperty({ type: [String] })
  domains!: string[];

  @ApiProperty({ type: [GroupRuleView] })
  groups!: GroupRuleView[];

  @ApiProperty({ description: 'Accounts that are linked to the provider.' })
  accounts!: number;

  @ApiProperty({ type: [String], description: 'What is accepted and should be changed, for people to read.' })
  warnings!: string[];

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty()
  updatedAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'When a directory was last compared with the accounts.' })
  lastSyncAt!: Date | null;

  @ApiProperty({ type: SyncOutcomeView, nullable: true })
  lastSync!: SyncOutcomeView | null;

  @ApiProperty({ description: 'A change may send it.' })
  version!: number;

  @ApiPropertyOptional()
  url?: string;

  @ApiPropertyOptional()
  startTls?: boolean;

  @ApiPropertyOptional()
  caCertificate?: string;

  @ApiPropertyOptional()
  bindDn?: string;

  @ApiPropertyOptional({ description: 'Whether a password is stored; it is never shown.' })
  hasBindPassword?: boolean;

  @ApiPropertyOptional()
  userBase?: string;

  @ApiPropertyOptional()
  userFilter?: string;

  @ApiPropertyOptional({ type: PersonAttributes })
  attributes?: PersonAttributes;

  @ApiPropertyOptional()
  groupBase?: string;

  @ApiPropertyOptional()
  groupFilter?: string;

  @ApiPropertyOptional()
  issuer?: string;

  @ApiPropertyOptional()
  clientId?: string;

  @ApiPropertyOptional({ description: 'Whether a client secret is stored; it is never shown.' })
  hasClientSecret?: boolean;

  @ApiPropertyOptional()
  scopes?: string;

  @ApiPropertyOptional()
  groupsClaim?: string;

  @ApiPropertyOptional()
  metadata?: string;

  @ApiPropertyOptional()
  metadataUrl?: string;

  @ApiPropertyOptional()
  groupsAttribute?: string;

  @ApiPropertyOptional()
  allowIdpInitiated?: boolean;
}

export class IdentityProviderQuery extends SortedBy(PageQuery, 'id', 'name', 'kind') {}

export class IdentityProviderPage extends Page<IdentityProviderView> {
  @ApiProperty({ type: [IdentityProviderView] })
  declare content: IdentityProviderView[];
}
