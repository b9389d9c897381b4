import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** How far sessions are rolled up, in one row. */
@Entity('usage_roll_up')
@Check('usage_roll_up_singleton_check', 'singleton')
export class UsageRollUp {
  @PrimaryColumn({ type: 'boolean', default: true })
  singleton!: boolean;

  /** A full hour: all before it is in {@link UsageHour} and {@link UsageMonth}. */
  @Column({ name: 'rolled_until', type: 'timestamptz', default: '-infinity' })
  rolledUntil!: Date;

  /** No session that runs at that hour has begun before. */
  @Column({ name: 'oldest_start', type: 'timestamptz', default: '-infinity' })
  oldestStart!: Date;
}
