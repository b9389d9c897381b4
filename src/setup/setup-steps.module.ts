import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { LicenseModule } from '../license/license.module.js';
import { UserModule } from '../user/user.module.js';
import { SetupProgress } from './setup-progress.js';
import { SetupService } from './setup.service.js';
import { SetupToken } from './setup-token.js';

/** The steps of the setup without the routes that lead to them. */
@Module({
  imports: [AuditModule, LicenseModule, UserModule],
  providers: [SetupProgress, SetupService, SetupToken],
  exports: [SetupProgress, SetupService, SetupToken],
})
export class SetupStepsModule {}
