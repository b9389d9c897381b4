import { Module } from '@nestjs/common';
import { EvidenceModule } from '../audit/evidence/evidence.module.js';
import { AuditRetention } from './audit-retention.js';
import { RetentionService } from './retention.service.js';
import { StorageController } from './storage.controller.js';

/** What is deleted in time. */
@Module({ imports: [EvidenceModule], controllers: [StorageController], providers: [AuditRetention, RetentionService] })
export class RetentionModule {}
