import { ApiProperty } from '@nestjs/swagger';

export class LastBackupView {
  @ApiProperty()
  at!: Date;

  @ApiProperty({ description: 'Its name, without the folder.' })
  file!: string;

  @ApiProperty({ description: 'Whether it needs a passphrase.' })
  encrypted!: boolean;
}

export class BackupsView {
  @ApiProperty({
    type: LastBackupView,
    nullable: true,
    description: 'Made by this server or a command; null: none yet.',
  })
  last!: LastBackupView | null;

  @ApiProperty({ description: 'Whether the last backup is more than 26 hours old, or not made yet.' })
  isOld!: boolean;

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'When this server makes the next one (`BACKUP_AT`); null without `BACKUP_DIR`.',
  })
  nextAt!: Date | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last daily backup of this server failed.' })
  failure!: string | null;
}
