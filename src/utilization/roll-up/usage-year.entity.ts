import { Entity, PrimaryColumn } from 'typeorm';
import { PairUsage } from '../pair-usage.js';

/** A year, of those months that `RolledUpYear` names. */
@Entity('usage_year')
export class UsageYear extends PairUsage {
  @PrimaryColumn({ type: 'timestamptz' })
  year!: Date;
}
