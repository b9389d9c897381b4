import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { LicenseModule } from '../license/license.module.js';
import { UserModule } from '../user/user.module.js';
import { InfoController } from './info.controller.js';
import { InfoService } from './info.service.js';
import { SetupController } from './setup.controller.js';
import { SetupGate } from './setup-gate.js';
import { SetupProgress } from './setup-progress.js';
import { SetupService } from './setup.service.js';
import { SetupToken } from './setup-token.js';

@Module({
  imports: [AuditModule, IdentityModule, LicenseModule, UserModule],
  controllers: [InfoController, SetupController],
  providers: [InfoService, SetupGate, SetupProgress, SetupService, SetupToken],
  exports: [SetupProgress],
})
export class SetupModule {}
