import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A license file for a machine that does not reach the server. It keeps its seat until it expires. */
@Entity('offline_license')
@Index('offline_license_pool', ['poolId', 'expiresAt'])
export class OfflineLicense {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('organization', { name: 'offline_license_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @ForeignKey('seat_pool', { name: 'offline_license_pool_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'pool_id', type: 'bigint' })
  poolId!: number;

  @Column({ name: 'machine_id', type: 'text' })
  machineId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @ForeignKey('user_account', { name: 'offline_license_created_by_fkey', onDelete: 'SET NULL' })
  @Column({ name: 'created_by', type: 'bigint', nullable: true })
  createdBy!: number | null;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ type: 'text' })
  token!: string;

  @Column({ type: 'text', nullable: true })
  product!: string | null;

  @Column({ type: 'text', nullable: true })
  model!: string | null;
}
