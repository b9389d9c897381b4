import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { MailModule } from '../mail/mail.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { DefaultMailController } from './default-mail.controller.js';
import { MailSettingsService } from './mail-settings.service.js';
import { OrganizationMailController } from './organization-mail.controller.js';

@Module({
  imports: [AuditModule, MailModule, OrganizationModule],
  controllers: [DefaultMailController, OrganizationMailController],
  providers: [MailSettingsService],
})
export class MailSettingsModule {}
