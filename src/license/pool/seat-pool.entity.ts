import { Check, Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { type Model, type Product } from '../file/product.js';

/** The seats of one product and model that an organization has. Code that grants or frees one of them locks this row first. */
@Entity('seat_pool')
@Check('seat_pool_allocation_check', 'allocation >= 0')
@Check('seat_pool_in_use_check', 'in_use >= 0')
@Check('seat_pool_machine_quota_check', 'machine_quota >= 0')
@Check('seat_pool_model_check', `model IN ('per-user', 'node-locked', 'floating')`)
@Unique('seat_pool_organization_id_product_model_key', ['organizationId', 'product', 'model'])
@Check('seat_pool_product_check', `product IN ('KSE', 'KRE')`)
@Check('seat_pool_quota_check', 'quota >= 0')
export class SeatPool {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('organization', { name: 'seat_pool_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ type: 'text' })
  product!: Product;

  @Column({ type: 'text' })
  model!: Model;

  @Column({ type: 'integer', nullable: true })
  allocation!: number | null;

  @Column({ type: 'integer', default: 0 })
  quota!: number;

  @Column({ name: 'ends_at', type: 'timestamptz', default: () => "'-infinity'" })
  endsAt!: Date;

  @Column({ name: 'in_use', type: 'integer', default: 0 })
  inUse!: number;

  @Column({ name: 'earliest_expiry', type: 'timestamptz', default: () => "'infinity'" })
  earliestExpiry!: Date;

  @Column({ name: 'machine_quota', type: 'integer', nullable: true })
  machineQuota!: number | null;

  @Column({ name: 'max_lease_minutes', type: 'integer', default: 1440 })
  maxLeaseMinutes!: number;

  @Column({ name: 'max_overage_percent', type: 'integer', default: 0 })
  maxOveragePercent!: number;

  @Column({ name: 'free_on_release_minutes', type: 'integer', default: 120 })
  freeOnReleaseMinutes!: number;

  @Column({ name: 'borrow_max_days', type: 'integer', default: 0 })
  borrowMaxDays!: number;

  @Column({ name: 'borrow_ends_at', type: 'timestamptz', default: () => "'-infinity'" })
  borrowEndsAt!: Date;

  @Column({ type: 'integer', default: 0 })
  withheld!: number;

  @Column({ type: 'boolean', default: false })
  overdrawn!: boolean;
}
