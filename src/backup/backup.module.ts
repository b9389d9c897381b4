import { Module } from '@nestjs/common';
import { BackupController } from './backup.controller.js';
import { BackupCopies } from './backup-copies.js';
import { BackupSchedule } from './backup-schedule.js';

@Module({ controllers: [BackupController], providers: [BackupCopies, BackupSchedule], exports: [BackupSchedule] })
export class BackupModule {}
