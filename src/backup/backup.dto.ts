import { ApiProperty } from '@nestjs/swagger';

export class LastBackupView {
  @ApiProperty()
  at!: Date;

  @ApiProperty({ description: 'Its name, without the folder.' })
  file!: string;

  @ApiProperty({ description: 'Whether it needs a passphrase.' })
  encrypted!: boolean;
}

export class BackupScheduleView {
  @ApiProperty({ description: '`BACKUP_DIR`, on the machine of this server.' })
  folder!: string;

  @ApiProperty({ example: '02:30', description: '`BACKUP_AT`, in the time zone of the server.' })
  at!: string;

  @ApiProperty({ description: '`BACKUP_KEEP`: how many daily backups stay.' })
  keep!: number;
}

export class LastCopyView {
  @ApiProperty()
  at!: Date;

  @ApiProperty({ description: 'The name of the backup.' })
  file!: string;
}

export class BackupCopiesView {
  @ApiProperty({ description: '`BACKUP_S3_URL`' })
  url!: string;

  @ApiProperty({ type: LastCopyView, nullable: true, description: 'The newest copy; null: none yet.' })
  last!: LastCopyView | null;
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

  @ApiProperty({
    type: BackupScheduleView,
    nullable: true,
    description: 'As the configuration of this server has it; null without `BACKUP_DIR`.',
  })
  schedule!: BackupScheduleView | null;

  @ApiProperty({
    type: BackupCopiesView,
    nullable: true,
    description: 'The storage that backups are copied to; null without `BACKUP_S3_URL`.',
  })
  copies!: BackupCopiesView | null;

  @ApiProperty({ description: 'Whether this server is making a backup.' })
  isUnderWay!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the last backup by this server, or its copy, failed.',
  })
  failure!: string | null;
}
