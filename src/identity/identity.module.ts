import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountModule } from '../account/account.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { MailModule } from '../mail/mail.module.js';
import { MemberModule } from '../member/member.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { UserModule } from '../user/user.module.js';
import { DirectorySync } from './ldap/directory-sync.js';
import { DirectoryTestService } from './ldap/directory-test.service.js';
import { LeavingService } from './leaving.service.js';
import { Directories } from './ldap/directories.js';
import { DirectoryPasswords } from './ldap/directory-passwords.js';
import { GroupGrantService } from './group/group-grant.service.js';
import { IdentityGroup } from './group/identity-group.entity.js';
import { IdentityLinks } from './identity-links.js';
import { IdentityProviderController } from './identity-provider.controller.js';
import { IdentityProvider } from './identity-provider.entity.js';
import { IdentityProviderService } from './identity-provider.service.js';
import { IdentityProviders } from './identity-providers.js';
import { IdentityService } from './identity.service.js';
import { ProvisionedAccounts } from './provisioned-accounts.js';
import { SignInMethodsController } from './sign-in-methods.controller.js';
import { SignInMethodsService } from './sign-in-methods.service.js';
import { OpenidClients } from './openid/openid-clients.js';
import { OpenidController } from './openid/openid.controller.js';
import { OpenidLogoutService } from './openid/openid-logout.service.js';
import { SamlArrival } from './saml/saml-arrival.entity.js';
import { SamlArrivals } from './saml/saml-arrivals.js';
import { SamlClients } from './saml/saml-clients.js';
import { SamlKeyController } from './saml/saml-key.controller.js';
import { SamlKeyService } from './saml/saml-key.service.js';
import { SamlController } from './saml/saml.controller.js';
import { SamlLogoutService } from './saml/saml-logout.service.js';
import { SamlSignInService } from './saml/saml-sign-in.service.js';
import { SamlTestService } from './saml/saml-test.service.js';
import { BrowserRedirects } from './single-sign-on/browser-redirects.js';
import { ProviderAddresses } from './single-sign-on/provider-addresses.js';
import { ProviderSession } from './single-sign-on/provider-session.entity.js';
import { ProviderSessions } from './single-sign-on/provider-sessions.js';
import { OpenidSignInService } from './openid/openid-sign-in.service.js';
import { OpenidTestService } from './openid/openid-test.service.js';
import { RefusedSignIns } from './single-sign-on/refused-sign-ins.js';
import { SignInTickets } from './single-sign-on/sign-in-tickets.js';
import { UsedToken } from './single-sign-on/used-token.entity.js';
import { UsedTokens } from './single-sign-on/used-tokens.js';
import { MyIdentitiesController } from './my-identities.controller.js';
import { ProviderSignInController } from './provider-sign-in.controller.js';
import { ProviderTestController } from './provider-test/provider-test.controller.js';
import { ProviderTestService } from './provider-test/provider-test.service.js';
import { UserIdentity } from './user-identity.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([IdentityProvider, IdentityGroup, ProviderSession, SamlArrival, UsedToken, UserIdentity]),
    AccountModule,
    AuditModule,
    AuthModule,
    MailModule,
    MemberModule,
    OrganizationModule,
    UserModule,
  ],
  controllers: [
    IdentityProviderController,
    MyIdentitiesController,
    OpenidController,
    ProviderSignInController,
    ProviderTestController,
    SamlController,
    SamlKeyController,
    SignInMethodsController,
  ],
  providers: [
    BrowserRedirects,
    Directories,
    DirectoryPasswords,
    DirectorySync,
    DirectoryTestService,
    LeavingService,
    GroupGrantService,
    IdentityProviderService,
    IdentityProviders,
    IdentityLinks,
    IdentityService,
    OpenidClients,
    OpenidLogoutService,
    OpenidSignInService,
    OpenidTestService,
    ProviderAddresses,
    ProviderSessions,
    ProviderTestService,
    ProvisionedAccounts,
    RefusedSignIns,
    SamlArrivals,
    SamlClients,
    SamlKeyService,
    SamlLogoutService,
    SamlSignInService,
    SamlTestService,
    SignInMethodsService,
    SignInTickets,
    UsedTokens,
  ],
  exports: [
    GroupGrantService,
    IdentityProviderService,
    IdentityProviders,
    ProvisionedAccounts,
    SamlClients,
    SignInMethodsService,
  ],
})
export class IdentityModule {}
