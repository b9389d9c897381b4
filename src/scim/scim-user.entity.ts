import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A person whom an identity provider keeps up to date. What the account has (address, names, whether it is disabled) is there. */
@Entity('scim_user')
@Index('scim_user_name', { synchronize: false })
@Index('scim_user_account', ['userId'], { unique: true })
@Index('scim_user_external_id', ['providerId', 'externalId'])
@Index('scim_user_grants_due', ['id'], { where: 'grants_due' })
export class ScimUser {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('identity_provider', { name: 'scim_user_provider_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'provider_id', type: 'bigint' })
  providerId!: number;

  @ForeignKey('user_account', { name: 'scim_user_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** Unique at the provider, without case. */
  @Column({ name: 'user_name', type: 'text' })
  userName!: string;

  @Column({ name: 'external_id', type: 'text', nullable: true })
  externalId!: string | null;

  /** Counts changes, for `ETag`. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  /** The groups have changed, and the roles not yet. */
  @Column({ name: 'grants_due', type: 'boolean', default: false })
  grantsDue!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
