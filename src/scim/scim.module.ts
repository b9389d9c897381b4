import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountModule } from '../account/account.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { ScimDiscoveryController } from './scim-discovery.controller.js';
import { ScimGrants } from './scim-grants.js';
import { ScimGroup } from './scim-group.entity.js';
import { ScimGroupController } from './scim-group.controller.js';
import { ScimGroupMember } from './scim-group-member.entity.js';
import { ScimGroupService } from './scim-group.service.js';
import { ScimToken } from './scim-token.entity.js';
import { ScimTokenController } from './scim-token.controller.js';
import { ScimTokenService } from './scim-token.service.js';
import { ScimUser } from './scim-user.entity.js';
import { ScimUserController } from './scim-user.controller.js';
import { ScimUserService } from './scim-user.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([ScimGroup, ScimGroupMember, ScimToken, ScimUser]),
    AccountModule,
    AuditModule,
    AuthModule,
    IdentityModule,
  ],
  controllers: [ScimTokenController, ScimDiscoveryController, ScimUserController, ScimGroupController],
  providers: [ScimGrants, ScimGroupService, ScimTokenService, ScimUserService],
})
export class ScimModule {}
