import { ApiProperty } from '@nestjs/swagger';
import { storageParts } from './storage.js';

export class StoragePart {
  @ApiProperty({ enum: storageParts, enumName: 'StoragePartName' })
  name!: (typeof storageParts)[number];

  @ApiProperty({ description: 'Tables and their indexes.' })
  bytes!: number;
}

export class StorageView {
  @ApiProperty()
  databaseBytes!: number;

  @ApiProperty({ type: [StoragePart], description: 'What the database holds, the largest first.' })
  parts!: StoragePart[];

  @ApiProperty({ description: 'All files in `DATA_DIR`; an embedded database is in it.' })
  dataFolderBytes!: number;

  @ApiProperty({ description: 'Archives of the audit log in `AUDIT_ARCHIVE_DIR`.' })
  archiveBytes!: number;

  @ApiProperty({ description: 'Free on the disk of `DATA_DIR`.' })
  freeBytes!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Bytes by which the database has grown a day, over the last four weeks; null on the first day.',
  })
  growthPerDay!: number | null;

  @ApiProperty({
    type: Date,
    nullable: true,
    description:
      'When the disk of `DATA_DIR` is full at that rate; null when it does not grow, in more than a century, or when the database is elsewhere.',
  })
  fullOn!: Date | null;
}
