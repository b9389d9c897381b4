import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { RefusalListeners } from '../http/problem/refusal-listeners.js';
import { MailModule } from '../mail/mail.module.js';
import { UserModule } from '../user/user.module.js';
import { AccessDeclarations } from '../access/access-declarations.js';
import { AccessTokenService } from './session/access-token.service.js';
import { AccountKeyController } from './api-key/account-key.controller.js';
import { AccountKeyService } from './api-key/account-key.service.js';
import { ApiKeyController } from './api-key/api-key.controller.js';
import { ApiKey } from './api-key/api-key.entity.js';
import { ApiKeyStore } from './api-key/api-key-store.js';
import { ApiKeyService } from './api-key/api-key.service.js';
import { AuthController } from './auth.controller.js';
import { Authenticator } from './authenticator.js';
import { ClientPasswordController } from './client-password/client-password.controller.js';
import { ClientPasswordService } from './client-password/client-password.service.js';
import { ClientPasswordRule } from './sign-in/client-password-rule.js';
import { EarlyRefusal } from './early-refusal.js';
import { KeyUse } from './api-key/key-use.js';
import { KnownDevice } from './sign-in/known-device.entity.js';
import { KnownDevices } from './sign-in/known-devices.js';
import { LocalStrategy } from './sign-in/local.strategy.js';
import { OAuthController } from './oauth/oauth.controller.js';
import { EngineKeys } from './oauth/engine-keys.js';
import { LeaseTokenHolders } from './oauth/lease-token-holders.js';
import { OAuthService } from './oauth/oauth.service.js';
import { EmailProofController } from './password/email-proof.controller.js';
import { MyEmailController } from './password/my-email.controller.js';
import { EmailChange } from './password/email-change.entity.js';
import { EmailChangeService } from './password/email-change.service.js';
import { IdentityProof } from './password/identity-proof.js';
import { CredentialsService } from './password/credentials.service.js';
import { PasswordController } from './password/password.controller.js';
import { PasswordLinkMails } from './password/password-link-mails.js';
import { PasswordLinks } from './password/password-links.js';
import { PasswordReset } from './password/password-reset.entity.js';
import { PasswordService } from './password/password.service.js';
import { ProgramSignIns } from './sign-in/program-sign-ins.js';
import { RefreshTokens } from './oauth/refresh-tokens.js';
import { RefusalRecord } from './refusal-record.js';
import { ResetThrottle } from './password/reset-throttle.js';
import { BrowserSignIn } from './second-factor/browser-sign-in.js';
import { CodeCheck } from './second-factor/code-check.js';
import { FactorChanges } from './second-factor/factor-changes.js';
import { PasskeyChallenges } from './second-factor/passkey-challenges.js';
import { PasskeyController } from './second-factor/passkey.controller.js';
import { PasskeyService } from './second-factor/passkey.service.js';
import { PasskeySignInController } from './second-factor/passkey-sign-in.controller.js';
import { PasskeySignIn } from './second-factor/passkey-sign-in.js';
import { Passkeys } from './second-factor/passkeys.js';
import { UsedChallenge } from './second-factor/used-challenge.entity.js';
import { PendingSignIn } from './second-factor/pending-sign-in.entity.js';
import { RecoveryCode } from './second-factor/recovery-code.entity.js';
import { RecoveryCodes } from './second-factor/recovery-codes.js';
import { SecondFactorController } from './second-factor/second-factor.controller.js';
import { SecondFactor } from './second-factor/second-factor.entity.js';
import { SecondFactorService } from './second-factor/second-factor.service.js';
import { SecondStepController } from './second-factor/second-step.controller.js';
import { SessionController } from './session/session.controller.js';
import { RouteAccess } from '../access/route-access.js';
import { Session } from './session/session.entity.js';
import { SessionService } from './session/session.service.js';
import { SignInNotices } from './sign-in/sign-in-notices.js';
import { SignInPlace } from './sign-in/sign-in-place.entity.js';
import { SignInQueue } from './sign-in/sign-in-queue.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { GuessCounter } from './sign-in/guess-counter.js';
import { SignInThrottle } from './sign-in/sign-in-throttle.js';
import { TokenFamily } from './session/token-family.entity.js';
import { TokenFamilyService } from './session/token-family.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Session, ApiKey, KnownDevice, EmailChange, PasswordReset, SignInPlace, TokenFamily]),
    TypeOrmModule.forFeature([SecondFactor, RecoveryCode, PendingSignIn, UsedChallenge]),
    AuditModule,
    DiscoveryModule,
    MailModule,
    PassportModule,
    UserModule,
  ],
  controllers: [
    AuthController,
    AccountKeyController,
    ApiKeyController,
    ClientPasswordController,
    OAuthController,
    MyEmailController,
    EmailProofController,
    PasskeyController,
    PasskeySignInController,
    PasswordController,
    SecondFactorController,
    SecondStepController,
    SessionController,
  ],
  providers: [
    AccessDeclarations,
    AccessTokenService,
    AccountKeyService,
    ApiKeyService,
    ApiKeyStore,
    ClientPasswordRule,
    ClientPasswordService,
    BrowserSignIn,
    CodeCheck,
    CredentialsService,
    EmailChangeService,
    Authenticator,
    EarlyRefusal,
    FactorChanges,
    IdentityProof,
    KnownDevices,
    EngineKeys,
    KeyUse,
    LeaseTokenHolders,
    LocalStrategy,
    OAuthService,
    PasskeyChallenges,
    PasskeyService,
    PasskeySignIn,
    Passkeys,
    PasswordLinkMails,
    PasswordLinks,
    PasswordService,
    ProgramSignIns,
    RecoveryCodes,
    RefreshTokens,
    RefusalListeners,
    RefusalRecord,
    ResetThrottle,
    RouteAccess,
    SecondFactorService,
    SessionService,
    SignInNotices,
    SignInQueue,
    SignInService,
    GuessCounter,
    SignInThrottle,
    TokenFamilyService,
  ],
  exports: [
    ApiKeyService,
    Authenticator,
    BrowserSignIn,
    CredentialsService,
    EmailChangeService,
    FactorChanges,
    KeyUse,
    LeaseTokenHolders,
    PasskeyService,
    PasswordLinks,
    RouteAccess,
    SessionService,
    SignInService,
  ],
})
export class AuthModule {}
