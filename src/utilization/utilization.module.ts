import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { EvidenceModule } from '../audit/evidence/evidence.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { RetentionService } from './retention.service.js';
import { UsageRollUpService } from './usage-roll-up.service.js';
import { UtilizationController } from './utilization.controller.js';
import { UtilizationService } from './utilization.service.js';

@Module({
  imports: [AuditModule, EvidenceModule, OrganizationModule],
  controllers: [UtilizationController],
  providers: [RetentionService, UsageRollUpService, UtilizationService],
})
export class UtilizationModule {}
