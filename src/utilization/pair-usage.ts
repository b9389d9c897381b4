import { Column, PrimaryColumn } from 'typeorm';

/** The sessions of a user on a machine in a period (UTC), added up. */
export abstract class PairUsage {
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  /** 0: the account was gone when it was rolled up. */
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @PrimaryColumn({ name: 'machine_id', type: 'text' })
  machineId!: string;

  @PrimaryColumn({ type: 'text' })
  product!: string;

  @PrimaryColumn({ type: 'text' })
  model!: string;

  /** Sessions that ran as the period began. */
  @Column({ type: 'int' })
  carried!: number;

  /** Sessions that began within it. */
  @Column({ type: 'int' })
  began!: number;

  /** Microseconds of all sessions within the period. */
  @Column({ type: 'bigint' })
  micros!: number;

  @Column({ name: 'last_started_at', type: 'timestamptz' })
  lastStartedAt!: Date;
}
