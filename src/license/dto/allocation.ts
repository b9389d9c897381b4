import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min, ValidateIf } from 'class-validator';
import { Choice, VersionField } from '../../http/validation/fields.js';
import { type Model, models, type Product, products } from '../file/product.js';

/** The share of an organization in one product and model. */
export class Allocation {
  @Choice(products, { example: 'KSE' })
  product!: Product;

  @Choice(models, { example: 'floating' })
  model!: Model;

  @ApiProperty({
    type: Number,
    nullable: true,
    minimum: 0,
    description:
      'Seats; null: the seats not allocated to others, for the first organization; no seats, for other organizations.',
  })
  @ValidateIf((_, value) => value !== null)
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  quantity!: number | null;

  @VersionField()
  version?: number;
}

export class AllocationView extends Allocation {
  @ApiProperty({ description: 'Seats that the organization has now.' })
  quota!: number;

  @ApiProperty({
    description:
      'Seats that it lacks because they are still out elsewhere: in sessions beyond a lowered allocation, or as tokens of a ' +
      'deleted organization. They come back when those end.',
  })
  withheld!: number;

  @ApiProperty({ description: 'Seats that the license files grant to everybody together.' })
  granted!: number;

  @ApiProperty({ description: 'Seats that were given to other organizations.' })
  allocatedElsewhere!: number;
}
