import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { RefusalListeners } from '../http/refusal-listeners.js';
import { MailModule } from '../mail/mail.module.js';
import { UserModule } from '../user/user.module.js';
import { AccessDeclarations } from './access-declarations.js';
import { AccessTokenService } from './access-token.service.js';
import { ApiKeyController } from './api-key.controller.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyService } from './api-key.service.js';
import { AuthController } from './auth.controller.js';
import { Authenticator } from './authenticator.js';
import { EarlyRefusal } from './early-refusal.js';
import { KeyUse } from './key-use.js';
import { KnownDevice } from './known-device.entity.js';
import { KnownDevices } from './known-devices.js';
import { LocalStrategy } from './local.strategy.js';
import { OAuthController } from './oauth.controller.js';
import { OAuthService } from './oauth.service.js';
import { EmailProofController, MyEmailController } from './email-change.controller.js';
import { EmailChange } from './email-change.entity.js';
import { EmailChangeService } from './email-change.service.js';
import { PasswordController } from './password.controller.js';
import { PasswordReset } from './password-reset.entity.js';
import { PasswordService } from './password.service.js';
import { ProgramSignIns } from './program-sign-ins.js';
import { RefusalRecord } from './refusal-record.js';
import { ResetThrottle } from './reset-throttle.js';
import { SessionController } from './session.controller.js';
import { RouteAccess } from './route-access.js';
import { Session } from './session.entity.js';
import { SessionService } from './session.service.js';
import { SignInNotices } from './sign-in-notices.js';
import { SignInPlace } from './sign-in-place.entity.js';
import { SignInQueue } from './sign-in-queue.js';
import { SignInService } from './sign-in.service.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { TokenFamily } from './token-family.entity.js';
import { TokenFamilyService } from './token-family.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Session, ApiKey, KnownDevice, EmailChange, PasswordReset, SignInPlace, TokenFamily]),
    AuditModule,
    DiscoveryModule,
    MailModule,
    PassportModule,
    UserModule,
  ],
  controllers: [
    AuthController,
    ApiKeyController,
    OAuthController,
    MyEmailController,
    EmailProofController,
    PasswordController,
    SessionController,
  ],
  providers: [
    AccessDeclarations,
    AccessTokenService,
    ApiKeyService,
    EmailChangeService,
    Authenticator,
    EarlyRefusal,
    KnownDevices,
    KeyUse,
    LocalStrategy,
    OAuthService,
    PasswordService,
    ProgramSignIns,
    RefusalListeners,
    RefusalRecord,
    ResetThrottle,
    RouteAccess,
    SessionService,
    SignInNotices,
    SignInQueue,
    SignInService,
    SignInThrottle,
    TokenFamilyService,
  ],
  exports: [
    ApiKeyService,
    Authenticator,
    EmailChangeService,
    KeyUse,
    PasswordService,
    RouteAccess,
    SessionService,
    SignInService,
  ],
})
export class AuthModule {}
