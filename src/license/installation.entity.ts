import { Check, Column, Entity, Generated, PrimaryColumn } from 'typeorm';

/** What this installation is, in one row: its identity, its setup, and the newest time that any of its servers has seen. */
@Entity('installation')
@Check('installation_id_check', 'id = 1')
@Check('installation_organization_creation_check', `organization_creation IN ('everybody', 'root')`)
@Check('installation_require_second_factor_check', `require_second_factor IN ('nobody', 'root', 'everybody')`)
export class Installation {
  @PrimaryColumn({ type: 'smallint', default: 1 })
  id!: number;

  @Generated('uuid')
  @Column({ name: 'server_id', type: 'uuid' })
  serverId!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'setup_completed_at', type: 'timestamptz', nullable: true })
  setupCompletedAt!: Date | null;

  @Column({ name: 'evaluation_issued_at', type: 'timestamptz', nullable: true })
  evaluationIssuedAt!: Date | null;

  @Column({ name: 'newest_time', type: 'timestamptz', default: () => 'now()' })
  newestTime!: Date;

  @Column({ name: 'quotas_valid_until', type: 'timestamptz', default: () => "'-infinity'" })
  quotasValidUntil!: Date;

  @Column({ name: 'organization_creation', type: 'text', default: 'root' })
  organizationCreation!: string;

  @Column({ name: 'require_second_factor', type: 'text', default: 'nobody' })
  requireSecondFactor!: string;

  /** The name that the server bears beside the product's; empty: none. */
  @Column({ name: 'site_name', type: 'text', default: '' })
  siteName!: string;

  @Column({ name: 'alive_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  aliveAt!: Date;

  /** Where the clock stood when it was last looked at. */
  @Column({ name: 'clock_at', type: 'timestamptz', default: () => "'-infinity'" })
  clockAt!: Date;

  /** The latest issue time of a license file that was ever installed, which proves that it has passed. */
  @Column({ name: 'newest_issue', type: 'timestamptz', default: () => "'-infinity'" })
  newestIssue!: Date;

  /** The last step of the clock, and what was put right for it. */
  @Column({ name: 'clock_step', type: 'jsonb', nullable: true })
  clockStep!: unknown;

  /** The vendor's statement of the time that was last accepted. */
  @Column({ name: 'time_proof', type: 'jsonb', nullable: true })
  timeProof!: unknown;
}
