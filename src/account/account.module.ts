import { Module } from '@nestjs/common';
import { ActivationModule } from '../activation/activation.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { EvidenceModule } from '../audit/evidence/evidence.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { AccountDisabling } from './account-disabling.js';
import { AccountController } from './account.controller.js';
import { AccountService } from './account.service.js';
import { SecondFactorReset } from './second-factor-reset.js';
import { ErasureService } from './erasure.service.js';

@Module({
  imports: [ActivationModule, AuditModule, AuthModule, EvidenceModule],
  controllers: [AccountController],
  providers: [AccountDisabling, AccountService, ErasureService, SecondFactorReset],
})
export class AccountModule {}
