import { ApiProperty } from '@nestjs/swagger';
import { type UnacceptedSeats } from '../file/client-features.js';
import { type Model, models, type Product, products } from '../file/product.js';

/** Seats that Katalon's client for the product will not accept: what a warning says, for programs. */
export class UnacceptedSeatsView implements UnacceptedSeats {
  @ApiProperty({ enum: [...products] })
  product!: Product;

  @ApiProperty({ enum: [...models] })
  model!: Model;

  @ApiProperty({ description: 'The seats of an evaluation, which no client accepts; false: a feature key is missing.' })
  evaluation!: boolean;
}
