import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A group that an identity provider keeps up to date. What it gives, the provider's rules say. */
@Entity('scim_group')
@Index('scim_group_name', { synchronize: false })
export class ScimGroup {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('identity_provider', { name: 'scim_group_provider_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'provider_id', type: 'bigint' })
  providerId!: number;

  /** Unique at the provider, without case. */
  @Column({ name: 'display_name', type: 'text' })
  displayName!: string;

  @Column({ name: 'external_id', type: 'text', nullable: true })
  externalId!: string | null;

  /** Counts changes, for `ETag`. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
