import { ClientSession } from './activation/seat/client-session.entity.js';
import { Denial } from './activation/seat/denial.entity.js';
import { EndedSession } from './activation/seat/ended-session.entity.js';
import { Lease } from './activation/seat/lease.entity.js';
import { Machine } from './activation/machine/machine.entity.js';
import { OfflineLicense } from './activation/offline/offline-license.entity.js';
import { SeatCap } from './activation/policy/seat-cap.entity.js';
import { SeatReservation } from './activation/policy/seat-reservation.entity.js';
import { SeatWaiter } from './activation/seat/seat-waiter.entity.js';
import { ClientCall } from './activation/katalon/client-call.entity.js';
import { ClientVersion } from './activation/katalon/client-version.entity.js';
import { ExhaustionNotice } from './announcement/exhaustion-notice.entity.js';
import { ExpiryNotice } from './announcement/expiry-notice.entity.js';
import { DismissedNotice } from './announcement/notice/dismissed-notice.entity.js';
import { MailedNotice } from './announcement/notice/mailed-notice.entity.js';
import { OverQuotaNotice } from './announcement/over-quota-notice.entity.js';
import { AuditEvent } from './audit/audit-event.entity.js';
import { Logo } from './branding/logo.entity.js';
import { ApiKey } from './auth/api-key/api-key.entity.js';
import { KnownDevice } from './auth/sign-in/known-device.entity.js';
import { EmailChange } from './auth/password/email-change.entity.js';
import { PasswordReset } from './auth/password/password-reset.entity.js';
import { PendingSignIn } from './auth/second-factor/pending-sign-in.entity.js';
import { RecoveryCode } from './auth/second-factor/recovery-code.entity.js';
import { UsedChallenge } from './auth/second-factor/used-challenge.entity.js';
import { SecondFactor } from './auth/second-factor/second-factor.entity.js';
import { ScimGroup } from './scim/scim-group.entity.js';
import { ScimGroupMember } from './scim/scim-group-member.entity.js';
import { ScimToken } from './scim/scim-token.entity.js';
import { ScimUser } from './scim/scim-user.entity.js';
import { Session } from './auth/session/session.entity.js';
import { SignInPlace } from './auth/sign-in/sign-in-place.entity.js';
import { TokenFamily } from './auth/session/token-family.entity.js';
import { AuditArchive } from './audit/evidence/archive/audit-archive.entity.js';
import { AuditBlock } from './audit/evidence/audit-block.entity.js';
import { AuditChain } from './audit/evidence/audit-chain.entity.js';
import { AuditCheckpoint } from './audit/evidence/audit-checkpoint.entity.js';
import { AuditDelivery } from './audit/evidence/delivery/audit-delivery.entity.js';
import { AuditName } from './audit/evidence/audit-name.entity.js';
import { RecordedSettings } from './audit/evidence/recorded-settings.entity.js';
import { IdentityGroup } from './identity/group/identity-group.entity.js';
import { IdentityProvider } from './identity/identity-provider.entity.js';
import { SamlArrival } from './identity/saml/saml-arrival.entity.js';
import { ProviderSession } from './identity/single-sign-on/provider-session.entity.js';
import { UsedToken } from './identity/single-sign-on/used-token.entity.js';
import { UserIdentity } from './identity/user-identity.entity.js';
import { Invitation } from './invitation/invitation.entity.js';
import { Installation } from './license/installation.entity.js';
import { InstalledLicense } from './license/installed-license.entity.js';
import { LicensedUser } from './license/licensed-user.entity.js';
import { SeatCharge } from './license/pool/seat-charge.entity.js';
import { SeatPool } from './license/pool/seat-pool.entity.js';
import { DailyCount } from './mail/daily-count.entity.js';
import { MailServer } from './mail/mail-server.entity.js';
import { OutboxMail } from './mail/outbox/outbox-mail.entity.js';
import { Membership } from './organization/membership.entity.js';
import { Organization } from './organization/organization.entity.js';
import { RemovedMember } from './organization/removed-member.entity.js';
import { TeamMember } from './organization/team/team-member.entity.js';
import { Team } from './organization/team/team.entity.js';
import { Plugin } from './plugin/plugin.entity.js';
import { SizeSample } from './retention/size-sample.entity.js';
import { RetiredSigningKey } from './signing/retired-signing-key.entity.js';
import { SigningKey } from './signing/signing-key.entity.js';
import { SavedView } from './user/saved-view.entity.js';
import { User } from './user/user.entity.js';
import { KnownMachine } from './utilization/known-machine.entity.js';
import { CapacityMail } from './utilization/capacity-mail/capacity-mail.entity.js';
import { SeatMonth } from './utilization/roll-up/seat-month.entity.js';
import { UsageHour } from './utilization/roll-up/usage-hour.entity.js';
import { UsageMonth } from './utilization/roll-up/usage-month.entity.js';
import { UsageRollUp } from './utilization/roll-up/usage-roll-up.entity.js';
import { RolledUpYear } from './utilization/roll-up/rolled-up-year.entity.js';
import { UsageYear } from './utilization/roll-up/usage-year.entity.js';
import { SeatShortage } from './webhook/seat-shortage.entity.js';
import { Webhook } from './webhook/webhook.entity.js';
import { WebhookDelivery } from './webhook/delivery/webhook-delivery.entity.js';

/** Every table of the database, but for those that libraries keep for themselves: `migration` and `rate_limit`. */
export const entities = [
  ApiKey,
  AuditArchive,
  AuditBlock,
  AuditChain,
  AuditCheckpoint,
  AuditDelivery,
  AuditEvent,
  AuditName,
  CapacityMail,
  ClientCall,
  ClientSession,
  ClientVersion,
  DailyCount,
  Denial,
  DismissedNotice,
  EndedSession,
  ExhaustionNotice,
  ExpiryNotice,
  IdentityGroup,
  IdentityProvider,
  Installation,
  InstalledLicense,
  Invitation,
  KnownDevice,
  KnownMachine,
  Lease,
  LicensedUser,
  Machine,
  Logo,
  MailedNotice,
  MailServer,
  Membership,
  OfflineLicense,
  ProviderSession,
  SamlArrival,
  Organization,
  OutboxMail,
  OverQuotaNotice,
  EmailChange,
  PasswordReset,
  PendingSignIn,
  Plugin,
  RecordedSettings,
  RecoveryCode,
  RemovedMember,
  RetiredSigningKey,
  SavedView,
  SeatCap,
  SeatCharge,
  SeatMonth,
  SeatPool,
  SeatReservation,
  SeatShortage,
  SeatWaiter,
  SecondFactor,
  RolledUpYear,
  ScimGroup,
  ScimGroupMember,
  ScimToken,
  ScimUser,
  Session,
  SignInPlace,
  SigningKey,
  SizeSample,
  Team,
  TeamMember,
  TokenFamily,
  UsageHour,
  UsageMonth,
  UsageRollUp,
  UsageYear,
  UsedChallenge,
  UsedToken,
  User,
  UserIdentity,
  Webhook,
  WebhookDelivery,
];
