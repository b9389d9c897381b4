import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The sums of {@link UsageMonth} of a year (UTC), of those months that {@link RolledUpYear} names. */
@Entity('usage_year')
export class UsageYear {
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @PrimaryColumn({ type: 'timestamptz' })
  year!: Date;

  /** 0: the account was gone when it was rolled up. */
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @PrimaryColumn({ name: 'machine_id', type: 'text' })
  machineId!: string;

  @PrimaryColumn({ type: 'text' })
  product!: string;

  @PrimaryColumn({ type: 'text' })
  model!: string;

  /** Sessions that ran as the year began. */
  @Column({ type: 'int' })
  carried!: number;

  /** Sessions that began within it. */
  @Column({ type: 'int' })
  began!: number;

  /** Microseconds of all sessions within the year. */
  @Column({ type: 'bigint' })
  micros!: number;

  @Column({ name: 'last_started_at', type: 'timestamptz' })
  lastStartedAt!: Date;
}

/** A year whose months are added up. Without its row there are no sums of it. */
@Entity('rolled_up_year')
export class RolledUpYear {
  @PrimaryColumn({ type: 'timestamptz' })
  year!: Date;

  /** The beginning of a month: those before it are in {@link UsageYear}. */
  @Column({ type: 'timestamptz' })
  until!: Date;
}
