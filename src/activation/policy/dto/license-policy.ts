import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsNotEmpty, IsNumber, IsString, Max, MaxLength, Min } from 'class-validator';
import { NestedList } from '../../../http/validation/nested.js';
import { Choice, Flag, IdField, Optional, VersionField } from '../../../http/validation/fields.js';
import { withoutInvisible } from '../../../text/invisible.js';
import { Machines } from '../../seat/machines.js';
import { type Product, products } from '../../../license/file/product.js';

/** Entries of a list of machines. */
export const maxPatterns = 500;

/** Patterns of machine ids and host names. */
function Patterns(description: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({
      type: [String],
      description: `${description} \`*\` stands for anything.`,
      example: ['build-*'],
    })(target, property);
    Optional()(target, property);
    // What copying adds is not seen, and matches nothing.
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value)
        ? value.map((each: unknown) => (typeof each === 'string' ? withoutInvisible(each) : each))
        : value,
    )(target, property);
    IsArray()(target, property);
    ArrayMaxSize(maxPatterns)(target, property);
    IsString({ each: true })(target, property);
    IsNotEmpty({ each: true })(target, property);
    MaxLength(255, { each: true })(target, property);
  };
}

/** Whom a rule about floating seats is for: a member, or a team. */
class ForHolder {
  @Choice(products, { example: 'KSE' })
  product!: Product;

  @IdField({ optional: true, description: 'For this member; or else:' })
  userId?: number;

  @IdField({ optional: true, description: 'For all in this team together.' })
  teamId?: number;
}

/** Floating seats that are kept for a member, or for a team. */
@ApiSchema({ name: 'SeatReservation' })
export class SeatReservationRule extends ForHolder {
  @ApiProperty({ type: Number, minimum: 1, maximum: 100_000, description: 'Floating seats that others do not get.' })
  @IsInt()
  @Min(1)
  @Max(100_000)
  seats!: number;
}

/** Floating seats that a member, or a team together, may have at most. */
@ApiSchema({ name: 'SeatCap' })
export class SeatCapRule extends ForHolder {
  @ApiProperty({ type: Number, minimum: 0, maximum: 100_000, description: 'Floating seats at the same time.' })
  @IsInt()
  @Min(0)
  @Max(100_000)
  seats!: number;
}

export class DeniedMachines extends Machines {
  @Flag({ description: 'True: they get no seat, and sessions on them end; false: they are no longer denied.' })
  denied!: boolean;
}

/** What an organization has decided about its seats; what is absent stays as it is. */
export class LicensePolicy {
  @ApiPropertyOptional({
    type: Number,
    minimum: 1,
    maximum: 43_200,
    description:
      'Minutes that a lease lasts; 15 unless changed. 1 and 2 are too short for Katalon Studio and Runtime Engine: where their clock is ' +
      'a minute ahead, they reject such a lease without a word.',
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(43_200)
  leaseMinutes?: number;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 43_200,
    description:
      'Minutes that a lease of Runtime Engine lasts, from 3 on; 0, unless changed: as long as any other. A container that was ' +
      'killed holds its seat for as long as that.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(43_200)
  engineLeaseMinutes?: number;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 55,
    description:
      'Seconds for which the first activation of Katalon Runtime Engine waits in the queue when there is no seat; 0, unless ' +
      'changed: it is refused at once. Proxies must wait longer for an answer.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(55)
  engineWaitSeconds?: number;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0.1,
    maximum: 0.9,
    description: 'Share of the lease after which a native program is to renew it; a third unless changed.',
  })
  @Optional()
  @IsNumber()
  @Min(0.1)
  @Max(0.9)
  renewalShare?: number;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0.1,
    maximum: 0.9,
    description:
      'The same for Katalon Studio and Runtime Engine, 0.8 unless changed: they never try a renewal twice, so an early one is no safer.',
  })
  @Optional()
  @IsNumber()
  @Min(0.1)
  @Max(0.9)
  clientRenewalShare?: number;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 43_200,
    description:
      'A session ends when its client reports that it has been idle for this many minutes (`idleSeconds` at its ' +
      'renewal, or in its tracking report); 0: never. A client that reports nothing counts as busy.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(43_200)
  idleMinutes?: number;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 100,
    description: 'Floating seats that may be granted beyond the quota, in percent of it, with a warning; 0: none.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(100)
  overQuotaPercent?: number;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 3650,
    description: 'Days for which a seat may be borrowed at most; 0, unless changed: seats are not borrowed.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(3650)
  borrowMaxDays?: number;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 100_000,
    description: 'Seats of each product and model that are never lent; 0 unless changed.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(100_000)
  borrowKeepSeats?: number;

  @Flag({
    optional: true,
    description:
      'Whether a person without a per-user seat gets one at the first activation, as long as there is an unassigned one; false unless ' +
      'changed. Service accounts do not.',
  })
  autoAssign?: boolean;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: 3650,
    description:
      'Days without use after which a per-user seat is taken back from its person; 0, unless changed: never. At most as many as the ' +
      'server remembers sessions. A person with a session keeps the seat.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(3650)
  unassignAfterDays?: number;

  @Patterns('Machine ids and host names that may have seats; none: all.')
  allowedMachines?: string[];

  @Patterns('Machine ids and host names that get no seat, whatever is allowed. Sessions on them end.')
  deniedMachines?: string[];

  @ApiPropertyOptional({
    type: [SeatReservationRule],
    description: 'All reservations, instead of those that there are. At most as many seats as the organization has.',
  })
  @Optional()
  @ArrayMaxSize(500)
  @NestedList(() => SeatReservationRule)
  reservations?: SeatReservationRule[];

  @ApiPropertyOptional({
    type: [SeatCapRule],
    description:
      'All caps, instead of those that there are: how many floating seats a member or a team may have at the same time. ' +
      'Sessions that have a seat keep it.',
  })
  @Optional()
  @ArrayMaxSize(500)
  @NestedList(() => SeatCapRule)
  caps?: SeatCapRule[];

  @VersionField()
  version?: number;
}
