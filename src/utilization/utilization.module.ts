import { Module } from '@nestjs/common';
import { OrganizationModule } from '../organization/organization.module.js';
import { UtilizationController } from './utilization.controller.js';
import { UtilizationService } from './utilization.service.js';

@Module({
  imports: [OrganizationModule],
  controllers: [UtilizationController],
  providers: [UtilizationService],
})
export class UtilizationModule {}
