import { ApiProperty } from '@nestjs/swagger';
import { OrganizationView } from './organization.js';

export class TeamOrganizationView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;
}

export class TeamView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ['OWNER', 'ADMIN', 'USER'] })
  role!: string;

  @ApiProperty()
  organization!: TeamOrganizationView;
}

export class MeView {
  @ApiProperty({ type: String, description: 'As text, which is what the Katalon clients read.', example: '1' })
  id!: string;

  @ApiProperty()
  firstName!: string;

  @ApiProperty()
  lastName!: string;

  @ApiProperty({ example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ description: "The server's administrator." })
  root!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Always null here: accounts have no trial of their own.' })
  trialExpirationDate!: string | null;

  @ApiProperty({ type: [OrganizationView] })
  organizations!: OrganizationView[];

  @ApiProperty({ type: [TeamView] })
  teams!: TeamView[];
}
