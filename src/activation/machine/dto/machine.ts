import { ApiProperty } from '@nestjs/swagger';
import { Choice, HostNameField, IdFilter, Verbatim } from '../../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../../http/paging.js';
import { type Model, models, type Product, products } from '../../../license/file/product.js';

export class MachineView {
  @ApiProperty()
  machineId!: string;

  @ApiProperty({ enum: [...products] })
  product!: Product;

  @ApiProperty({ enum: [...models], description: 'Of the seats that it has its place in.' })
  model!: Model;

  @ApiProperty({ type: String, nullable: true })
  hostname!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'E-mail address of the user who first activated it.' })
  registeredBy!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Id of that user.' })
  registeredById!: number | null;

  @ApiProperty()
  registeredAt!: Date;

  @ApiProperty({ description: 'Whether a session runs there now.' })
  online!: boolean;

  @ApiProperty({ description: 'Whether the policy denies it seats.' })
  denied!: boolean;
}

export class MachineQuery extends SortedBy(
  PageQuery,
  'registeredAt',
  'machineId',
  'hostname',
  'registeredBy',
  'product',
) {
  @IdFilter({ description: 'First activated by this user.' })
  userId?: number;

  @Verbatim({ max: 255, optional: true, description: 'Of exactly this machine id.' })
  machineId?: string;
}

export class MachinePage extends Page<MachineView> {
  @ApiProperty({ type: [MachineView] })
  declare content: MachineView[];
}

export class MachineTransfer {
  @Verbatim({ max: 255, description: 'Machine id of the machine that takes over.' })
  to!: string;

  @Choice(products, { optional: true, description: 'Absent: all that the machine has.' })
  product?: Product;

  @HostNameField({ max: 255, optional: true, example: 'DESK-8' })
  hostname?: string;
}
