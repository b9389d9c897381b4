import { Module } from '@nestjs/common';
import { EvidenceModule } from '../audit/evidence/evidence.module.js';
import { AuditRetention } from './audit-retention.js';
import { RetentionService } from './retention.service.js';

/** What is deleted in time. */
@Module({ imports: [EvidenceModule], providers: [AuditRetention, RetentionService] })
export class RetentionModule {}
