import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A link that proves the new address of an account. Its token is not here, only the SHA-256. */
@Entity('email_change')
@Index('email_change_user', ['userId'])
export class EmailChange {
  @PrimaryColumn({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  @ForeignKey('user_account', { name: 'email_change_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** The new address. */
  @Column({ type: 'text' })
  email!: string;

  /** The session in which the owner has asked for it, which stays; null: an administrator has. */
  @Column({ name: 'session_id', type: 'uuid', nullable: true })
  sessionId!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: Date | null;
}
