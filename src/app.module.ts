import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { type Logger } from 'pino';
import { ActivationModule } from './activation/activation.module.js';
import { AccountModule } from './account/account.module.js';
import { AnnouncementModule } from './announcement/announcement.module.js';
import { AuthModule } from './auth/auth.module.js';
import { AuthenticationGuard } from './auth/authentication.guard.js';
import { ConfirmationGuard } from './auth/confirmation.guard.js';
import { BackupModule } from './backup/backup.module.js';
import { ClockModule } from './clock/clock.module.js';
import { ConfigModule } from './config/config.module.js';
import { type Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { AuditLogModule } from './audit/audit-log.module.js';
import { EventsModule } from './events/events.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { SamlCertificatesModule } from './identity/saml-certificates.module.js';
import { InvitationModule } from './invitation/invitation.module.js';
import { LogModule } from './log/log.module.js';
import { type SiteCertificate } from './http/tls/site-certificate.js';
import { TracingModule } from './http/tracing/tracing.module.js';
import { MailModule } from './mail/mail.module.js';
import { MemberModule } from './member/member.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { OrganizationModule } from './organization/organization.module.js';
import { OrganizationGuard } from './organization/organization.guard.js';
import { PluginModule } from './plugin/plugin.module.js';
import { entities } from './entities.js';
import { PeopleModule } from './provisioning/people/people.module.js';
import { ProvisioningModule } from './provisioning/provisioning.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { SecretModule } from './secret/secret.module.js';
import { ServiceAccountModule } from './service-account/service-account.module.js';
import { ScimModule } from './scim/scim.module.js';
import { SetupModule } from './setup/setup.module.js';
import { UtilizationModule } from './utilization/utilization.module.js';
import { WebhookModule } from './webhook/webhook.module.js';

@Module({})
export class AppModule {
  static with(settings: Settings, databaseUrl: string, log: Logger, certificate?: SiteCertificate): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(settings),
        LogModule.with(log),
        MetricsModule,
        HttpModule.with(certificate),
        TracingModule,
        ClockModule,
        SecretModule,
        DatabaseModule.with(databaseUrl, entities),
        AuthModule,
        ActivationModule,
        OrganizationModule,
        AccountModule,
        AnnouncementModule,
        AuditLogModule,
        BackupModule,
        EventsModule,
        IdentityModule,
        InvitationModule,
        MailModule,
        MemberModule,
        PluginModule,
        PeopleModule,
        ProvisioningModule,
        RetentionModule,
        SamlCertificatesModule,
        ServiceAccountModule,
        ScimModule,
        SetupModule,
        UtilizationModule,
        WebhookModule,
        HealthModule,
      ],
      // In this order: who is it, what may they do there, and are they still sitting in front of it.
      providers: [
        { provide: APP_GUARD, useClass: AuthenticationGuard },
        { provide: APP_GUARD, useClass: OrganizationGuard },
        { provide: APP_GUARD, useClass: ConfirmationGuard },
      ],
    };
  }
}
