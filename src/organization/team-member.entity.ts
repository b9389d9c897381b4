import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type TeamRole } from './role.js';

/** A member of a team, who is a member of its organization. */
@Entity('team_member')
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
}
