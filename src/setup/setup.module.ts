import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { LicenseModule } from '../license/license.module.js';
import { InfoController } from './info.controller.js';
import { InfoService } from './info.service.js';
import { SetupController } from './setup.controller.js';
import { SetupGate } from './setup-gate.js';
import { SetupStepsModule } from './setup-steps.module.js';

@Module({
  imports: [IdentityModule, LicenseModule, SetupStepsModule],
  controllers: [InfoController, SetupController],
  providers: [InfoService, SetupGate],
})
export class SetupModule {}
