import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** What is counted a day. */
export type DailyKind = 'invitation' | 'resend' | 'mail';

/** How often an organization has done something today. */
@Entity('daily_count')
export class DailyCount {
  @ForeignKey('organization', { name: 'daily_count_organization_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @PrimaryColumn({ type: 'text' })
  kind!: DailyKind;

  /** The day (UTC) that the count is of; on another day it begins again. */
  @Column({ type: 'date' })
  day!: string;

  @Column({ type: 'integer' })
  count!: number;
}
