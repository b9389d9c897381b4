import { type CertificateUse } from '../network/certificates.js';

/** What the mails tell, before any language has words for it. */

/** The mail is the same for all, but for its link. */
export type Nothing = Record<string, never>;

export interface OfOrganization {
  organization: string;
}

export interface Invited extends OfOrganization {
  to: string;
  /** The name of the person, or the address where there is none. */
  inviter: string;
  inviterEmail: string;
  hours: number;
}

export interface EmailChanged {
  former: string;
  email: string;
}

export interface PasswordElsewhere {
  /** Names of the identity providers with which the account signs in. */
  providers: readonly string[];
}

export interface AccountLocked {
  /** From which one of the attempts came. */
  address: string;
  at: Date;
}

export interface FactorChange {
  change:
    | 'totp-added'
    | 'totp-removed'
    | 'passkey-added'
    | 'passkey-removed'
    | 'codes-renewed'
    /** By an administrator: all factors are gone. */
    | 'reset';
  /** Of the authenticator app or passkey; null: none of them alone. */
  name: string | null;
  /** Null: from the command line of the server. */
  address: string | null;
  at: Date;
}

export interface RecoveryCodeUsed {
  /** Codes that are left. */
  left: number;
  address: string;
  at: Date;
}

export interface NewDevice {
  address: string;
  /** Null: it is not known. */
  browser: string | null;
  system: string | null;
  at: Date;
}

export interface RoleInOrganization extends OfOrganization {
  role: string;
}

export interface MemberAdded extends RoleInOrganization {
  serverUrl: string;
}

export interface Ownership extends OfOrganization {
  owner: string;
}

export interface RoleInTeam extends OfOrganization {
  team: string;
  role: string;
}

export interface SeatAssigned extends OfOrganization {
  product: string;
}

export interface SeatUnassigned extends SeatAssigned {
  /** Without use. */
  days: number;
  /** Whether the policy assigns a seat to a person who needs one. */
  autoAssign: boolean;
}

export interface Test {
  tester: string;
}

export interface SeatHolder {
  email: string;
  host: string;
  since: Date;
}

export interface SeatsExhausted extends OfOrganization {
  product: string;
  /** Sessions in the last minutes. */
  refused: number;
  /** The longest first. */
  holders: readonly SeatHolder[];
}

export interface OverQuota extends OfOrganization {
  product: string;
  inUse: number;
  quota: number;
}

export interface WebhookDisabled {
  /** Null: it is a webhook of the whole server. */
  organization: string | null;
  host: string;
  /** Of the last attempt. */
  error: string;
}

export interface BackupMissing {
  /** Undefined until the first one. */
  lastBackupAt: Date | undefined;
  /** Why the last one failed, where it did. */
  failure: string | undefined;
}

export interface CertificateExpiring {
  use: CertificateUse;
  /** The host, or the SAML provider. */
  name: string;
  expiresAt: Date;
}

export interface DiskLow {
  host: string;
  freeBytes: number;
}

export interface MailsFailing extends OfOrganization {
  count: number;
  failure: string | undefined;
}

/** Settings that several people share, as their actions in the audit log begin. */
export type SharedSettings = 'license-policy' | 'organization' | 'allocation' | 'mail-server' | 'server-settings';

export interface SettingsChanged {
  /** Null: they are the server's. */
  organization: string | null;
  /** The address of a person. */
  by: string;
  settings: SharedSettings;
}

export interface LicenseExpiring {
  customer: string;
  expiresAt: Date;
  /** Until when seats are granted, where that is later: the license has days of grace. */
  lastGrantAt: Date | undefined;
  expired: boolean;
}

export interface Execution extends OfOrganization {
  sender: string;
  suite: string;
  status: string;
  totals: readonly (readonly [name: string, count: number])[];
}

/** Whether the seats of a product and model are enough. */
export interface PoolCapacity {
  product: string;
  model: 'per-user' | 'node-locked' | 'floating';
  subscribed: number;
  /** When the mail is written. */
  inUse: number;
  peak: number;
  p95: number;
  p99: number;
  denials: number;
  deniedUsers: number;
  suggestedSeats: number;
  fullOn: Date | null;
}

export interface MonthlyCapacity extends OfOrganization {
  /** When it begins (UTC). */
  month: Date;
  pools: readonly PoolCapacity[];
  /** Where the reader turns the mail off. */
  profileUrl: string;
}
