import { Module } from '@nestjs/common';
import { ActivationModule } from '../activation/activation.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { LicenseModule } from '../license/license.module.js';
import { MailModule } from '../mail/mail.module.js';
import { OrganizationModule } from '../organization/organization.module.js';
import { ServiceAccountModule } from '../service-account/service-account.module.js';
import { SetupStepsModule } from '../setup/setup-steps.module.js';
import { WebhookRegistryModule } from '../webhook/webhook-registry.module.js';
import { IdentityProvisioning } from './identity-provisioning.js';
import { MailProvisioning } from './mail-provisioning.js';
import { MemberProvisioning } from './member-provisioning.js';
import { OrganizationProvisioning } from './organization-provisioning.js';
import { PolicyProvisioning } from './policy-provisioning.js';
import { ProvisioningService } from './provisioning.service.js';
import { ServerProvisioning } from './server-provisioning.js';
import { ServiceAccountProvisioning } from './service-account-provisioning.js';
import { WebhookProvisioning } from './webhook-provisioning.js';

@Module({
  imports: [
    ActivationModule,
    AuthModule,
    IdentityModule,
    LicenseModule,
    MailModule,
    OrganizationModule,
    ServiceAccountModule,
    SetupStepsModule,
    WebhookRegistryModule,
  ],
  providers: [
    IdentityProvisioning,
    MailProvisioning,
    MemberProvisioning,
    OrganizationProvisioning,
    PolicyProvisioning,
    ProvisioningService,
    ServerProvisioning,
    ServiceAccountProvisioning,
    WebhookProvisioning,
  ],
})
export class ProvisioningModule {}
