import { Module } from '@nestjs/common';
import { ActivationModule } from '../activation/activation.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { AccountDisabling } from './account-disabling.js';
import { AccountController } from './account.controller.js';
import { AccountService } from './account.service.js';

@Module({
  imports: [ActivationModule, AuditModule, AuthModule],
  controllers: [AccountController],
  providers: [AccountDisabling, AccountService],
})
export class AccountModule {}
