import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { type Role } from '../access/role.js';

@Entity('membership')
@Check('membership_role_check', `role IN ('OWNER', 'ADMIN', 'BILLING_MANAGER', 'USER')`)
@Index('membership_by_user', ['userId'])
@Index('membership_one_owner', ['organizationId'], { unique: true, where: "role = 'OWNER'::text" })
export class Membership {
  @ForeignKey('organization', { name: 'membership_organization_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @ForeignKey('user_account', { name: 'membership_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  /** An organization has exactly one OWNER. */
  @Column({ type: 'text' })
  role!: Role;

  @Column({ name: 'joined_at', type: 'timestamptz' })
  joinedAt!: Date;

  /** The identity provider whose groups give the role; null: people have given it. */
  @ForeignKey('identity_provider', { name: 'membership_managed_by_fkey', onDelete: 'SET NULL' })
  @Column({ name: 'managed_by', type: 'bigint', nullable: true })
  managedBy!: number | null;
}
