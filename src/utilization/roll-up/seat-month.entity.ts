import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Model, type Product } from '../../license/file/product.js';

/** The seats that an organization had in a month (UTC). */
@Entity('seat_month')
export class SeatMonth {
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @PrimaryColumn({ type: 'text' })
  product!: Product;

  @PrimaryColumn({ type: 'text' })
  model!: Model;

  @PrimaryColumn({ type: 'timestamptz' })
  month!: Date;

  /** The most that it had at once. */
  @Column({ type: 'int' })
  seats!: number;
}
