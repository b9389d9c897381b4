import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { MailModule } from '../mail/mail.module.js';
import { MemberModule } from '../member/member.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { UserModule } from '../user/user.module.js';
import { GroupGrantService } from './group-grant.service.js';
import { IdentityGroup } from './identity-group.entity.js';
import { IdentityProviderController } from './identity-provider.controller.js';
import { IdentityProvider } from './identity-provider.entity.js';
import { IdentityProviderService } from './identity-provider.service.js';
import { IdentityProviders } from './identity-providers.js';
import { IdentityService } from './identity.service.js';
import { SignInMethodsController } from './sign-in-methods.controller.js';
import { SignInMethodsService } from './sign-in-methods.service.js';
import { UserIdentity } from './user-identity.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([IdentityProvider, IdentityGroup, UserIdentity]),
    AuditModule,
    AuthModule,
    MailModule,
    MemberModule,
    OrganizationModule,
    UserModule,
  ],
  controllers: [IdentityProviderController, SignInMethodsController],
  providers: [GroupGrantService, IdentityProviderService, IdentityProviders, IdentityService, SignInMethodsService],
})
export class IdentityModule {}
