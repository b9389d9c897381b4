import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { UserModule } from '../user/user.module.js';
import { MeController } from './me.controller.js';
import { Membership } from './membership.entity.js';
import { MembershipService } from './membership.service.js';
import { OrganizationController } from './organization.controller.js';
import { Organization } from './organization.entity.js';
import { OrganizationService } from './organization.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Organization, Membership]), AuditModule, AuthModule, UserModule],
  controllers: [OrganizationController, MeController],
  providers: [OrganizationService, MembershipService],
  exports: [OrganizationService, MembershipService],
})
export class OrganizationModule {}
