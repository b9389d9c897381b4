import { Check, Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('organization')
@Check('organization_borrow_keep_seats_check', 'borrow_keep_seats >= 0 AND borrow_keep_seats <= 100000')
@Check('organization_borrow_max_days_check', 'borrow_max_days >= 0 AND borrow_max_days <= 3650')
@Check('organization_client_renewal_share_check', 'client_renewal_share BETWEEN 0.1 AND 0.9')
@Check('organization_engine_lease_minutes_check', 'engine_lease_minutes >= 3 AND engine_lease_minutes <= 43200')
@Check('organization_engine_wait_seconds_check', 'engine_wait_seconds >= 0 AND engine_wait_seconds <= 55')
@Check('organization_idle_minutes_check', 'idle_minutes >= 1 AND idle_minutes <= 43200')
@Check('organization_lease_minutes_check', 'lease_minutes >= 1 AND lease_minutes <= 43200')
@Check('organization_name_check', `name <> ''`)
@Check('organization_over_quota_percent_check', 'over_quota_percent >= 0 AND over_quota_percent <= 100')
@Check('organization_renewal_share_check', 'renewal_share BETWEEN 0.1 AND 0.9')
@Check('organization_unassign_after_days_check', 'unassign_after_days >= 1 AND unassign_after_days <= 3650')
export class Organization {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'lease_minutes', type: 'integer', default: 15 })
  leaseMinutes!: number;

  @Column({ name: 'over_quota_percent', type: 'integer', default: 0 })
  overQuotaPercent!: number;

  @Column({ name: 'allowed_machines', type: 'text', array: true, default: () => "'{}'" })
  allowedMachines!: string[];

  @Column({ name: 'denied_machines', type: 'text', array: true, default: () => "'{}'" })
  deniedMachines!: string[];

  @Column({
    name: 'renewal_share',
    type: 'double precision',
    // A third, as PostgreSQL spells it.
    default: () => '((1)/ (3.0))',
  })
  renewalShare!: number;

  @Column({ name: 'idle_minutes', type: 'integer', nullable: true })
  idleMinutes!: number | null;

  @Column({ name: 'client_renewal_share', type: 'double precision', default: () => '0.8' })
  clientRenewalShare!: number;

  @Column({ name: 'engine_wait_seconds', type: 'integer', default: 0 })
  engineWaitSeconds!: number;

  /** Whether every member has to have a second factor. */
  @Column({ name: 'require_second_factor', type: 'boolean', default: false })
  requireSecondFactor!: boolean;

  @Column({ name: 'engine_lease_minutes', type: 'integer', nullable: true })
  engineLeaseMinutes!: number | null;

  @Column({ name: 'borrow_max_days', type: 'integer', default: 0 })
  borrowMaxDays!: number;

  @Column({ name: 'borrow_keep_seats', type: 'integer', default: 0 })
  borrowKeepSeats!: number;

  @Column({ name: 'auto_assign', type: 'boolean', default: false })
  autoAssign!: boolean;

  @Column({ name: 'unassign_after_days', type: 'integer', nullable: true })
  unassignAfterDays!: number | null;
}
