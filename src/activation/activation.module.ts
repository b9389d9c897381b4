import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ClockStepModule } from '../clock-step/clock-step.module.js';
import { LicenseModule } from '../license/license.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { EndedLicenseService } from './ended-license.service.js';
import { ExcessLeaseService } from './excess-lease.service.js';
import { KatalonController } from './katalon.controller.js';
import { LeaseEndingService } from './lease-ending.service.js';
import { LeaseMetrics } from './lease-metrics.js';
import { LeaseRenewalService } from './lease-renewal.service.js';
import { LeaseTokenService } from './lease-token.service.js';
import { LeaseController } from './lease.controller.js';
import { LeaseService } from './lease.service.js';
import { LicensePolicyController } from './license-policy.controller.js';
import { LicensePolicyService } from './license-policy.service.js';
import { MachineController } from './machine.controller.js';
import { MachineService } from './machine.service.js';
import { MyLeaseController } from './my-lease.controller.js';
import { OfflineLicenseController } from './offline-license.controller.js';
import { OfflineLicenseService } from './offline-license.service.js';
import { OutageService } from './outage.service.js';
import { SeatController } from './seat.controller.js';
import { SeatQueue } from './seat-queue.js';
import { SeatRefusalService } from './seat-refusal.service.js';
import { SeatService } from './seat.service.js';
import { TestOpsController, TestOpsRootController } from './testops.controller.js';
import { TrackingService } from './tracking.service.js';

@Module({
  imports: [AuditModule, ClockStepModule, LicenseModule, OrganizationModule, SigningModule],
  // Before the organizations' own routes could take "list" for an id.
  controllers: [
    KatalonController,
    TestOpsController,
    TestOpsRootController,
    LeaseController,
    LicensePolicyController,
    MachineController,
    MyLeaseController,
    OfflineLicenseController,
    SeatController,
  ],
  providers: [
    EndedLicenseService,
    ExcessLeaseService,
    LeaseEndingService,
    LeaseMetrics,
    LeaseRenewalService,
    LeaseService,
    LeaseTokenService,
    LicensePolicyService,
    MachineService,
    OfflineLicenseService,
    OutageService,
    SeatQueue,
    SeatRefusalService,
    SeatService,
    TrackingService,
  ],
  exports: [LeaseEndingService, SeatService],
})
export class ActivationModule {}
