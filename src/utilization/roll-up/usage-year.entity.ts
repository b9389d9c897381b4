import { Column, Entity, PrimaryColumn } from 'typeorm';
import { PairUsage } from '../pair-usage.js';

/** A year, of those months that {@link RolledUpYear} names. */
@Entity('usage_year')
export class UsageYear extends PairUsage {
  @PrimaryColumn({ type: 'timestamptz' })
  year!: Date;
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
