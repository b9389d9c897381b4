import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { SecretKeyRotation } from './secret-key-rotation.js';
import { SigningKeyRotation } from './signing-key-rotation.js';

@Module({
  imports: [AuditModule, SigningModule],
  providers: [SecretKeyRotation, SigningKeyRotation],
  exports: [SecretKeyRotation, SigningKeyRotation],
})
export class KeyRotationModule {}
