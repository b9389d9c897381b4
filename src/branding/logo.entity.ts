import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The logo of an organization, or of the whole server. */
@Entity('logo')
@Index('logo_owner', { synchronize: false })
export class Logo {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  /** Null: of the whole server. */
  @ForeignKey('organization', { name: 'logo_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint', nullable: true })
  organizationId!: number | null;

  @Column({ name: 'media_type', type: 'text' })
  mediaType!: string;

  /** Pixels. */
  @Column({ type: 'integer' })
  width!: number;

  /** Pixels. */
  @Column({ type: 'integer' })
  height!: number;

  /** SHA-256 of the content, in hex. */
  @Column({ type: 'text' })
  sha256!: string;

  @Column({ type: 'bytea' })
  content!: Buffer;
}
