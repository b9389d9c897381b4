import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A version of a plugin, of an organization or public. Its file is named by the hash of its content. */
@Entity('plugin')
@Check('plugin_kind_check', `kind IN ('custom-keywords', 'studio')`)
@Check('plugin_name_check', `name <> ''`)
@Check('plugin_packaging_check', `packaging IN ('jar', 'zip')`)
@Check('plugin_sha256_check', `sha256 ~ '^[0-9a-f]{64}$'`)
@Check('plugin_size_check', 'size > 0')
@Check('plugin_version_check', `version <> ''`)
@Index('plugin_content', ['sha256'])
@Index('plugin_version', { synchronize: false })
export class Plugin {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('organization', { name: 'plugin_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint', nullable: true })
  organizationId!: number | null;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  version!: string;

  @Column({ name: 'version_order', type: 'text', collation: 'C' })
  versionOrder!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  packaging!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'text', array: true })
  jars!: string[];

  @Column({ type: 'bigint' })
  size!: number;

  @Column({ type: 'text' })
  sha256!: string;

  @ForeignKey('user_account', { name: 'plugin_uploaded_by_fkey', onDelete: 'SET NULL' })
  @Column({ name: 'uploaded_by', type: 'bigint', nullable: true })
  uploadedBy!: number | null;

  @Column({ name: 'uploaded_at', type: 'timestamptz' })
  uploadedAt!: Date;
}
