import { ApiProperty } from '@nestjs/swagger';
import { TimeField } from '../../http/validation/fields.js';
import { type Model, models, type Product, products } from '../../license/file/product.js';

export class MonthReportQuery {
  @TimeField({
    optional: true,
    description: 'The report begins with the month (UTC) of this time. Eleven months before that of `to`, when absent.',
  })
  from?: string;

  @TimeField({ optional: true, description: 'It ends with the last month that began before. Now, when absent.' })
  to?: string;
}

/** What an organization had and used of a product and model in a month (UTC). */
export class MonthReportRow {
  @ApiProperty({ example: '2027-01' })
  month!: string;

  @ApiProperty({ enum: [...products] })
  product!: Product;

  @ApiProperty({ enum: [...models] })
  model!: Model;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'The most seats that the organization had within the month; null: that was not recorded.',
  })
  seats!: number | null;

  @ApiProperty({ description: 'The most seats that were in use at once.' })
  peak!: number;

  @ApiProperty({
    format: 'double',
    description: 'Seats in use on average over the whole month, nights included, in hundredths.',
    example: 7.25,
  })
  averageUse!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'People with a session; null: it is older than sessions are kept.',
  })
  people!: number | null;

  @ApiProperty({
    description: 'Refusals of the product. A refusal has no model: it counts for floating seats where there are some.',
  })
  denials!: number;
}

export class MonthReport {
  @ApiProperty({ type: Date, nullable: true, description: 'Use is counted until then: an hour that was over.' })
  until!: Date | null;

  @ApiProperty({ type: [MonthReportRow], description: 'By month, product and model, the earliest month first.' })
  rows!: MonthReportRow[];
}
