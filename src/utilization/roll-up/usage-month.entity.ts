import { Entity, PrimaryColumn } from 'typeorm';
import { PairUsage } from '../pair-usage.js';

/** A month, of those hours that are rolled up. */
@Entity('usage_month')
export class UsageMonth extends PairUsage {
  @PrimaryColumn({ type: 'timestamptz' })
  month!: Date;
}
