import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { MailModule } from '../mail/mail.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { DisabledNotice } from './disabled-notice.js';
import { OrganizationWebhookController } from './organization-webhook.controller.js';
import { ServerWebhookController } from './server-webhook.controller.js';
import { WantedEvents } from './wanted-events.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookDeliveryService } from './webhook-delivery.service.js';
import { WebhookOutbox } from './webhook-outbox.js';
import { WebhookSender } from './webhook-sender.js';
import { Webhook } from './webhook.entity.js';
import { WebhookService } from './webhook.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Webhook, WebhookDelivery]), AuditModule, MailModule, OrganizationModule],
  controllers: [OrganizationWebhookController, ServerWebhookController],
  providers: [DisabledNotice, WantedEvents, WebhookDeliveryService, WebhookOutbox, WebhookSender, WebhookService],
})
export class WebhookModule {}
