import { ApiProperty, OmitType } from '@nestjs/swagger';
import { Choice, IdFilter, Text, TimeField, Verbatim } from '../../http/validation/fields.js';
import { CursorPage, WithCursor } from '../../http/cursor.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { type Model, models, type Product, products } from '../../license/file/product.js';

export const intervals = ['hour', 'day', 'month'] as const;
export type Interval = (typeof intervals)[number];

export class UtilizationQuery extends PageQuery {
  @TimeField({ optional: true, description: '30 days before `to`, when absent.' })
  from?: string;

  @TimeField({ optional: true, description: 'Now, when absent.' })
  to?: string;

  @IdFilter()
  userId?: number;

  @Verbatim({ max: 255, optional: true, description: 'Of exactly this machine id.' })
  machineId?: string;

  @Text({ max: 255, optional: true, description: 'A part of the machine id or the host name.' })
  machine?: string;

  @Choice(models, { optional: true })
  model?: Model;

  @Choice(products, { optional: true })
  product?: Product;

  @Choice(intervals, { optional: true, description: 'Of the series; `day`, when absent.' })
  interval?: Interval;
}

export class UtilizationSessionsQuery extends SortedBy(
  WithCursor(UtilizationQuery),
  'startedAt',
  'duration',
  'email',
  'machineId',
  'product',
  'model',
) {}

/** An export has all pages in one, in an order of its own, and no series. */
export class UtilizationExportQuery extends OmitType(UtilizationQuery, ['page', 'size', 'sort', 'interval']) {}

export class UtilizationSessionView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: Number, nullable: true })
  userId!: number | null;

  @ApiProperty({ type: String, nullable: true })
  user!: string | null;

  @ApiProperty({ type: String, nullable: true })
  email!: string | null;

  @ApiProperty()
  sessionId!: string;

  @ApiProperty()
  machineId!: string;

  @ApiProperty({ type: String, nullable: true })
  hostname!: string | null;

  @ApiProperty({ enum: [...products] })
  product!: Product;

  @ApiProperty({ enum: [...models] })
  model!: Model;

  @ApiProperty()
  startedAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'null: it runs.' })
  endedAt!: Date | null;

  @ApiProperty({ description: 'Seconds, until now for one that runs.' })
  duration!: number;
}

export class UtilizationSessionPage extends CursorPage<UtilizationSessionView> {
  @ApiProperty({ type: [UtilizationSessionView] })
  declare content: UtilizationSessionView[];
}

/** One interval of time. */
export class UtilizationPoint {
  @ApiProperty({ description: 'When the interval begins.' })
  at!: Date;

  @ApiProperty({ description: 'Sessions that ran at some time within it.' })
  sessions!: number;

  @ApiProperty({ description: 'Seats that were in use at once, at most.' })
  peak!: number;

  @ApiProperty({ description: 'Refusals within it.' })
  denials!: number;
}

export const groupings = ['user', 'team', 'machine', 'model', 'product'] as const;
export type Grouping = (typeof groupings)[number];

export class UtilizationTotalsQuery extends SortedBy(UtilizationQuery, 'seconds', 'sessions', 'name', 'lastStartedAt') {
  @Choice(groupings, {
    optional: true,
    description:
      '`user`, when absent. `team`: the teams that the users are in today; a user of several teams counts in each.',
  })
  by?: Grouping;
}

/** An export has all pages in one, the heaviest first. */
export class UtilizationTotalsExportQuery extends OmitType(UtilizationTotalsQuery, [
  'page',
  'size',
  'sort',
  'interval',
]) {}

/** What one user, team, machine, model or product has used. */
export class UtilizationGroup {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'E-mail address, name of a team, machine id, model or product. null: no account or team any more.',
  })
  name!: string | null;

  @ApiProperty()
  sessions!: number;

  @ApiProperty({ description: 'Seconds of all its sessions within the time.' })
  seconds!: number;

  @ApiProperty({ description: 'When its last session began.' })
  lastStartedAt!: Date;
}

export class UtilizationGroupPage extends Page<UtilizationGroup> {
  @ApiProperty({ type: [UtilizationGroup] })
  declare content: UtilizationGroup[];
}

/** All sessions of a time together. */
export class UtilizationTotals {
  @ApiProperty()
  sessions!: number;

  @ApiProperty({ description: 'Seconds of all sessions within the time.' })
  seconds!: number;

  @ApiProperty({ description: 'Users who had a session.' })
  users!: number;

  @ApiProperty({ description: 'Machines that had a session.' })
  machines!: number;

  @ApiProperty({ description: 'Seats that were in use at once, at most.' })
  peak!: number;

  @ApiProperty({ description: 'Refusals.' })
  denials!: number;
}

export class UtilizationView {
  @ApiProperty()
  from!: Date;

  @ApiProperty()
  to!: Date;

  @ApiProperty({ type: UtilizationTotals })
  totals!: UtilizationTotals;

  @ApiProperty({ type: UtilizationSessionPage })
  sessions!: UtilizationSessionPage;

  @ApiProperty({ type: [UtilizationPoint], description: 'At most 1000 intervals.' })
  series!: UtilizationPoint[];
}
