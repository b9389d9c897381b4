import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { type Product } from '../../license/file/product.js';

/** A session that holds a seat until it expires. What the audit log seals of it never changes. */
@Entity('lease')
@Check('lease_client_check', `client IN ('studio', 'engine')`)
@ForeignKey('membership', ['organizationId', 'userId'], ['organizationId', 'userId'], {
  name: 'lease_organization_id_user_id_fkey',
})
@Unique('lease_user_id_product_machine_id_session_id_organization_id_key', [
  'userId',
  'product',
  'machineId',
  'sessionId',
  'organizationId',
])
@Index('lease_fingerprint', ['userId', 'fingerprint'], { where: 'fingerprint IS NOT NULL' })
@Index('lease_job', ['userId', 'jobId'], { where: 'job_id IS NOT NULL' })
@Index('lease_member', ['organizationId', 'userId'])
@Index('lease_origin', ['originId'], { where: 'origin_id IS NOT NULL' })
@Index('lease_pool_started', ['poolId', 'startedAt'])
export class Lease {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  number!: number;

  @ForeignKey('seat_pool', { name: 'lease_pool_id_fkey' })
  @Column({ name: 'pool_id', type: 'bigint' })
  poolId!: number;

  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ type: 'text' })
  product!: Product;

  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ name: 'machine_id', type: 'text' })
  machineId!: string;

  @Column({ name: 'session_id', type: 'text' })
  sessionId!: string;

  @Column({ type: 'text', nullable: true })
  hostname!: string | null;

  @Column({ type: 'text', nullable: true })
  version!: string | null;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'renewed_at', type: 'timestamptz' })
  renewedAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  /** As {@link expiresAt}, for a seat that was borrowed: no renewal changes it. */
  @Column({ name: 'borrowed_until', type: 'timestamptz', nullable: true })
  borrowedUntil!: Date | null;

  /** The lease of the program whose seat Runtime Engine has taken over, with its token. */
  @Column({ name: 'origin_id', type: 'uuid', nullable: true })
  originId!: string | null;

  @Column({ name: 'job_id', type: 'text', nullable: true })
  jobId!: string | null;

  @Column({ type: 'text', nullable: true })
  fingerprint!: string | null;

  @Column({
    name: 'event_id',
    type: 'bigint',
    nullable: true,
    default: () => "nextval('audit_event_id_seq')",
  })
  eventId!: number | null;

  @Column({ name: 'granted_from', type: 'text', nullable: true })
  grantedFrom!: string | null;

  @Column({ type: 'text', nullable: true })
  client!: string | null;
}
