import { Module } from '@nestjs/common';
import { OrganizationModule } from '../organization/organization.module.js';
import { RetentionService } from './retention.service.js';
import { UtilizationController } from './utilization.controller.js';
import { UtilizationService } from './utilization.service.js';

@Module({
  imports: [OrganizationModule],
  controllers: [UtilizationController],
  providers: [RetentionService, UtilizationService],
})
export class UtilizationModule {}
