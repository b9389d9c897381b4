import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsUUID, Max, Min } from 'class-validator';
import { ItemError } from '../../../errors/item-error.js';
import {
  Choice,
  Flag,
  HostNameField,
  IdFilter,
  Optional,
  Text,
  TimeField,
  Verbatim,
} from '../../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../../http/paging.js';
import { type Model, models, type Product, products } from '../../../license/file/product.js';

export class NewLease {
  @ApiProperty({ example: 1 })
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  organizationId!: number;

  @Choice(products, { example: 'KRE' })
  product!: Product;

  @Verbatim({ max: 255, description: 'Identifies the machine; opaque.', example: '0cc175b9c0f1b6a831c399e269772661' })
  machineId!: string;

  @Verbatim({ max: 255, description: 'Identifies this run of the client. The same one again prolongs its lease.' })
  sessionId!: string;

  @HostNameField({ max: 255, optional: true, example: 'ci-agent-7' })
  hostname?: string;

  @Text({ max: 100, optional: true, example: '10.2.0' })
  version?: string;

  @Verbatim({
    max: 255,
    optional: true,
    description:
      'What a container says to be, the same at each start whatever machine id it has then. It stands for the machine: ' +
      'where machines are registered, and when a crashed session comes again.',
    example: 'ci-agent-7',
  })
  fingerprint?: string;

  @Verbatim({
    max: 255,
    optional: true,
    description: 'The CI job it is for; `DELETE /api/v1/leases?jobId=` gives back all of the job.',
    example: 'pipeline-4711',
  })
  jobId?: string;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 300,
    description:
      'Seconds to wait if no seat is free. Waiting requests are served first come, first served, before all later ' +
      'requests, waiting or not.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(300)
  waitSeconds?: number;

  @TimeField({
    optional: true,
    description:
      'Borrow the seat until then, where the license and the policy allow it: the token is good until then without the server, and ' +
      'needs no renewal. The same session may borrow the seat that it has, and borrow it for longer.',
    example: '2027-01-31T17:00:00Z',
  })
  borrowUntil?: string;

  @TimeField({ optional: true, description: 'The time on the client: the answer says how far it is off.' })
  clientTime?: string;
}

/** What may come with a renewal; everything is optional. */
export class LeaseRenewal {
  @Verbatim({ max: 4096, optional: true, description: "The lease's own token; with it comes a new one." })
  token?: string;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    description: 'Seconds since the client was last used; the policy may end a session that is idle for too long.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  idleSeconds?: number;

  @TimeField({ optional: true, description: 'The time on the client: the answer says how far it is off.' })
  clientTime?: string;
}

/** What may come with a release. */
export class LeaseRelease {
  @Verbatim({
    max: 4096,
    optional: true,
    description: "The lease's own token. A borrowed seat is free early only if its token comes back.",
  })
  token?: string;
}

/** A borrowed seat that is given up without its token. */
export class BorrowedSeatView {
  @ApiProperty({ description: 'The seat stays taken until then, for its token works without the server.' })
  borrowedUntil!: Date;

  @ApiProperty({ description: 'For people: what is the matter, and what frees the seat earlier.' })
  message!: string;
}

export class JobQuery {
  @Verbatim({ max: 255, description: 'The job, as at the check-out.' })
  jobId!: string;

  @IdFilter({ description: 'In this organization only.' })
  organizationId?: number;
}

export class ReleasedView {
  @ApiProperty({ description: 'Seats that were given back.' })
  released!: number;
}

export class OnlineLicenseQuery extends SortedBy(
  PageQuery,
  'startedAt',
  'renewedAt',
  'expiresAt',
  'borrowedUntil',
  'email',
  'hostname',
  'product',
  'jobId',
) {
  @Verbatim({ max: 255, optional: true, description: 'Of this CI job only.' })
  jobId?: string;
}

/** Of an organization. */
export class HolderQuery extends OnlineLicenseQuery {
  @IdFilter({ description: 'Of this user.' })
  userId?: number;

  @Verbatim({ max: 255, optional: true, description: 'Of exactly this machine id or fingerprint.' })
  machineId?: string;
}

export class Terminations {
  @ApiProperty({ type: [String], minItems: 1, maxItems: 1000, items: { type: 'string', format: 'uuid' } })
  @IsUUID('all', { each: true, message: 'leaseIds must be a list of UUIDs' })
  @ArrayMaxSize(1000)
  @ArrayMinSize(1)
  @IsArray()
  leaseIds!: string[];

  @Flag({
    optional: true,
    description: 'Whether their machines get no seat from now on; else the clients may ask for the next one.',
  })
  deny?: boolean;
}

/** What became of one of several leases. */
export class TerminationResult {
  @ApiProperty({ format: 'uuid' })
  leaseId!: string;

  @ApiProperty({ type: ItemError, nullable: true, description: 'Null: it is ended. `not-found`: it had ended before.' })
  error!: ItemError | null;

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'Not null: the seat is borrowed, and stays taken until then unless its token comes back.',
  })
  borrowedUntil!: Date | null;
}

export class TerminationQuery {
  @Choice(['true', 'false'], {
    optional: true,
    description: 'Whether its machine gets no seat from now on; else the client may ask for the next one.',
  })
  deny?: 'true' | 'false';
}

export class RenewalView {
  @ApiProperty({ format: 'uuid', description: 'Another one than before, if the lease had to compete for a new seat.' })
  id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Compact JWS (EdDSA): what was granted, to whom, with which features. `fence` grows with every grant, so that ' +
      'the newer of two tokens is known. After a renewal without a token: null, unless the lease is new.',
  })
  token!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'For people, such as a license about to expire.' })
  warning!: string | null;

  @ApiProperty({ description: 'The one clock by which leases live.' })
  serverTime!: Date;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Seconds that the clock of the client is ahead (or, negative, behind), if it has told its time.',
  })
  clockOffsetSeconds!: number | null;

  @ApiProperty({ description: 'The seat is free for others from then on.' })
  expiresAt!: Date;

  @ApiProperty({ description: 'Renew from then on.' })
  renewAt!: Date;

  @ApiProperty({
    type: Date,
    nullable: true,
    description:
      'Until when the seat is borrowed: no renewal is needed, and none makes it longer. Null: it is not borrowed.',
  })
  borrowedUntil!: Date | null;
}

export class LeaseView extends RenewalView {
  @ApiProperty({ nullable: false })
  declare token: string;

  @ApiProperty({ enum: models, description: 'Which kind of seat it is.' })
  model!: Model;
}

/** One product and model of an organization. */
export class SubscriptionView {
  @ApiProperty({ enum: products })
  product!: Product;

  @ApiProperty({ enum: models })
  model!: Model;

  @ApiProperty({ description: 'Seats of this organization.' })
  subscribed!: number;

  @ApiProperty({ description: 'Seats that are free: not leased, assigned or bound.' })
  available!: number;

  @ApiProperty({ description: 'Sessions that hold a seat now.' })
  online!: number;

  @ApiProperty({ description: 'Seats that offline licenses hold.' })
  offline!: number;

  @ApiProperty({
    description: 'Seats that are borrowed, whether their session has ended or not: they are among `online` or `held`.',
  })
  borrowed!: number;

  @ApiProperty({
    type: Date,
    nullable: true,
    description:
      'The latest time until which a seat can be borrowed now, by the license and the policy; null: seats are not borrowed.',
  })
  borrowableUntil!: Date | null;

  @ApiProperty({
    description: 'Seats of sessions that have ended, whose tokens live on: each is held until its token expires.',
  })
  held!: number;

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'When the first held seat becomes free; null: no seat is held.',
  })
  heldUntil!: Date | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Machines that may be registered; null: any number.' })
  machineQuota!: number | null;

  @ApiProperty({ description: 'Machines that are registered.' })
  machines!: number;

  @ApiProperty({ description: 'When the license expires.' })
  expiry!: Date;

  @ApiProperty({ description: 'The end of the grace days.' })
  endsAt!: Date;

  @ApiProperty({ type: [String], description: 'Feature keys.' })
  features!: string[];

  @ApiProperty({ type: String, nullable: true })
  warning!: string | null;

  @ApiProperty({ description: 'Bound of the license: minutes that a lease may last.' })
  maxLeaseMinutes!: number;

  @ApiProperty({ description: 'Bound of the license: floating seats beyond the quota, in percent of it.' })
  maxOveragePercent!: number;

  @ApiProperty({ description: 'Bound of the license: days that an offline license may last.' })
  offlineMaxDays!: number;

  @ApiProperty({ description: 'Bound of the license: days that a seat may be borrowed; 0: not at all.' })
  borrowMaxDays!: number;

  @ApiProperty({
    description: 'A seat whose token lives longer than this many minutes stays held when its session ends.',
  })
  freeOnReleaseMinutes!: number;
}

export class OnlineLicenseView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  organizationId!: number;

  @ApiProperty({ enum: products })
  product!: Product;

  @ApiProperty({ enum: models })
  model!: Model;

  @ApiProperty()
  userId!: number;

  @ApiProperty()
  email!: string;

  @ApiProperty()
  firstName!: string;

  @ApiProperty()
  lastName!: string;

  @ApiProperty()
  machineId!: string;

  @ApiProperty({ type: String, nullable: true })
  hostname!: string | null;

  @ApiProperty()
  sessionId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What its container says to be.' })
  fingerprint!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The CI job it is for.' })
  jobId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  version!: string | null;

  @ApiProperty()
  startedAt!: Date;

  @ApiProperty()
  renewedAt!: Date;

  @ApiProperty()
  expiresAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'Null: the seat is not borrowed.' })
  borrowedUntil!: Date | null;
}

export class OnlineLicensePage extends Page<OnlineLicenseView> {
  @ApiProperty({ type: [OnlineLicenseView] })
  declare content: OnlineLicenseView[];
}
