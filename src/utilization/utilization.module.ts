import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { CapacityController } from './capacity.controller.js';
import { CapacityService } from './capacity.service.js';
import { MonthReportController } from './month-report.controller.js';
import { MonthReportService } from './month-report.service.js';
import { UsageRollUpService } from './usage-roll-up.service.js';
import { UtilizationController } from './utilization.controller.js';
import { UtilizationService } from './utilization.service.js';

@Module({
  imports: [AuditModule, OrganizationModule],
  controllers: [CapacityController, MonthReportController, UtilizationController],
  providers: [CapacityService, MonthReportService, UsageRollUpService, UtilizationService],
})
export class UtilizationModule {}
