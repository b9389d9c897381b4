import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActivationModule } from '../activation/activation.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { MailModule } from '../mail/mail.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { DisabledNotice } from './delivery/disabled-notice.js';
import { OrganizationWebhookController } from './organization-webhook.controller.js';
import { SeatShortage } from './seat-shortage.entity.js';
import { SeatShortages } from './seat-shortages.js';
import { ServerWebhookController } from './server-webhook.controller.js';
import { WebhookDelivery } from './delivery/webhook-delivery.entity.js';
import { WebhookDeliveryService } from './delivery/webhook-delivery.service.js';
import { WebhookRegistryModule } from './webhook-registry.module.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookOutbox } from './delivery/webhook-outbox.js';
import { WebhookSender } from './delivery/webhook-sender.js';
import { Webhook } from './webhook.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([SeatShortage, Webhook, WebhookDelivery]),
    ActivationModule,
    AuditModule,
    MailModule,
    OrganizationModule,
    WebhookRegistryModule,
  ],
  controllers: [OrganizationWebhookController, ServerWebhookController],
  providers: [DisabledNotice, SeatShortages, WebhookDeliveryService, WebhookMetrics, WebhookOutbox, WebhookSender],
})
export class WebhookModule {}
