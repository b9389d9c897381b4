import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, MaxLength } from 'class-validator';
import { type Role, roles, type TeamRole, teamRoles } from '../../../access/role.js';
import { ItemError } from '../../../errors/item-error.js';
import { OneGroupOf } from '../../../http/validation/field-groups.js';
import { Choice, Optional, Text, Verbatim } from '../../../http/validation/fields.js';
import { NestedList } from '../../../http/validation/nested.js';
import { SeatKind } from '../../../license/dto/licensed-user.js';

/** The most people that one request may hold. */
export const maxPeople = 1000;

/** The most teams that one of them may be in. */
export const maxTeams = 100;

export class PersonTeam {
  @Text({ max: 100, example: 'Mobile' })
  name!: string;

  @Choice(teamRoles, { optional: true, description: 'USER, unless given.' })
  role?: TeamRole;
}

/** A person of a file. What is absent stays as it is. */
export class PersonEntry {
  @Verbatim({ max: 300, description: 'Identifies the person.', example: 'grace@example.com' })
  email!: string;

  @Text({ max: 100, min: 0, optional: true, description: 'For readers: an import changes no names.' })
  firstName?: string;

  @Text({ max: 100, min: 0, optional: true, description: 'For readers: an import changes no names.' })
  lastName?: string;

  @Choice(roles, { optional: true, description: 'Of someone new: USER, unless given.' })
  role?: Role;

  @ApiPropertyOptional({ type: [PersonTeam], description: 'All teams of the person: from others they are removed.' })
  @Optional()
  @ArrayMaxSize(maxTeams)
  @NestedList(() => PersonTeam, 'teams must be a list of teams')
  teams?: PersonTeam[];

  @ApiPropertyOptional({ type: [SeatKind], description: 'All per-user seats of the person: others are taken back.' })
  @Optional()
  @ArrayMaxSize(10)
  @NestedList(() => SeatKind, 'licenses must be a list of seats')
  licenses?: SeatKind[];
}

/** What an export answers and an import takes. */
export class PeopleFile {
  @ApiPropertyOptional({ type: [String], description: 'Names of teams, also of those without members.' })
  @Optional()
  @MaxLength(100, { each: true })
  @ArrayMaxSize(1000)
  @IsString({ each: true, message: 'teams must be a list of names' })
  @IsArray({ message: 'teams must be a list of names' })
  teams?: string[];

  @ApiPropertyOptional({ type: [PersonEntry], description: 'Required without `csv`.' })
  @Optional()
  @NestedList(() => PersonEntry, 'people must be a list of people')
  people?: PersonEntry[];
}

@OneGroupOf({ people: 'filled' }, { teams: 'filled' }, { csv: 'given' })
export class PeopleImport extends PeopleFile {
  @Verbatim({
    max: 400_000,
    optional: true,
    description:
      'In place of `teams` and `people`: a CSV text whose first line names its columns, `email` and any of `firstName`, `lastName`, `role`, ' +
      '`teams` (`Mobile (ADMIN); Web`) and `licenses` (`KSE; KRE`). The same as the whole body, with `Content-Type: text/csv`.',
    example: 'email,role,teams,licenses\ngrace@example.com,USER,Mobile (ADMIN); Web,KSE\n',
  })
  csv?: string;
}

export const personOutcomes = ['unchanged', 'changed', 'invited', 'refused'] as const;
export type PersonOutcome = (typeof personOutcomes)[number];

export const personFields = ['role', 'teams', 'licenses'] as const;
export type PersonField = (typeof personFields)[number];

/** Where the file and the organization differ. */
export class PersonChange {
  @ApiProperty({ enum: [...personFields] })
  name!: PersonField;

  @ApiProperty({ type: String, nullable: true, description: 'Null: the person is not a member.' })
  from!: string | null;

  @ApiProperty({ example: 'Mobile (ADMIN); Web' })
  to!: string;
}

/** What becomes of one person of the file. */
export class PersonResult {
  @ApiProperty({ type: Number, nullable: true, description: 'In CSV: the line of the person, the first being 1.' })
  line!: number | null;

  @ApiProperty()
  email!: string;

  @ApiProperty({ enum: [...personOutcomes], description: '`invited`: not a member yet, so an invitation is made.' })
  outcome!: PersonOutcome;

  @ApiProperty({ type: [PersonChange] })
  changes!: PersonChange[];

  @ApiProperty({ type: ItemError, nullable: true, description: 'Why nothing is done about this person.' })
  error!: ItemError | null;

  @ApiProperty({
    type: ItemError,
    nullable: true,
    description: 'What to do about this person later: `one-team-invited`.',
  })
  hint!: ItemError | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of an invitation, to hand over.' })
  link!: string | null;
}

export class PeopleImportResult {
  @ApiProperty({ type: [String], description: 'Names of the teams that are created.' })
  teams!: string[];

  @ApiProperty({ type: [PersonResult], description: 'In the order of the file.' })
  people!: PersonResult[];
}
