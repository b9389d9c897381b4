import { MailerModule } from '@nestjs-modules/mailer';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { BrandingModule } from '../branding/branding.module.js';
import { DailyCount } from './daily-count.entity.js';
import { DefaultMailController } from './default-mail.controller.js';
import { mailerOptions } from './mailer-options.js';
import { MailComposer } from './mail-composer.js';
import { MailSender } from './outbox/mail-sender.js';
import { MailSettingsService } from './mail-settings.service.js';
import { MailServer } from './mail-server.entity.js';
import { MailService } from './mail.service.js';
import { OrganizationMailController } from './organization-mail.controller.js';
import { OutboxMail } from './outbox/outbox-mail.entity.js';
import { Outbox } from './outbox/outbox.js';

@Module({
  imports: [
    AuditModule,
    BrandingModule,
    MailerModule.forRootAsync({ imports: [], useFactory: mailerOptions }),
    TypeOrmModule.forFeature([MailServer, OutboxMail, DailyCount]),
  ],
  controllers: [DefaultMailController, OrganizationMailController],
  providers: [MailService, MailComposer, MailSender, MailSettingsService, Outbox],
  exports: [MailService, MailSettingsService],
})
export class MailModule {}
