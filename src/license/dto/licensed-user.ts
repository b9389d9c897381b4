import { ApiProperty } from '@nestjs/swagger';
import { ItemError } from '../../errors/item-error.js';
import { Choice, Flag, IdField, IdList } from '../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../http/paging.js';
import { type Model, type Product, products } from '../file/product.js';

/** The most users that one request may hold: the seats are locked until all are done. */
const mostAtOnce = 500;

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

export class LicensedUsersChange extends SeatKind {
  @IdList({ max: mostAtOnce, description: 'Ids of members.' })
  userIds!: number[];

  @Flag({ description: 'True: they get a seat; false: it is taken back.' })
  assign!: boolean;
}

/** What became of one of several users. */
export class LicensedUserResult {
  @ApiProperty()
  userId!: number;

  @ApiProperty({ type: ItemError, nullable: true, description: 'Null: done, or was so already.' })
  error!: ItemError | null;
}

export class SeatTransfer extends SeatKind {
  @IdField({ description: 'Id of the member who takes over.' })
  to!: number;
}

export class LicensedUserQuery extends SortedBy(PageQuery, 'assignedAt', 'email', 'product', 'lastUsedAt') {
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

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'When the user last worked with the seat, as far as the server remembers; null: never.',
  })
  lastUsedAt!: Date | null;
}

export class LicensedUserPage extends Page<LicensedUserView> {
  @ApiProperty({ type: [LicensedUserView] })
  declare content: LicensedUserView[];
}
