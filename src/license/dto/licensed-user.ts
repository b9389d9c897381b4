import { ApiProperty } from '@nestjs/swagger';
import { Choice, IdField } from '../../http/fields.js';
import { Page, PageQuery } from '../../http/paging.js';
import { type Model, type Product, products } from '../file/product.js';

/** Which per-user seat. */
export class SeatKind {
  @Choice(products, { example: 'KSE' })
  product!: Product;

  @Choice(['per-user'], { example: 'per-user', description: 'Only per-user seats are assigned to users.' })
  model: Model = 'per-user';
}

export class NewLicensedUser extends SeatKind {
  @IdField()
  userId!: number;
}

export class SeatTransfer extends SeatKind {
  @IdField({ description: 'Id of the member who takes over.' })
  to!: number;
}

export class LicensedUserQuery extends PageQuery {
  @Choice(products, { optional: true })
  product?: Product;
}

export class LicensedUserView {
  @ApiProperty()
  userId!: number;

  @ApiProperty()
  email!: string;

  @ApiProperty()
  firstName!: string;

  @ApiProperty()
  lastName!: string;

  @ApiProperty({ enum: products })
  product!: Product;

  @ApiProperty({ enum: ['per-user'] })
  model!: Model;

  @ApiProperty()
  assignedAt!: Date;
}

export class LicensedUserPage extends Page<LicensedUserView> {
  @ApiProperty({ type: [LicensedUserView] })
  declare content: LicensedUserView[];
}
