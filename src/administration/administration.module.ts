import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActivationModule } from '../activation/activation.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { EvidenceModule } from '../evidence/evidence.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { AccountController } from './account.controller.js';
import { AccountKeyController } from './account-key.controller.js';
import { AccountKeyService } from './account-key.service.js';
import { AccountService } from './account.service.js';
import { AuditLogController } from './audit-log.controller.js';
import { AuditLogService } from './audit-log.service.js';
import { ClientCall } from './client-call.entity.js';
import { ClientConversationController } from './client-conversation.controller.js';
import { ClientConversationService } from './client-conversation.service.js';
import { ClientVersion } from './client-version.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([ClientCall, ClientVersion]),
    ActivationModule,
    AuditModule,
    AuthModule,
    EvidenceModule,
    OrganizationModule,
  ],
  controllers: [AccountController, AccountKeyController, AuditLogController, ClientConversationController],
  providers: [AccountKeyService, AccountService, AuditLogService, ClientConversationService],
})
export class AdministrationModule {}
