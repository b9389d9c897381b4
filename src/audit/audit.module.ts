import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ListExportListeners } from '../http/csv/lists-as-csv.js';
import { AccessRecord } from './access-record.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditService } from './audit.service.js';
import { ListExportRecord } from './list-export-record.js';

@Module({
  imports: [TypeOrmModule.forFeature([AuditEvent])],
  providers: [AccessRecord, AuditService, ListExportListeners, ListExportRecord],
  exports: [AccessRecord, AuditService, ListExportRecord],
})
export class AuditModule {}
