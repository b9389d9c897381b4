import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type Product } from '../../license/file/product.js';

/** A session that waits for a seat, in the order of arrival. */
@Entity('seat_waiter')
@Index('seat_waiter_queue', ['organizationId', 'product', 'id'])
export class SeatWaiter {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('organization', { name: 'seat_waiter_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ type: 'text' })
  product!: Product;

  @Column({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ name: 'seen_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  seenAt!: Date;
}
