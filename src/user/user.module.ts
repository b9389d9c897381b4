import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { MailPreferenceController } from './mail-preference.controller.js';
import { MailPreferenceService } from './mail-preference.service.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordStrength } from './password-strength.js';
import { SavedViewController } from './saved-view.controller.js';
import { SavedView } from './saved-view.entity.js';
import { SavedViewService } from './saved-view.service.js';
import { User } from './user.entity.js';
import { UserService } from './user.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([SavedView, User]), AuditModule],
  controllers: [MailPreferenceController, SavedViewController],
  providers: [MailPreferenceService, SavedViewService, UserService, PasswordHasher, PasswordStrength],
  exports: [UserService],
})
export class UserModule {}
