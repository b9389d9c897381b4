import { Module } from '@nestjs/common';
import { AuditModule } from './audit.module.js';
import { AuditLogController } from './audit-log.controller.js';
import { AuditLogService } from './audit-log.service.js';
import { EvidenceModule } from './evidence/evidence.module.js';

/** What people read of the audit log. Commands write to the log, too, without it: sealing belongs to servers. */
@Module({
  imports: [AuditModule, EvidenceModule],
  controllers: [AuditLogController],
  providers: [AuditLogService],
})
export class AuditLogModule {}
