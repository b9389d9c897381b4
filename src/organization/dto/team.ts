import { ApiProperty } from '@nestjs/swagger';
import { Choice, Text, VersionField } from '../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { type TeamRole, teamRoles } from '../../access/role.js';

export class TeamName {
  @Text({ max: 100, example: 'Mobile' })
  name!: string;

  @VersionField()
  version?: number;
}

export class TeamView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ description: 'How many.' })
  members!: number;

  @ApiProperty({ type: String, enum: [...teamRoles], nullable: true, description: 'Your role; null: not yours.' })
  role!: TeamRole | null;

  @ApiProperty({ description: 'Of its name: a change may send it.' })
  version!: number;
}

export class TeamQuery extends SortedBy(PageQuery, 'name', 'createdAt', 'members', 'id') {}

export class TeamPage extends Page<TeamView> {
  @ApiProperty({ type: [TeamView] })
  declare content: TeamView[];
}

export class TeamMemberRole {
  @Choice(teamRoles, { example: 'USER' })
  role!: TeamRole;

  @VersionField()
  version?: number;
}

export class TeamMemberView {
  @ApiProperty()
  userId!: number;

  @ApiProperty()
  email!: string;

  @ApiProperty()
  firstName!: string;

  @ApiProperty()
  lastName!: string;

  @ApiProperty({ enum: [...teamRoles] })
  role!: TeamRole;

  @ApiProperty()
  joinedAt!: Date;

  @ApiProperty({ description: 'Of the role: a change may send it.' })
  version!: number;
}

export class TeamMemberQuery extends SortedBy(PageQuery, 'email', 'name', 'role', 'joinedAt') {}

export class TeamMemberPage extends Page<TeamMemberView> {
  @ApiProperty({ type: [TeamMemberView] })
  declare content: TeamMemberView[];
}
