import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { MailPreferenceController } from './mail-preference.controller.js';
import { MailPreferenceService } from './mail-preference.service.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordStrength } from './password-strength.js';
import { User } from './user.entity.js';
import { UserService } from './user.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([User]), AuditModule],
  controllers: [MailPreferenceController],
  providers: [MailPreferenceService, UserService, PasswordHasher, PasswordStrength],
  exports: [UserService],
})
export class UserModule {}
