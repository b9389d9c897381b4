import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit.module.js';
import { SigningModule } from '../../signing/signing.module.js';
import { ArchiveService } from './archive/archive.service.js';
import { AuditArchive } from './archive/audit-archive.entity.js';
import { AuditBlock } from './audit-block.entity.js';
import { AuditCheckpoint } from './audit-checkpoint.entity.js';
import { AuditDelivery } from './delivery/audit-delivery.entity.js';
import { DeliveryService } from './delivery/delivery.service.js';
import { RecordedSettings } from './recorded-settings.entity.js';
import { RedactionService } from './redaction/redaction.service.js';
import { SealingService } from './sealing.service.js';
import { SettingsRecord } from './settings-record.js';
import { VerificationService } from './verification.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([AuditArchive, AuditBlock, AuditCheckpoint, AuditDelivery, RecordedSettings]),
    AuditModule,
    SigningModule,
  ],
  providers: [ArchiveService, DeliveryService, RedactionService, SealingService, SettingsRecord, VerificationService],
  exports: [ArchiveService, DeliveryService, RedactionService, SealingService, VerificationService],
})
export class EvidenceModule {}
