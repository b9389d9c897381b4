import { Module } from '@nestjs/common';
import { ActivationModule } from '../activation/activation.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { LicenseModule } from '../license/license.module.js';
import { MailModule } from '../mail/mail.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { MemberController } from './member.controller.js';
import { MemberService } from './member.service.js';
import { MyMembershipController } from './my-membership.controller.js';

@Module({
  imports: [ActivationModule, AuditModule, LicenseModule, MailModule, OrganizationModule],
  controllers: [MemberController, MyMembershipController],
  providers: [MemberService],
  exports: [MemberService],
})
export class MemberModule {}
