import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A link to set a new password. Its token is not here, only the SHA-256. */
@Entity('password_reset')
@Index('password_reset_by_user', ['userId'])
export class PasswordReset {
  @PrimaryColumn({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  @ForeignKey('user_account', { name: 'password_reset_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  /** Using the link proves the address: false for links of former versions. */
  @Column({ type: 'boolean', default: false })
  verifies!: boolean;

  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: Date | null;
}
