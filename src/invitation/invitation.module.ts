import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { LicenseModule } from '../license/license.module.js';
import { MailModule } from '../mail/mail.module.js';
import { MemberModule } from '../member/member.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { UserModule } from '../user/user.module.js';
import { InvitationAcceptanceService } from './invitation-acceptance.service.js';
import { InvitationJoining } from './invitation-joining.js';
import { InvitationLinkController } from './invitation-link.controller.js';
import { InvitationLinks } from './invitation-links.js';
import { InvitationController } from './invitation.controller.js';
import { Invitation } from './invitation.entity.js';
import { InvitationService } from './invitation.service.js';
import { InvitedAccounts } from './invited-accounts.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Invitation]),
    AuditModule,
    AuthModule,
    LicenseModule,
    MailModule,
    MemberModule,
    OrganizationModule,
    UserModule,
  ],
  controllers: [InvitationController, InvitationLinkController],
  providers: [InvitationAcceptanceService, InvitationJoining, InvitationLinks, InvitationService, InvitedAccounts],
  exports: [InvitationService],
})
export class InvitationModule {}
