import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { LicenseModule } from '../license/license.module.js';
import { MailModule } from '../mail/mail.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { AnnouncementController } from './announcement.controller.js';
import { AnnouncementService } from './announcement.service.js';
import { ExecutionNotificationService } from './execution-notification.service.js';

@Module({
  imports: [AuditModule, LicenseModule, MailModule, OrganizationModule],
  controllers: [AnnouncementController],
  providers: [AnnouncementService, ExecutionNotificationService],
})
export class AnnouncementModule {}
