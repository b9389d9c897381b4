import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { type ApiKeyScope } from '../../access/key-scopes.js';

/** What a key is: made for programs, or to be typed by people. */
export type KeyKind = 'key' | 'client-password';

/** A key that a program signs in with. The key itself is not here, only its SHA-256. */
@Entity('api_key')
@Unique('api_key_key_hash_key', ['keyHash'])
@Check('api_key_scopes_check', `scopes <@ '{seats,read,write,server}'::text[] AND scopes <> '{}'::text[]`)
@Check('api_key_kind_check', `kind IN ('key', 'client-password')`)
@Check('api_key_client_password_check', `kind = 'key' OR scopes = '{seats}'::text[]`)
@Index('api_key_by_user', ['userId'])
export class ApiKey {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('user_account', { name: 'api_key_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** A client password is typed into Katalon Studio, and good for seats alone. */
  @Column({ type: 'text', default: 'key' })
  kind!: KeyKind;

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
