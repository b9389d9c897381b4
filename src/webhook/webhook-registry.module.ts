import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { WantedEvents } from './wanted-events.js';
import { WebhookService } from './webhook.service.js';

/** Which webhooks there are, and what is written for them to be sent: commands need this, and send nothing themselves. */
@Module({
  imports: [AuditModule],
  providers: [WantedEvents, WebhookService],
  exports: [WebhookService],
})
export class WebhookRegistryModule {}
