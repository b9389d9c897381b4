import { createHash } from 'node:crypto';
import { type OrganizationPermission } from '../../access/role.js';
import { type CertificateUse } from '../../network/certificates.js';
import { type Product } from '../../license/file/product.js';

export const noticeKinds = [
  'license-expiring',
  'seats-exhausted',
  'mails-failing',
  'settings-changed',
  'backup-missing',
  'certificate-expiring',
  'disk-low',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** The least that a member's role must include to be told; kinds that are absent are for root alone. Root is told all of the server's. */
export const noticeAudience = {
  'license-expiring': 'allocation.view',
  'seats-exhausted': 'denial.view',
  'mails-failing': 'mail.manage',
  'settings-changed': 'audit.view',
} as const satisfies Partial<Record<NoticeKind, OrganizationPermission>>;

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What a notice tells; each kind has some of it. */
export interface NoticeFacts {
  product?: Product;
  /** Refusals, mails or changes. */
  count?: number;
  /** Whose license it is. */
  customer?: string;
  expiresAt?: Date;
  /** When the last backup was made; absent: never. */
  lastBackupAt?: Date;
  /** Why the last mail or backup failed. */
  failure?: string;
  /** Whose disk or HTTPS certificate it is. */
  host?: string;
  /** What the certificate is used for, and the SAML provider that it is used with. */
  use?: CertificateUse;
  provider?: string;
  providerId?: number;
  freeBytes?: number;
  /** The latest change: the action in the audit log, and the address of the person. */
  action?: string;
  by?: string;
}

/** Something that needs action. */
export interface Notice {
  kind: NoticeKind;
  severity: Severity;
  /** Null: it is about the server. */
  organizationId: number | null;
  /** Since when it is so, or when it happened last. */
  at: Date;
  facts: NoticeFacts;
  /** What tells it from others of its kind and organization. */
  subject: string;
  /** What it was when a person dismissed it: they see it again when this is something else. */
  state: string;
  /** There is one mail for each. */
  occasion: string;
}

/** Identifies a notice as it is now. */
export function noticeId({ kind, organizationId, subject, state }: Notice): string {
  return uuidOf(['notice', kind, organizationId, subject, state]);
}

/** Identifies the mail about it. */
export function noticeMailId({ kind, organizationId, subject, occasion }: Notice): string {
  return uuidOf(['mail', kind, organizationId, subject, occasion]);
}

/** A UUID that follows from what it names (RFC 9562, version 8). */
function uuidOf(names: readonly unknown[]): string {
  const hex = createHash('sha256').update(JSON.stringify(names)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
