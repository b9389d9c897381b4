import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { type ApiKeyScope } from '../../access/key-scopes.js';

/** A key that a program signs in with. The key itself is not here, only its SHA-256. */
@Entity('api_key')
@Unique('api_key_key_hash_key', ['keyHash'])
@Check('api_key_scopes_check', `scopes <@ '{seats,read,write,server}'::text[] AND scopes <> '{}'::text[]`)
@Index('api_key_by_user', ['userId'])
export class ApiKey {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('user_account', { name: 'api_key_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'key_hash', type: 'bytea' })
  keyHash!: Buffer;

  /** The first characters, to tell keys apart in a list. */
  @Column({ type: 'text' })
  hint!: string;

  @Column({ type: 'text', array: true, default: () => "'{seats,read,write,server}'" })
  scopes!: ApiKeyScope[];

  /** Made before keys had scopes, so that it has them all. */
  @Column({ type: 'boolean', default: true })
  legacy!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  /** To the minute. */
  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;
}
