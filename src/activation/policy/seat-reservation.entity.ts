import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type Product } from '../../license/file/product.js';

/** Floating seats that are kept for one user or one team. */
@Entity('seat_reservation')
@Check('seat_reservation_check', 'num_nonnulls(user_id, team_id) = 1')
@ForeignKey('team', ['organizationId', 'teamId'], ['organizationId', 'id'], {
  name: 'seat_reservation_organization_id_team_id_fkey',
  onDelete: 'CASCADE',
})
@ForeignKey('membership', ['organizationId', 'userId'], ['organizationId', 'userId'], {
  name: 'seat_reservation_organization_id_user_id_fkey',
  onDelete: 'CASCADE',
})
@Check('seat_reservation_product_check', `product IN ('KSE', 'KRE')`)
@Check('seat_reservation_seats_check', 'seats >= 1 AND seats <= 100000')
@Index('seat_reservation_pool', ['organizationId', 'product'])
@Index('seat_reservation_team', ['organizationId', 'product', 'teamId'], { unique: true, where: 'team_id IS NOT NULL' })
@Index('seat_reservation_user', ['organizationId', 'product', 'userId'], { unique: true, where: 'user_id IS NOT NULL' })
export class SeatReservation {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('organization', { name: 'seat_reservation_organization_id_fkey', onDelete: 'CASCADE' })
  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ type: 'text' })
  product!: Product;

  @Column({ type: 'integer' })
  seats!: number;

  @Column({ name: 'user_id', type: 'bigint', nullable: true })
  userId!: number | null;

  @Column({ name: 'team_id', type: 'bigint', nullable: true })
  teamId!: number | null;
}
