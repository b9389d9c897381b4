import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Tokens that follow from one sign-in of a program. There is a row only once one was refreshed, or all were ended. */
@Entity('token_family')
@Index('token_family_by_expiry', ['expiresAt'])
@Index('token_family_by_user', ['userId'])
export class TokenFamily {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @ForeignKey('user_account', { name: 'token_family_user_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** Only the refresh token with this number is good. */
  @Column({ type: 'integer' })
  generation!: number;

  /** None of its tokens is good any more. */
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  /** When its last token has expired, and the row can go. */
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
