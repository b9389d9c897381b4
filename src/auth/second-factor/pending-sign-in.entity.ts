import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A browser whose password was right and that still has to show a second factor. The cookie's value is not here, only its SHA-256. */
@Entity('pending_sign_in')
@Index('pending_sign_in_by_user', ['userId'])
export class PendingSignIn {
  @PrimaryColumn({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  @ForeignKey('user_account', { name: 'pending_sign_in_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** It is good while the account still has this number: a new password ends it. */
  @Column({ name: 'credentials_version', type: 'integer' })
  credentialsVersion!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
