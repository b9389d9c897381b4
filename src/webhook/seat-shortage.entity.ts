import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { type Product } from '../license/file/product.js';

/** An organization has refused sessions because all seats of a product are taken. The row goes when seats are free again. */
@Entity('seat_shortage')
export class SeatShortage {
  @ForeignKey('organization', { name: 'seat_shortage_organization_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @PrimaryColumn({ type: 'text' })
  product!: Product;

  @Column({ type: 'timestamptz' })
  since!: Date;
}
