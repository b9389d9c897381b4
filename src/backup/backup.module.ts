import { Module } from '@nestjs/common';
import { BackupController } from './backup.controller.js';
import { BackupCopies } from './backup-copies.js';
import { BackupSchedule } from './backup-schedule.js';
import { SeatJournal } from './journal/seat-journal.service.js';

@Module({
  controllers: [BackupController],
  providers: [BackupCopies, BackupSchedule, SeatJournal],
  exports: [BackupSchedule, SeatJournal],
})
export class BackupModule {}
