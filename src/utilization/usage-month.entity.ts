import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The sessions of a user on a machine in a month (UTC), of those hours that are rolled up. */
@Entity('usage_month')
export class UsageMonth {
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @PrimaryColumn({ type: 'timestamptz' })
  month!: Date;

  /** 0: the account was gone when it was rolled up. */
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @PrimaryColumn({ name: 'machine_id', type: 'text' })
  machineId!: string;

  @PrimaryColumn({ type: 'text' })
  product!: string;

  @PrimaryColumn({ type: 'text' })
  model!: string;

  /** Sessions that ran as the month began. */
  @Column({ type: 'int' })
  carried!: number;

  /** Sessions that began within it. */
  @Column({ type: 'int' })
  began!: number;

  /** Microseconds of all sessions within the month. */
  @Column({ type: 'bigint' })
  micros!: number;

  @Column({ name: 'last_started_at', type: 'timestamptz' })
  lastStartedAt!: Date;
}
