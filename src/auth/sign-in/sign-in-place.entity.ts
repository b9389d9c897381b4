import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Where an account has signed in with its password: other people's failed guesses do not throttle it there. */
@Entity('sign_in_place')
export class SignInPlace {
  @ForeignKey('user_account', { name: 'sign_in_place_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** An IPv4 address, or the /64 of an IPv6 address. */
  @PrimaryColumn({ type: 'text' })
  site!: string;

  /** To a day. */
  @Column({ name: 'last_at', type: 'timestamptz' })
  lastAt!: Date;
}
