import { Check, Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export const providerKinds = ['ldap', 'oidc', 'saml'] as const;
export type ProviderKind = (typeof providerKinds)[number];

/** Whether a person without an account gets one at the first sign-in. */
export const provisionings = ['create', 'existing'] as const;
export type Provisioning = (typeof provisionings)[number];

/** What the last comparison with a directory has found. Numbers only: it names no people. */
export interface SyncOutcome {
  /** People of the directory that have an account here. */
  linked: number;
  /** Of them, those that were disabled or gone in the directory. */
  removed: number;
  /** Why no account was changed; null: the comparison was completed. */
  problem: string | null;
}

/** A directory or a single sign-on service that vouches for people. */
@Entity('identity_provider')
@Check('identity_provider_kind_check', `kind IN ('ldap', 'oidc', 'saml')`)
@Check('identity_provider_provisioning_check', `provisioning IN ('create', 'existing')`)
export class IdentityProvider {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column({ type: 'text' })
  kind!: ProviderKind;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  @Column({ type: 'text' })
  provisioning!: Provisioning;

  /** Domains of the addresses that it vouches for, in lower case. */
  @Column({ type: 'text', array: true, default: () => "'{}'" })
  domains!: string[];

  /** Of its kind, without secrets. */
  @Column({ type: 'jsonb' })
  settings!: Record<string, unknown>;

  /** Encrypted with the secret key: a JSON object of the secrets of its kind. */
  @Column({ name: 'secrets_sealed', type: 'bytea', nullable: true })
  secretsSealed!: Buffer | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  /** When its people were last compared with the accounts; null: never. */
  @Column({ name: 'last_sync_at', type: 'timestamptz', nullable: true })
  lastSyncAt!: Date | null;

  @Column({ name: 'last_sync', type: 'jsonb', nullable: true })
  lastSync!: SyncOutcome | null;
}
