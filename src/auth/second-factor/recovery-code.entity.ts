import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A code that replaces a second factor once. The code is not here, only its SHA-256: it is 80 random bits. */
@Entity('recovery_code')
export class RecoveryCode {
  @ForeignKey('user_account', { name: 'recovery_code_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @PrimaryColumn({ name: 'code_hash', type: 'bytea' })
  codeHash!: Buffer;

  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  usedAt!: Date | null;
}
