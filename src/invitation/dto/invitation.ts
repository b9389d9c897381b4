import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, MaxLength } from 'class-validator';
import { OneGroupOf } from '../../http/validation/field-groups.js';
import { NestedList } from '../../http/validation/nested.js';
import { ItemError, maxInTurn } from '../../errors/item-error.js';
import { Choice, Flag, HoldsMatch, IdField, Optional, Text, Verbatim, IdList } from '../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { SeatKind } from '../../license/dto/licensed-user.js';
import { type AssignableRole, assignableRoles } from '../../access/role.js';
import { type InvitationState, invitationStates } from '../invitation-state.js';

@OneGroupOf({ emails: 'given', role: 'given' }, { csv: 'given' })
export class NewInvitations {
  @ApiPropertyOptional({
    type: [String],
    example: ['grace@example.com', 'alan@example.com'],
    description:
      'E-mail addresses, also `Grace <grace@example.com>`; an entry may hold several, separated by comma, semicolon or newline.',
  })
  @Optional()
  @MaxLength(50_000, { each: true })
  @ArrayMaxSize(1000, { message: 'emails must hold at most 1000 addresses' })
  @ArrayMinSize(1, { message: 'emails must hold at least one address' })
  @HoldsMatch(/[^\s,;]/, 'emails must hold at least one address')
  // The lowest is checked first.
  @IsString({ each: true, message: 'emails must be a list of e-mail addresses' })
  @IsArray({ message: 'emails must be a list of e-mail addresses' })
  emails?: string[];

  @Verbatim({
    max: 400_000,
    optional: true,
    description:
      'In place of `emails`, `role`, `teamId` and `assign`: a CSV text whose first line names its columns, `email` and any of `role` ' +
      '(default USER), `team` (the name of one) and `assign` (products, separated by blanks). The same as the whole body, with ' +
      '`Content-Type: text/csv`.',
    example: 'email,role,team,assign\ngrace@example.com,USER,Checkout,KSE KRE\n',
  })
  csv?: string;

  @Choice(assignableRoles, { example: 'USER', optional: true, description: 'Required with `emails`.' })
  role?: AssignableRole;

  @IdField({ optional: true, description: 'A team to join when the membership begins.' })
  teamId?: number;

  @ApiPropertyOptional({ type: [SeatKind], description: 'Per-user seats to assign when the membership begins.' })
  @Optional()
  @ArrayMaxSize(10)
  @NestedList(() => SeatKind, 'assign must be a list of seats')
  assign?: SeatKind[];

  @Flag({ optional: true, description: 'Only tells what would become of each address; no invitation is made.' })
  preview?: boolean;
}

export class Invitations {
  @IdList({ max: maxInTurn, description: 'Ids of invitations.' })
  invitationIds!: number[];
}

/** What became of one of several invitations. */
export class InvitationChangeResult {
  @ApiProperty()
  invitationId!: number;

  @ApiProperty({ type: String, nullable: true, description: 'The new link, to hand over; null: none was made.' })
  link!: string | null;

  @ApiProperty({ type: ItemError, nullable: true, description: 'Null: done, or was so already.' })
  error!: ItemError | null;
}

export class InvitationView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  email!: string;

  @ApiProperty({ enum: [...assignableRoles] })
  role!: AssignableRole;

  @ApiProperty({ type: [SeatKind] })
  assign!: SeatKind[];

  @ApiProperty({ type: String, nullable: true, description: 'Name of the team that the person joins with it.' })
  team!: string | null;

  @ApiProperty({
    enum: [...invitationStates],
    description:
      '`pending`: the link was not opened; `must-set-password`: it was opened, and not accepted yet, whether there is an account or not; ' +
      '`accepted`: a member, or one at the next sign-in.',
  })
  state!: InvitationState;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'password',
    description:
      'To hand over; null when it can no longer be used. Anyone who has it can open the account, so CSV files do not contain it.',
  })
  link!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'E-mail address of who invited.' })
  invitedBy!: string | null;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ description: 'When the link was made that works now.' })
  sentAt!: Date;

  @ApiProperty()
  expiresAt!: Date;

  @ApiProperty({ type: Date, nullable: true })
  acceptedAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'When the membership began: at a sign-in.' })
  joinedAt!: Date | null;
}

export class InvitationHint {
  @ApiProperty({ example: 'address-not-for-studio' })
  code!: string;

  @ApiProperty()
  message!: string;
}

/** What became of one address, or of one line of a list. */
export class InvitationResult {
  @ApiProperty({ description: 'As given, when it is no e-mail address.' })
  email!: string;

  @ApiProperty({ type: InvitationView, nullable: true })
  invitation!: InvitationView | null;

  @ApiProperty({ type: String, nullable: true, enum: [...invitationStates] })
  state!: InvitationState | null;

  @ApiProperty({ type: String, nullable: true })
  link!: string | null;

  @ApiProperty({ type: ItemError, nullable: true, description: 'Why this address was not invited.' })
  error!: ItemError | null;

  @ApiProperty({
    type: InvitationHint,
    nullable: true,
    description: 'What to know about an address that is invited: `address-not-for-studio`.',
  })
  hint!: InvitationHint | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Of a CSV list: the line of the person, the first being 1.',
  })
  line!: number | null;
}

export class InvitationQuery extends SortedBy(
  PageQuery,
  'createdAt',
  'sentAt',
  'expiresAt',
  'acceptedAt',
  'email',
  'role',
  'state',
) {
  @Choice(invitationStates, { optional: true, description: 'Only those in this state.' })
  state?: InvitationState;
}

export class InvitationPage extends Page<InvitationView> {
  @ApiProperty({ type: [InvitationView] })
  declare content: InvitationView[];
}

export class InvitingOrganization {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;
}

/** What a visitor of the link sees. */
export class OpenedInvitation {
  @ApiProperty({ type: InvitingOrganization })
  organization!: InvitingOrganization;

  @ApiProperty({ description: 'The account that is invited.' })
  email!: string;

  @ApiProperty({ enum: [...assignableRoles] })
  role!: AssignableRole;

  @ApiProperty({ enum: [...invitationStates] })
  state!: InvitationState;

  @ApiProperty()
  expiresAt!: Date;

  @ApiProperty({ description: 'With an account one signs in; without, one sets a name and a password.' })
  hasAccount!: boolean;

  @ApiProperty({
    description:
      'Whether a new password is set by accepting: for a new account, and for one whose address is not verified. All that was set for such an account before is void.',
  })
  setsPassword!: boolean;

  @ApiProperty({ description: 'Whether the invited account is the one that is signed in.' })
  signedIn!: boolean;
}

export class Acceptance {
  @Verbatim({ max: 1000, optional: true, description: 'Where `setsPassword` is true: 8 to 128 characters.' })
  password?: string;

  @Text({ max: 100, min: 0, optional: true, example: 'Grace' })
  firstName?: string;

  @Text({ max: 100, min: 0, optional: true, example: 'Hopper' })
  lastName?: string;
}

export class AcceptedInvitation {
  @ApiProperty({ type: InvitingOrganization })
  organization!: InvitingOrganization;

  @ApiProperty()
  email!: string;

  @ApiProperty({ description: 'Whether the membership has begun; if not, it does at the next sign-in.' })
  joined!: boolean;
}
