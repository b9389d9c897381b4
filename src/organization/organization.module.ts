import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { MailModule } from '../mail/mail.module.js';
import { UserModule } from '../user/user.module.js';
import { MeController } from './me.controller.js';
import { MeService } from './me.service.js';
import { Membership } from './membership.entity.js';
import { MembershipService } from './membership.service.js';
import { OrganizationOwnership } from './organization-ownership.js';
import { OrganizationPolicy } from './organization-policy.js';
import { OrganizationController } from './organization.controller.js';
import { Organization } from './organization.entity.js';
import { OrganizationService } from './organization.service.js';
import { ServerSettingsController } from './server-settings.controller.js';
import { TeamController } from './team/team.controller.js';
import { Team } from './team/team.entity.js';
import { TeamMember } from './team/team-member.entity.js';
import { TeamMemberService } from './team/team-member.service.js';
import { TeamService } from './team/team.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Organization, Membership, Team, TeamMember]),
    AuditModule,
    AuthModule,
    MailModule,
    UserModule,
  ],
  controllers: [OrganizationController, MeController, TeamController, ServerSettingsController],
  providers: [
    MembershipService,
    MeService,
    OrganizationOwnership,
    OrganizationPolicy,
    OrganizationService,
    TeamMemberService,
    TeamService,
  ],
  exports: [OrganizationPolicy, OrganizationService, MeService, MembershipService, TeamMemberService, TeamService],
})
export class OrganizationModule {}
