import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActivationModule } from '../activation/activation.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { MailModule } from '../mail/mail.module.js';
import { Organization } from '../organization/organization.entity.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { CapacityMailController } from './capacity-mail/capacity-mail.controller.js';
import { CapacityMail } from './capacity-mail/capacity-mail.entity.js';
import { CapacityMailSender } from './capacity-mail/capacity-mail-sender.js';
import { CapacityMailService } from './capacity-mail/capacity-mail.service.js';
import { CapacityController } from './capacity.controller.js';
import { CapacityService } from './capacity.service.js';
import { MonthReportController } from './month-report.controller.js';
import { MonthReportService } from './month-report.service.js';
import { UsageRollUpService } from './roll-up/usage-roll-up.service.js';
import { UtilizationController } from './utilization.controller.js';
import { UtilizationService } from './utilization.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([CapacityMail, Organization]),
    ActivationModule,
    AuditModule,
    MailModule,
    OrganizationModule,
  ],
  controllers: [CapacityController, CapacityMailController, MonthReportController, UtilizationController],
  providers: [
    CapacityMailSender,
    CapacityMailService,
    CapacityService,
    MonthReportService,
    UsageRollUpService,
    UtilizationService,
  ],
})
export class UtilizationModule {}
