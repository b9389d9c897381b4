import { ApiProperty } from '@nestjs/swagger';
import { IdFilter, Verbatim } from '../../../http/validation/fields.js';
import { CursorPage, WithCursor } from '../../../http/cursor.js';
import { PageQuery, SortedBy } from '../../../http/paging.js';
import { type Product, products } from '../../../license/file/product.js';
import { type DenialCode, denialCodes } from '../../seat/seat-decision.js';

export class DenialView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  occurredAt!: Date;

  @ApiProperty({ enum: [...products] })
  product!: Product;

  @ApiProperty({ enum: [...denialCodes] })
  code!: DenialCode;

  @ApiProperty({ type: Number, nullable: true })
  userId!: number | null;

  @ApiProperty({ type: String, nullable: true })
  email!: string | null;

  @ApiProperty()
  machineId!: string;

  @ApiProperty({ type: String, nullable: true })
  hostname!: string | null;

  @ApiProperty()
  sessionId!: string;
}

export class DenialQuery extends SortedBy(
  WithCursor(PageQuery),
  'occurredAt',
  'email',
  'code',
  'product',
  'machineId',
) {
  @IdFilter({ description: 'Of this user.' })
  userId?: number;

  @Verbatim({ max: 255, optional: true, description: 'Of exactly this machine id.' })
  machineId?: string;
}

export class DenialPage extends CursorPage<DenialView> {
  @ApiProperty({ type: [DenialView] })
  declare content: DenialView[];
}
