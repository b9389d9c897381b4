/** Mails that a user can do without. The others are about the account's security, or asked for. */
export const mutableKinds = [
  'member-added',
  'role-changed',
  'team-added',
  'team-removed',
  'team-role-changed',
  'seat-assigned',
  'seat-unassigned',
  'seats-exhausted',
  'over-quota',
  'license-expiring',
  'mails-failing',
  'settings-changed',
  'backup-missing',
  'certificate-expiring',
  'disk-low',
  'execution-notification',
] as const;
export type MutableKind = (typeof mutableKinds)[number];
