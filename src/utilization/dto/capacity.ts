import { ApiProperty } from '@nestjs/swagger';
import { TimeField } from '../../http/validation/fields.js';
import { type Model, models, type Product, products } from '../../license/file/product.js';

export class CapacityQuery {
  @TimeField({ optional: true, description: '30 days before `to`, when absent. At most two years before it.' })
  from?: string;

  @TimeField({ optional: true, description: 'Now, when absent.' })
  to?: string;
}

/** What is expected of an hour. */
export class CapacityForecastPoint {
  @ApiProperty({ description: 'When the hour begins.' })
  at!: Date;

  @ApiProperty({
    format: 'double',
    description: 'Most seats in use at once within the hour, in tenths.',
    example: 41.5,
  })
  expected!: number;

  @ApiProperty({ format: 'double', description: 'Nine of ten hours stay between `low` and `high`.', example: 35 })
  low!: number;

  @ApiProperty({ format: 'double', description: 'The upper end of that band of nine in ten.', example: 49.2 })
  high!: number;
}

/** Whether the seats of a product and model are enough. */
export class CapacityView {
  @ApiProperty({ enum: [...products] })
  product!: Product;

  @ApiProperty({ enum: [...models] })
  model!: Model;

  @ApiProperty({ description: 'Seats that the organization has now.' })
  subscribed!: number;

  @ApiProperty({
    description:
      'Seats that are not available now, whatever `from` and `to` are: in use, assigned to a user, bound to a machine, or out as ' +
      'offline licenses.',
    example: 38,
  })
  inUse!: number;

  @ApiProperty({ description: 'Seats that were in use at once, at most, within the time.' })
  peak!: number;

  @ApiProperty({ description: 'Seats that would have been enough in 95 of 100 hours of the time, nights included.' })
  p95!: number;

  @ApiProperty({ description: 'Seats that would have been enough in 99 of 100 hours.' })
  p99!: number;

  @ApiProperty({
    description:
      'Refusals of the product within the time. A refusal has no model: it counts for floating seats where there are some.',
  })
  denials!: number;

  @ApiProperty({ description: 'Users who were refused.' })
  deniedUsers!: number;

  @ApiProperty({
    description:
      'Seats that would be enough. Floating: most seats in use in an hour and the users who were refused for lack of seats in it, or ' +
      'the highest number that the forecast holds likely. Per-user and node-locked: users or machines with a session within the ' +
      'time, and those that were refused for lack of a seat where the product has no floating seats.',
  })
  suggestedSeats!: number;

  @ApiProperty({
    type: [CapacityForecastPoint],
    description:
      'The next two weeks, hour by hour, from the last full hour on; whatever `from` and `to` are. Learned from up to 26 weeks; ' +
      'empty for less than eight weeks of data.',
  })
  forecast!: CapacityForecastPoint[];

  @ApiProperty({
    type: Date,
    nullable: true,
    description:
      'The hour in which all seats will be in use if it goes on as in the last eight weeks. null: not within a year, no forecast, or no seats.',
  })
  fullOn!: Date | null;
}
