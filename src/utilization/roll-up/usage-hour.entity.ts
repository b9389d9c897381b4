import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * The sessions of an hour. An empty product or model stands for all of them: how many seats were in use at once, together, does not
 * follow from how many there were of each.
 */
@Entity('usage_hour')
export class UsageHour {
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @PrimaryColumn({ type: 'text' })
  product!: string;

  @PrimaryColumn({ type: 'text' })
  model!: string;

  @PrimaryColumn({ type: 'timestamptz' })
  hour!: Date;

  /** Sessions that ran as the hour began. */
  @Column({ type: 'int' })
  carried!: number;

  /** Sessions that began within it. */
  @Column({ type: 'int' })
  began!: number;

  /** Most sessions at once. */
  @Column({ type: 'int' })
  peak!: number;

  /** Microseconds of all sessions within the hour. */
  @Column({ type: 'bigint' })
  micros!: number;

  /** Refusals; those of a product are in the row of all models. */
  @Column({ type: 'int' })
  denials!: number;

  /** Users who were refused for lack of seats, in the row of a product and all models; null: the release before has added it up. */
  @Column({ type: 'int', nullable: true })
  lacking!: number | null;

  /** When the first of its sessions had begun; null: there were only refusals. */
  @Column({ name: 'oldest_start', type: 'timestamptz', nullable: true })
  oldestStart!: Date | null;
}
