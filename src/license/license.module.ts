import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { AllocationController } from './allocation.controller.js';
import { KeySetController } from './key-set.controller.js';
import { InstalledLicense } from './installed-license.entity.js';
import { LicenseController } from './license.controller.js';
import { LicenseInstallationService } from './license-installation.service.js';
import { LicenseKeys } from './license-keys.js';
import { LicenseService } from './license.service.js';
import { ServerClockController } from './server-clock.controller.js';
import { AllocationService } from './pool/allocation.service.js';
import { SeatDivisionService } from './pool/seat-division.service.js';
import { RecordedTimeService } from './recorded-time.service.js';
import { SeatCharge } from './pool/seat-charge.entity.js';
import { LicensedUserController } from './licensed-user.controller.js';
import { LicensedUserService } from './licensed-user.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([InstalledLicense, SeatCharge]), AuditModule, OrganizationModule, SigningModule],
  controllers: [
    AllocationController,
    KeySetController,
    LicenseController,
    LicensedUserController,
    ServerClockController,
  ],
  providers: [
    AllocationService,
    LicensedUserService,
    LicenseInstallationService,
    LicenseKeys,
    LicenseService,
    RecordedTimeService,
    SeatDivisionService,
  ],
  exports: [AllocationService, LicensedUserService, LicenseInstallationService, LicenseService, SeatDivisionService],
})
export class LicenseModule {}
