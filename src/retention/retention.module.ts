import { Module } from '@nestjs/common';
import { EvidenceModule } from '../audit/evidence/evidence.module.js';
import { RetentionService } from './retention.service.js';

/** What is deleted in time. */
@Module({ imports: [EvidenceModule], providers: [RetentionService] })
export class RetentionModule {}
