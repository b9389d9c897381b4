import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { BackupModule } from '../backup/backup.module.js';
import { LicenseModule } from '../license/license.module.js';
import { MailModule } from '../mail/mail.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { AnnouncementController } from './announcement.controller.js';
import { AnnouncementService } from './announcement.service.js';
import { ExecutionNotificationService } from './execution-notification.service.js';
import { NoticeController } from './notice/notice.controller.js';
import { NoticeFactsService } from './notice/notice-facts.service.js';
import { NoticeMailService } from './notice/notice-mail.service.js';
import { NoticeService } from './notice/notice.service.js';

@Module({
  imports: [AuditModule, BackupModule, LicenseModule, MailModule, OrganizationModule],
  controllers: [AnnouncementController, NoticeController],
  providers: [AnnouncementService, ExecutionNotificationService, NoticeFactsService, NoticeMailService, NoticeService],
})
export class AnnouncementModule {}
