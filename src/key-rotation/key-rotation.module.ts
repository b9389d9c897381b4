import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { SigningKeyRotation } from './signing-key-rotation.js';

@Module({
  imports: [AuditModule, SigningModule],
  providers: [SigningKeyRotation],
  exports: [SigningKeyRotation],
})
export class KeyRotationModule {}
