import { ApiProperty } from '@nestjs/swagger';
import { Page } from '../../../http/paging.js';
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

  @ApiProperty({ type: String, nullable: true })
  email!: string | null;

  @ApiProperty()
  machineId!: string;

  @ApiProperty({ type: String, nullable: true })
  hostname!: string | null;

  @ApiProperty()
  sessionId!: string;
}

export class DenialPage extends Page<DenialView> {
  @ApiProperty({ type: [DenialView] })
  declare content: DenialView[];
}
