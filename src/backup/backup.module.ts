import { Module } from '@nestjs/common';
import { BackupController } from './backup.controller.js';
import { BackupSchedule } from './backup-schedule.js';

@Module({ controllers: [BackupController], providers: [BackupSchedule] })
export class BackupModule {}
