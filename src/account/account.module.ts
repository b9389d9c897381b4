import { Module } from '@nestjs/common';
import { ActivationModule } from '../activation/activation.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { EvidenceModule } from '../audit/evidence/evidence.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { LicenseModule } from '../license/license.module.js';
import { AccountDeparture } from './account-departure.js';
import { AccountDisabling } from './account-disabling.js';
import { AccountController } from './account.controller.js';
import { AccountService } from './account.service.js';
import { SecondFactorReset } from './second-factor-reset.js';
import { ErasureService } from './erasure.service.js';

@Module({
  imports: [ActivationModule, AuditModule, AuthModule, EvidenceModule, LicenseModule],
  controllers: [AccountController],
  providers: [AccountDeparture, AccountDisabling, AccountService, ErasureService, SecondFactorReset],
  exports: [AccountDeparture],
})
export class AccountModule {}
