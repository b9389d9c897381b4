import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { type TeamRole } from '../../access/role.js';

/** A member of a team, who is a member of its organization. */
@Entity('team_member')
@ForeignKey('team', ['organizationId', 'teamId'], ['organizationId', 'id'], {
  name: 'team_member_organization_id_team_id_fkey',
  onDelete: 'CASCADE',
})
@ForeignKey('membership', ['organizationId', 'userId'], ['organizationId', 'userId'], {
  name: 'team_member_organization_id_user_id_fkey',
  onDelete: 'CASCADE',
})
@Check('team_member_role_check', `role IN ('OWNER', 'ADMIN', 'USER')`)
@Index('team_member_by_user', ['organizationId', 'userId'])
export class TeamMember {
  @PrimaryColumn({ name: 'team_id', type: 'bigint' })
  teamId!: number;

  @PrimaryColumn({ name: 'user_id', type: 'bigint' })
  userId!: number;

  @Column({ name: 'organization_id', type: 'bigint' })
  organizationId!: number;

  @Column({ type: 'text' })
  role!: TeamRole;

  @Column({ name: 'joined_at', type: 'timestamptz' })
  joinedAt!: Date;

  /** The identity provider whose groups give the place in the team; null: people have given it. */
  @ForeignKey('identity_provider', { name: 'team_member_managed_by_fkey', onDelete: 'SET NULL' })
  @Column({ name: 'managed_by', type: 'bigint', nullable: true })
  managedBy!: number | null;
}
