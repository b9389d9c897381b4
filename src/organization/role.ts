/** Roles in an organization (manual, "Organizations, users, roles"). */
export const roles = ['OWNER', 'ADMIN', 'BILLING_MANAGER', 'USER'] as const;
export type Role = (typeof roles)[number];

/** What can be done in an organization, and by whom: the whole matrix, in one place. */
const allowed = {
  'organization.view': roles,
  'organization.rename': ['OWNER', 'ADMIN'],
  'seat.take': roles,
  'license.view': roles,
  'licensed-user.manage': ['OWNER', 'ADMIN', 'BILLING_MANAGER'],
  'online-license.view': roles,
  'online-license.terminate': ['OWNER', 'ADMIN'],
} as const satisfies Record<string, readonly Role[]>;

export type OrganizationPermission = keyof typeof allowed;

export function mayDo(role: Role, permission: OrganizationPermission): boolean {
  return (allowed[permission] as readonly Role[]).includes(role);
}

/** For the API description. */
export function rolesWith(permission: OrganizationPermission): readonly Role[] {
  return allowed[permission];
}
