import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A token with which an identity provider keeps its people up to date. The token itself is not here, only its SHA-256. */
@Entity('scim_token')
@Unique('scim_token_token_hash_key', ['tokenHash'])
@Index('scim_token_by_provider', ['providerId'])
export class ScimToken {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('identity_provider', { name: 'scim_token_provider_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'provider_id', type: 'bigint' })
  providerId!: number;

  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  /** The first characters, to tell tokens apart in a list. */
  @Column({ type: 'text' })
  hint!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** To the minute. */
  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;
}
