import { MailerModule } from '@nestjs-modules/mailer';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DailyCount } from './daily-count.entity.js';
import { mailerOptions } from './mailer-options.js';
import { MailComposer } from './mail-composer.js';
import { MailSender } from './mail-sender.js';
import { MailServer } from './mail-server.entity.js';
import { MailService } from './mail.service.js';
import { OutboxMail } from './outbox-mail.entity.js';
import { Outbox } from './outbox.js';

@Module({
  imports: [
    MailerModule.forRootAsync({ imports: [], useFactory: mailerOptions }),
    TypeOrmModule.forFeature([MailServer, OutboxMail, DailyCount]),
  ],
  providers: [MailService, MailComposer, MailSender, Outbox],
  exports: [MailService, MailSender],
})
export class MailModule {}
