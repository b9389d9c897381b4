import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { type Product } from '../license/file/product.js';

/** When an organization was last told that all seats of a product are in use. */
@Entity('exhaustion_notice')
export class ExhaustionNotice {
  @ForeignKey('organization', { name: 'exhaustion_notice_organization_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @PrimaryColumn({ type: 'text' })
  product!: Product;

  @Column({ name: 'told_at', type: 'timestamptz' })
  toldAt!: Date;
}
