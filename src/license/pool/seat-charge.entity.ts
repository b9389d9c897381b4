import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type Model, type Product } from '../file/product.js';

/**
 * A token that has outlived its session, or an offline license that has outlived its organization: its seat stays taken until
 * it expires. No foreign keys, so that nothing takes it along.
 */
@Entity('seat_charge')
@Check('seat_charge_kind_check', `kind IN ('session', 'offline')`)
@Index('seat_charge_lease', ['leaseId'], { where: 'lease_id IS NOT NULL' })
@Index('seat_charge_pool', ['poolId', 'expiresAt'])
export class SeatCharge {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column({ type: 'text' })
  kind!: 'session' | 'offline';

  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ name: 'pool_id', type: 'bigint' })
  poolId!: number;

  @Column({ type: 'text' })
  product!: Product;

  @Column({ type: 'text' })
  model!: Model;

  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId!: number | null;

  @Column({ name: 'machine_id', type: 'text' })
  machineId!: string;

  /** What the container said to be, where the machine's id is another one at each start. */
  @Column({ type: 'text', nullable: true })
  fingerprint!: string | null;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  /** The session lost its seat because there are fewer seats than before; no other session has to end for that. */
  @Column({ type: 'boolean', default: false })
  withdrawn!: boolean;

  /** The borrowed lease whose token holds the seat. */
  @Column({ name: 'lease_id', type: 'uuid', nullable: true })
  leaseId!: string | null;
}
