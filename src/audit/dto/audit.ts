import { ApiProperty, OmitType } from '@nestjs/swagger';
import { Text, TimeField } from '../../http/validation/fields.js';
import { CursorPage, WithCursor } from '../../http/cursor.js';
import { PageQuery, SortedBy } from '../../http/paging.js';
import { breakProblems } from '../evidence/chain-verifier.js';

export class AuditQuery extends SortedBy(WithCursor(PageQuery), 'occurredAt', 'id') {
  @Text({ max: 254, optional: true, description: 'E-mail address of who did it, or `server`.' })
  actor?: string;

  @Text({ max: 100, optional: true, example: 'member.', description: 'An action, or the beginning of some.' })
  action?: string;

  @TimeField({ optional: true })
  from?: string;

  @TimeField({ optional: true })
  to?: string;
}

/** An export has all pages in one, in an order of its own. */
export class AuditExportQuery extends OmitType(AuditQuery, ['page', 'size', 'sort', 'after', 'count']) {}

export class AuditPerson {
  @ApiProperty()
  userId!: number;

  @ApiProperty({ description: 'As the account is named today.' })
  name!: string;
}

export class AuditEventView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  occurredAt!: Date;

  @ApiProperty({ example: 'member.role-changed' })
  action!: string;

  @ApiProperty({ type: Number, nullable: true })
  organizationId!: number | null;

  @ApiProperty({ description: 'E-mail address at that time, or `server`.' })
  actor!: string;

  @ApiProperty({ type: String, nullable: true })
  targetType!: string | null;

  @ApiProperty({ type: String, nullable: true })
  targetId!: string | null;

  @ApiProperty({ type: Object })
  details!: Record<string, unknown>;

  @ApiProperty({ type: String, nullable: true, description: 'Network address it was done from.' })
  address!: string | null;

  @ApiProperty({ type: AuditPerson, nullable: true, description: 'Who did it, if there is such an account.' })
  actorPerson!: AuditPerson | null;

  @ApiProperty({ type: AuditPerson, nullable: true, description: 'The user whom it concerns.' })
  targetPerson!: AuditPerson | null;
}

export class AuditEventPage extends CursorPage<AuditEventView> {
  @ApiProperty({ type: [AuditEventView] })
  declare content: AuditEventView[];
}

export class BrokenPlace {
  @ApiProperty({ enum: breakProblems, example: 'event-changed' })
  problem!: (typeof breakProblems)[number];

  @ApiProperty({ type: Number, nullable: true })
  block!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  checkpoint!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'event 17' })
  event!: string | null;

  @ApiProperty({ example: 'event 17 of block 3 was changed.' })
  message!: string;
}

export class CheckpointView {
  @ApiProperty()
  number!: number;

  @ApiProperty()
  at!: string;

  @ApiProperty()
  block!: number;

  @ApiProperty({ description: 'Of that block, in hex.' })
  hash!: string;

  @ApiProperty({ description: 'Events up to that block.' })
  count!: number;

  @ApiProperty()
  kid!: string;

  @ApiProperty({ description: 'Compact JWS with all of this, signed with the Ed25519 key of this server.' })
  signature!: string;
}

export class ClockNote {
  @ApiProperty({ enum: ['clock-set-back'] })
  kind!: 'clock-set-back';

  @ApiProperty({ description: 'The first block that was sealed by the clock of afterwards.' })
  block!: number;

  @ApiProperty({ description: 'When the block before it was sealed, by the clock of before.' })
  from!: Date;

  @ApiProperty()
  to!: Date;

  @ApiProperty()
  seconds!: number;

  @ApiProperty()
  message!: string;
}

export class AuditVerification {
  @ApiProperty({ description: 'Sealed events that were read; up to the first broken place.' })
  events!: number;

  @ApiProperty({
    description:
      'Of these, events that have lost personal data since they were sealed; what is left of them is signed.',
  })
  erased!: number;

  @ApiProperty()
  intact!: boolean;

  @ApiProperty({ type: BrokenPlace, nullable: true })
  firstBroken!: BrokenPlace | null;

  @ApiProperty({
    type: [ClockNote],
    description: 'Where the clock was set back by more than a minute, which breaks nothing; the first 100 of them.',
  })
  notes!: ClockNote[];

  @ApiProperty({ type: CheckpointView, nullable: true, description: 'The newest one.' })
  checkpoint!: CheckpointView | null;
}
