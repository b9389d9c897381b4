import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SigningModule } from '../signing/signing.module.js';
import { AuditBlock } from './audit-block.entity.js';
import { AuditCheckpoint } from './audit-checkpoint.entity.js';
import { SealingService } from './sealing.service.js';
import { VerificationService } from './verification.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([AuditBlock, AuditCheckpoint]), SigningModule],
  providers: [SealingService, VerificationService],
  exports: [SealingService, VerificationService],
})
export class EvidenceModule {}
