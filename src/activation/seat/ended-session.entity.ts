import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { type Model, type Product } from '../../license/file/product.js';

/** A session that has held a seat: who, on which machine, when, and why it ended. No foreign keys: it outlives all of them. */
@Entity('ended_session')
@Index('ended_session_ended', ['endedAt'])
@Index('ended_session_ended_by', { synchronize: false })
@Index('ended_session_ended_event', ['endedEventId'])
@Index('ended_session_granted_event', ['grantedEventId'])
@Index('ended_session_organization', ['organizationId', 'startedAt'])
@Index('ended_session_machine', ['machineId'])
@Index('ended_session_session_hash', { synchronize: false })
@Index('ended_session_started', ['startedAt'])
@Index('ended_session_user_ended', ['userId', 'endedAt'])
@Index('ended_session_xid', { synchronize: false })
export class EndedSession {
  @PrimaryColumn({ name: 'lease_id', type: 'uuid' })
  leaseId!: string;

  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ type: 'text' })
  product!: Product;

  @Column({ type: 'text' })
  model!: Model;

  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId!: number | null;

  @Column({ name: 'machine_id', type: 'text' })
  machineId!: string;

  @Column({ name: 'session_id', type: 'text' })
  sessionId!: string;

  @Column({ type: 'text', nullable: true })
  hostname!: string | null;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'ended_at', type: 'timestamptz' })
  endedAt!: Date;

  @Column({ name: 'end_reason', type: 'text', nullable: true })
  endReason!: string | null;

  @Column({ name: 'ended_by', type: 'text', nullable: true })
  endedBy!: string | null;

  @Column({ type: 'text', nullable: true })
  version!: string | null;

  @Column({ type: 'text', nullable: true })
  fingerprint!: string | null;

  @Column({ name: 'job_id', type: 'text', nullable: true })
  jobId!: string | null;

  @Column({ name: 'granted_event_id', type: 'bigint', nullable: true })
  grantedEventId!: number | null;

  @Column({ name: 'granted_from', type: 'text', nullable: true })
  grantedFrom!: string | null;

  @Column({
    name: 'ended_event_id',
    type: 'bigint',
    nullable: true,
    default: () => "nextval('audit_event_id_seq')",
  })
  endedEventId!: number | null;

  @Column({ name: 'ended_from', type: 'text', nullable: true })
  endedFrom!: string | null;
}
