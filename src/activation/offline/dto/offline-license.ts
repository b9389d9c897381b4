import { ApiProperty } from '@nestjs/swagger';
import { Choice, TimeField, Verbatim } from '../../../http/validation/fields.js';
import { Page, PageQuery, SortedBy } from '../../../http/paging.js';
import { type OfflineFileFormat, offlineFileFormats } from '../offline-file.js';
import { type Model, models, type Product, products } from '../../../license/file/product.js';

export class NewOfflineLicense {
  @Choice(products, { example: 'KSE' })
  product!: Product;

  @Verbatim({
    max: 255,
    description: 'As Studio shows it in "Offline Activation": 16 to 128 hexadecimal digits and hyphens.',
    example: '0cc175b9c0f1b6a831c399e269772661',
  })
  machineId!: string;

  @TimeField({ description: 'Not beyond the license. Until then the seat is taken; nothing can call it back.' })
  expiresAt!: string;
}

export class OfflineLicenseView {
  @ApiProperty()
  id!: number;

  @ApiProperty({ enum: [...products] })
  product!: Product;

  @ApiProperty({ enum: [...models], description: 'Which kind of seat it takes.' })
  model!: Model;

  @ApiProperty()
  machineId!: string;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: String, nullable: true, description: 'E-mail address.' })
  createdBy!: string | null;

  @ApiProperty()
  expiresAt!: Date;

  @ApiProperty({ description: 'Whether it still takes a seat.' })
  active!: boolean;
}

export class OfflineFileQuery {
  @Choice(offlineFileFormats, {
    optional: true,
    description:
      '`lic` (default): the license alone, a compact JWS. `properties`: the three lines of ~/.katalon/application.properties that make Katalon Studio start with it; `sh`, `ps1`: a script for macOS and Linux, or for Windows, that writes them. `pem`: the public key that verifies it.',
  })
  format?: OfflineFileFormat;
}

export class OfflineLicenseQuery extends SortedBy(PageQuery, 'createdAt', 'expiresAt', 'machineId', 'product') {}

export class OfflineLicensePage extends Page<OfflineLicenseView> {
  @ApiProperty({ type: [OfflineLicenseView] })
  declare content: OfflineLicenseView[];
}
