import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { type Product } from '../../license/file/product.js';

/** How many floating seats of a product one user, or one team together, may hold. */
@Entity('seat_cap')
@Check('seat_cap_check', 'num_nonnulls(user_id, team_id) = 1')
@ForeignKey('team', ['organizationId', 'teamId'], ['organizationId', 'id'], {
  name: 'seat_cap_organization_id_team_id_fkey',
  onDelete: 'CASCADE',
})
@ForeignKey('membership', ['organizationId', 'userId'], ['organizationId', 'userId'], {
  name: 'seat_cap_organization_id_user_id_fkey',
  onDelete: 'CASCADE',
})
@Check('seat_cap_product_check', `product IN ('KSE', 'KRE')`)
@Check('seat_cap_seats_check', 'seats >= 0 AND seats <= 100000')
@Index('seat_cap_pool', ['organizationId', 'product'])
@Index('seat_cap_team', ['organizationId', 'product', 'teamId'], { unique: true, where: 'team_id IS NOT NULL' })
@Index('seat_cap_user', ['organizationId', 'product', 'userId'], { unique: true, where: 'user_id IS NOT NULL' })
export class SeatCap {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ForeignKey('organization', { name: 'seat_cap_organization_id_fkey', onDelete: 'CASCADE' })
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
