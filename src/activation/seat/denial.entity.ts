import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type Product } from '../../license/file/product.js';

/** A refused seat, kept for the utilization reports. */
@Entity('denial')
@Index('denial_occurred', ['occurredAt'])
@Index('denial_organization_occurred', ['organizationId', 'occurredAt'])
@Index('denial_machine', ['machineId'])
@Index('denial_session_hash', { synchronize: false })
@Index('denial_user', ['userId'])
export class Denial {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt!: Date;

  @ForeignKey('organization', { name: 'denial_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ type: 'text' })
  product!: Product;

  @Column({ type: 'text' })
  code!: string;

  @ForeignKey('user_account', { name: 'denial_user_id_fkey', onDelete: 'SET NULL' })
  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId!: number | null;

  @Column({ name: 'machine_id', type: 'text' })
  machineId!: string;

  @Column({ name: 'session_id', type: 'text' })
  sessionId!: string;

  @Column({ type: 'text', nullable: true })
  hostname!: string | null;
}
