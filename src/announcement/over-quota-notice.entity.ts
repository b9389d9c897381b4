import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { type Product } from '../license/file/product.js';

/** When an organization was last told that more seats are in use than it has. */
@Entity('over_quota_notice')
export class OverQuotaNotice {
  @ForeignKey('organization', { name: 'over_quota_notice_organization_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @PrimaryColumn({ type: 'text' })
  product!: Product;

  @Column({ name: 'told_at', type: 'timestamptz' })
  toldAt!: Date;
}
