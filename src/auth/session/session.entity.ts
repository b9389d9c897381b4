import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A browser that is signed in. The cookie's value is not here, only its SHA-256. */
@Entity('session')
@Unique('session_token_hash_key', ['tokenHash'])
@Index('session_by_user', ['userId'])
export class Session {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  @ForeignKey('user_account', { name: 'session_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ type: 'text', nullable: true })
  address!: string | null;

  @Column({ name: 'user_agent', type: 'text', nullable: true })
  userAgent!: string | null;

  /** The session is good while the account still has this number. */
  @Column({ name: 'credentials_version', type: 'integer' })
  credentialsVersion!: number;

  /** To the minute. */
  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  /** It began with two steps, a passkey or an identity provider. */
  @Column({ name: 'is_whole', type: 'boolean', default: false })
  isWhole!: boolean;

  /** When the user proved last who they are; null: by signing in. */
  @Column({ name: 'confirmed_at', type: 'timestamptz', nullable: true })
  confirmedAt!: Date | null;
}
