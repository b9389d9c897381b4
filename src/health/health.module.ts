import { Module } from '@nestjs/common';
import { ActivationModule } from '../activation/activation.module.js';
import { LicenseModule } from '../license/license.module.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { SecurityContactController } from './security-contact.controller.js';
import { ServerCertificatesController } from './server-certificates.controller.js';
import { StoredMetrics } from './stored-metrics.js';

@Module({
  imports: [ActivationModule, LicenseModule],
  controllers: [HealthController, MetricsController, SecurityContactController, ServerCertificatesController],
  providers: [StoredMetrics],
})
export class HealthModule {}
