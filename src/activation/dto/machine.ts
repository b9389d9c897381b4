import { ApiProperty } from '@nestjs/swagger';
import { Page } from '../../http/paging.js';
import { type Product, products } from '../../license/product.js';

export class MachineView {
  @ApiProperty()
  machineId!: string;

  @ApiProperty({ enum: [...products] })
  product!: Product;

  @ApiProperty({ type: String, nullable: true })
  hostname!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'E-mail address of whoever activated it first.' })
  registeredBy!: string | null;

  @ApiProperty()
  registeredAt!: Date;

  @ApiProperty({ description: 'Whether a session runs there now.' })
  online!: boolean;
}

export class MachinePage extends Page<MachineView> {
  @ApiProperty({ type: [MachineView] })
  declare content: MachineView[];
}
