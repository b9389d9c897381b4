import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Who did what to which thing, when and from where. Written once, never changed. */
@Entity('audit_event')
@Index('audit_event_occurred', ['occurredAt'])
@Index('audit_event_organization_occurred', ['organizationId', 'occurredAt'])
@Index('audit_event_action', { synchronize: false })
@Index('audit_event_actor', { synchronize: false })
@Index('audit_event_search', { synchronize: false })
@Index('audit_event_all_versions', { synchronize: false })
@Index('audit_event_identity_providers', { synchronize: false })
@Index('audit_event_more_versions', { synchronize: false })
@Index('audit_event_team_roles', { synchronize: false })
@Index('audit_event_xid', { synchronize: false })
export class AuditEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt!: Date;

  /** Such as `organization.created`. */
  @Column({ type: 'text' })
  action!: string;

  @Column({ name: 'organization_id', type: 'bigint', nullable: true })
  organizationId!: number | null;

  @Column({ name: 'actor_id', type: 'bigint', nullable: true })
  actorId!: number | null;

  /** The actor's e-mail address at that time, or `server`. */
  @Column({ type: 'text' })
  actor!: string;

  @Column({ name: 'target_type', type: 'text', nullable: true })
  targetType!: string | null;

  @Column({ name: 'target_id', type: 'text', nullable: true })
  targetId!: string | null;

  @Column({ type: 'jsonb', default: () => "'{}'" })
  details!: Record<string, unknown>;

  @Column({ type: 'text', nullable: true })
  address!: string | null;
}
