import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../../http/validation/fields.js';
import { teamRoles } from '../../access/role.js';
import { OrganizationView } from './organization.js';

export class TeamOrganizationView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;
}

/** A team of mine, as the Katalon clients read it. */
export class MyTeamView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: [...teamRoles] })
  role!: string;

  @ApiProperty()
  organization!: TeamOrganizationView;
}

export class Profile {
  @Text({ max: 100, min: 0, optional: true, example: 'Ada' })
  firstName?: string;

  @Text({ max: 100, min: 0, optional: true, example: 'Lovelace' })
  lastName?: string;
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

  @ApiProperty({
    description:
      'Whether the address is proved to be yours. If not, the account is good for the organization that invited it only.',
  })
  verified!: boolean;

  @ApiProperty({
    type: Date,
    nullable: true,
    description:
      'Until when you have to set up a second factor; after it this session can do nothing else. Null: there is nothing to do. ' +
      'For sessions of the console alone.',
  })
  secondFactorDueAt!: Date | null;

  @ApiProperty({ description: 'Whether that time is over.' })
  secondFactorMissing!: boolean;

  @ApiProperty({
    type: [String],
    description:
      'The identity providers that keep my password and my address: they are changed there. Empty: this server keeps them.',
    example: ['Company directory'],
  })
  passwordKeptBy!: string[];

  @ApiProperty({ description: 'Whether `POST /api/v1/organizations` is allowed.' })
  mayCreateOrganizations!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the trial license of this server ends or ended; null without one.',
  })
  trialExpirationDate!: string | null;

  @ApiProperty({ type: [OrganizationView] })
  organizations!: OrganizationView[];

  @ApiProperty({ type: [MyTeamView] })
  teams!: MyTeamView[];
}
