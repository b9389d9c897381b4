import type { MeView, OrganizationView } from '../../generated/api.js';

export type Role = 'OWNER' | 'ADMIN' | 'BILLING_MANAGER' | 'USER';

/** What the pages offer to whom. The server decides again, by its own table; a test holds them together. */
export const offered = {
  'organization.rename': ['OWNER', 'ADMIN'],
  'organization.delete': ['OWNER'],
  'organization.transfer': ['OWNER'],
  'member.view': ['OWNER', 'ADMIN', 'BILLING_MANAGER'],
  'member.manage': ['OWNER', 'ADMIN'],
  'invitation.manage': ['OWNER', 'ADMIN'],
  'team.manage': ['OWNER', 'ADMIN'],
  'licensed-user.manage': ['OWNER', 'ADMIN', 'BILLING_MANAGER'],
  'online-license.terminate': ['OWNER', 'ADMIN'],
  'offline-license.view': ['OWNER', 'ADMIN', 'BILLING_MANAGER'],
  'offline-license.create': ['OWNER', 'ADMIN'],
  'machine.view': ['OWNER', 'ADMIN', 'BILLING_MANAGER'],
  'machine.remove': ['OWNER', 'ADMIN'],
  'license-policy.view': ['OWNER', 'ADMIN', 'BILLING_MANAGER'],
  'license-policy.manage': ['OWNER', 'ADMIN'],
  'denial.view': ['OWNER', 'ADMIN', 'BILLING_MANAGER'],
  'utilization.view': ['OWNER', 'ADMIN', 'BILLING_MANAGER'],
  'allocation.view': ['OWNER', 'BILLING_MANAGER'],
  'audit.view': ['OWNER', 'ADMIN'],
  'mail.manage': ['OWNER', 'ADMIN'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof offered;

/** Whether somebody's pages offer this in an organization; the server's administrator is offered all. */
export function mayDo(me: MeView, organization: OrganizationView | undefined, permission: Permission): boolean {
  if (me.root) return true;
  const role = organization?.role as Role | undefined;
  return role !== undefined && (offered[permission] as readonly Role[]).includes(role);
}
