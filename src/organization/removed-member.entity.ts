import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A person who was removed from an organization, and can be taken back. */
@Entity('removed_member')
export class RemovedMember {
  @ForeignKey('organization', { name: 'removed_member_organization_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @ForeignKey('user_account', { name: 'removed_member_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ type: 'text' })
  role!: string;

  @Column({ name: 'joined_at', type: 'timestamptz' })
  joinedAt!: Date;

  @Column({ name: 'removed_at', type: 'timestamptz' })
  removedAt!: Date;

  @ForeignKey('user_account', { name: 'removed_member_removed_by_fkey', onDelete: 'SET NULL' })
  @Column({ name: 'removed_by', type: 'bigint', nullable: true })
  removedBy!: number | null;
}
