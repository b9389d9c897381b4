import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A browser in a network in which an account has signed in to the console. */
@Entity('known_device')
export class KnownDevice {
  @ForeignKey('user_account', { name: 'known_device_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** A hash of what the browser says it is, without versions, and of its network. */
  @PrimaryColumn({ type: 'bytea' })
  fingerprint!: Buffer;

  @Column({ name: 'last_at', type: 'timestamptz' })
  lastAt!: Date;
}
