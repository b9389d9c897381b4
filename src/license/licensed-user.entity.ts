import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A person who has a per-user seat of a pool, whether or not a session uses it. */
@Entity('licensed_user')
export class LicensedUser {
  @ForeignKey('seat_pool', { name: 'licensed_user_pool_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'pool_id', type: 'bigint' })
  poolId!: number;

  @ForeignKey('user_account', { name: 'licensed_user_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ name: 'assigned_at', type: 'timestamptz' })
  assignedAt!: Date;
}
