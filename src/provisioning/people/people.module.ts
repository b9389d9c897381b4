import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { InvitationModule } from '../../invitation/invitation.module.js';
import { LicenseModule } from '../../license/license.module.js';
import { MemberModule } from '../../member/member.module.js';
import { OrganizationModule } from '../../organization/organization.module.js';
import { MemberChanges } from './member-changes.js';
import { PeopleController } from './people.controller.js';
import { PeopleService } from './people.service.js';

@Module({
  imports: [AuditModule, InvitationModule, LicenseModule, MemberModule, OrganizationModule],
  controllers: [PeopleController],
  providers: [MemberChanges, PeopleService],
})
export class PeopleModule {}
