import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { BackupModule } from '../backup/backup.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { ClockStepModule } from '../clock-step/clock-step.module.js';
import { LicenseModule } from '../license/license.module.js';
import { MailModule } from '../mail/mail.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { AssignmentNotices } from './assignment/assignment-notices.js';
import { UnusedSeatService } from './assignment/unused-seat.service.js';
import { BorrowedSeatService } from './lease/borrowed-seat.service.js';
import { CheckOuts } from './lease/check-outs.js';
import { CheckOutBatch } from './lease/check-out/check-out.js';
import { SnapshotRefresh } from './lease/check-out/snapshot-refresh.js';
import { ClientCall } from './katalon/client-call.entity.js';
import { ClientConversationController } from './katalon/client-conversation.controller.js';
import { ClientConversationService } from './katalon/client-conversation.service.js';
import { ClientVersion } from './katalon/client-version.entity.js';
import { ClientActivationService } from './katalon/client-activation.service.js';
import { DepartureService } from './lease/ending/departure.service.js';
import { EndedLicenseService } from './katalon/ended-license.service.js';
import { ExcessLeaseService } from './lease/ending/excess-lease.service.js';
import { KatalonController } from './katalon/katalon.controller.js';
import { IdleSessionService } from './lease/ending/idle-session.service.js';
import { LeaseOrganizations } from './lease/lease-organizations.js';
import { LeaseReleaseService } from './lease/ending/lease-release.service.js';
import { LeaseMetrics } from './lease/lease-metrics.js';
import { LeaseRenewalService } from './lease/renewal/lease-renewal.service.js';
import { LeaseSweep } from './lease/ending/lease-sweep.js';
import { LeaseTokenSignIn } from './lease/token/lease-token-sign-in.js';
import { LeaseTokenService } from './lease/token/lease-token.service.js';
import { LeaseController } from './lease/lease.controller.js';
import { LeaseService } from './lease/lease.service.js';
import { LicensePolicyController } from './policy/license-policy.controller.js';
import { LicensePolicyService } from './policy/license-policy.service.js';
import { MachineDeactivationService } from './machine/machine-deactivation.service.js';
import { MachineController } from './machine/machine.controller.js';
import { MachineService } from './machine/machine.service.js';
import { MyLeaseController } from './lease/my-lease.controller.js';
import { OfflineIssueService } from './offline/offline-issue.service.js';
import { OfflineLicenseController } from './offline/offline-license.controller.js';
import { OfflineLicenseService } from './offline/offline-license.service.js';
import { OfflineSeatService } from './offline/offline-seat.service.js';
import { HeartbeatService } from './lease/renewal/heartbeat.service.js';
import { SeatController } from './lease/seat.controller.js';
import { SeatQueue } from './lease/queue/seat-queue.js';
import { SeatRefusalService } from './lease/seat-refusal.service.js';
import { SeatWaiting } from './lease/queue/seat-waiting.js';
import { SeatService } from './lease/seat.service.js';
import { TestOpsController } from './katalon/testops.controller.js';
import { TestOpsRootController } from './katalon/testops-root.controller.js';
import { TrackingService } from './katalon/tracking.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([ClientCall, ClientVersion]),
    AuditModule,
    AuthModule,
    BackupModule,
    ClockStepModule,
    LicenseModule,
    MailModule,
    OrganizationModule,
    SigningModule,
  ],
  // Before the organizations' own routes could take "list" for an id.
  controllers: [
    ClientConversationController,
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
    AssignmentNotices,
    BorrowedSeatService,
    CheckOutBatch,
    CheckOuts,
    SnapshotRefresh,
    ClientActivationService,
    ClientConversationService,
    DepartureService,
    EndedLicenseService,
    ExcessLeaseService,
    IdleSessionService,
    LeaseOrganizations,
    LeaseReleaseService,
    LeaseMetrics,
    LeaseRenewalService,
    LeaseService,
    LeaseSweep,
    LeaseTokenService,
    LeaseTokenSignIn,
    LicensePolicyService,
    MachineDeactivationService,
    MachineService,
    OfflineIssueService,
    OfflineLicenseService,
    OfflineSeatService,
    HeartbeatService,
    SeatQueue,
    SeatRefusalService,
    SeatService,
    SeatWaiting,
    TrackingService,
    UnusedSeatService,
  ],
  exports: [DepartureService, LicensePolicyService, SeatService],
})
export class ActivationModule {}
