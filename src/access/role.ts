/** Roles in an organization (manual, "Organizations, users, roles"). */
export const roles = ['OWNER', 'ADMIN', 'BILLING_MANAGER', 'USER'] as const;
export type Role = (typeof roles)[number];

/** What can be done in an organization, and by whom: the whole matrix, in one place. */
const allowed = {
  'organization.view': roles,
  'organization.rename': ['OWNER', 'ADMIN'],
  'organization.delete': ['OWNER'],
  'organization.transfer': ['OWNER'],
  'member.view': ['OWNER', 'ADMIN', 'BILLING_MANAGER'],
  'member.manage': ['OWNER', 'ADMIN'],
  'invitation.manage': ['OWNER', 'ADMIN'],
  'team.view': roles,
  'team.manage': ['OWNER', 'ADMIN'],
  'seat.take': roles,
  'license.view': roles,
  'licensed-user.manage': ['OWNER', 'ADMIN', 'BILLING_MANAGER'],
  'online-license.view': roles,
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
  'webhook.manage': ['OWNER', 'ADMIN'],
  'execution-notification.send': roles,
  'plugin.view': roles,
  'plugin.manage': ['OWNER', 'ADMIN'],
} as const satisfies Record<string, readonly Role[]>;

export type OrganizationPermission = keyof typeof allowed;

export const organizationPermissions = Object.keys(allowed) as OrganizationPermission[];

/** All that a role may do; root does everything. */
export function permissionsOf(role: Role | null, root: boolean): OrganizationPermission[] {
  return organizationPermissions.filter((permission) => root || (role !== null && mayDo(role, permission)));
}

export function mayDo(role: Role, permission: OrganizationPermission): boolean {
  return (allowed[permission] as readonly Role[]).includes(role);
}

/** Roles that can be given: an organization's owner changes by transfer alone. */
export const assignableRoles = ['ADMIN', 'BILLING_MANAGER', 'USER'] as const satisfies readonly Role[];
export type AssignableRole = (typeof assignableRoles)[number];

/** Roles in a team. */
export const teamRoles = ['OWNER', 'ADMIN', 'USER'] as const;
export type TeamRole = (typeof teamRoles)[number];

/** For the API description. */
export function rolesWith(permission: OrganizationPermission): readonly Role[] {
  return allowed[permission];
}
