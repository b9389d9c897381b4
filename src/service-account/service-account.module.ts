import { Module } from '@nestjs/common';
import { ActivationModule } from '../activation/activation.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { LicenseModule } from '../license/license.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { ServiceAccountKeyService } from './service-account-key.service.js';
import { ServiceAccountRemoval } from './service-account-removal.js';
import { ServiceAccountController } from './service-account.controller.js';
import { ServiceAccountService } from './service-account.service.js';

@Module({
  imports: [ActivationModule, AuditModule, AuthModule, LicenseModule, OrganizationModule],
  controllers: [ServiceAccountController],
  providers: [ServiceAccountKeyService, ServiceAccountRemoval, ServiceAccountService],
  exports: [ServiceAccountKeyService, ServiceAccountService],
})
export class ServiceAccountModule {}
